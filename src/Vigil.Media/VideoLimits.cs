namespace Vigil.Media;

/// <summary>Limits of a video job. Each ends it as "not looked at", never as "nothing found".</summary>
public sealed record VideoLimits
{
    /// <value>2 GiB: the bytes lie in memory while the video is decoded.</value>
    public long MaxFileBytes { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <value>36 million pixels a frame: 8K.</value>
    public long MaxPixels { get; init; } = 36_000_000;

    /// <value>16,384 pixels.</value>
    public int MaxSidePixels { get; init; } = 16_384;

    /// <value>500,000 frames, hashed or not: over four hours at 30 a second.</value>
    public int MaxFrames { get; init; } = 500_000;

    /// <value>6 hours from the first moment to the last frame.</value>
    public TimeSpan MaxLength { get; init; } = TimeSpan.FromHours(6);

    /// <value>2 GiB resident in ffmpeg, watched from outside.</value>
    public long MaxResidentBytes { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <value>60 min of processor time an ffmpeg.</value>
    public TimeSpan MaxCpuTime { get; init; } = TimeSpan.FromMinutes(60);

    /// <value>60 min of wall time an ffmpeg.</value>
    public TimeSpan MaxWallTime { get; init; } = TimeSpan.FromMinutes(60);
}

/// <summary>How videos are hashed.</summary>
public sealed record VideoOptions
{
    public MediaSandbox Sandbox { get; init; } = MediaSandbox.Required;

    public VideoLimits Limits { get; init; } = new();

    /// <value>One video at a time; further ones wait.</value>
    public int Jobs { get; init; } = 1;

    /// <value>1 thread of ffmpeg's decoder; hashing goes on beside it.</value>
    public int DecoderThreads { get; init; } = 1;

    /// <summary>Where a warning for the operator goes: an unsandboxed start. No file names, no hashes.</summary>
    public Action<string>? OnWarning { get; init; }
}
