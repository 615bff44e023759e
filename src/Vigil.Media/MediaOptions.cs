namespace Vigil.Media;

/// <summary>Whether media may be decoded without the sandbox.</summary>
public enum MediaSandbox
{
    /// <summary>bubblewrap or nothing: without it media jobs are refused. The default.</summary>
    Required,

    /// <summary>
    /// Plain worker processes. For machines that cannot run bubblewrap; every start says so loudly.
    /// </summary>
    None,
}

/// <summary>What is done with a picture whose data ends early.</summary>
public enum TruncatedPolicy
{
    /// <summary>Hash what decodes and mark the result as truncated.</summary>
    HashAndMark,

    /// <summary>Refuse it: the result is an error that counts as not processed.</summary>
    Refuse,
}

/// <summary>Limits of a media job, checked on the header before decoding where the header tells.</summary>
public sealed record MediaLimits
{
    /// <value>256 MiB.</value>
    public long MaxFileBytes { get; init; } = 256L * 1024 * 1024;

    /// <value>100 million pixels a frame.</value>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <value>
    /// 25 million pixels: interlaced and progressive files need the whole picture in memory, several times
    /// over.
    /// </value>
    public long MaxInterlacedPixels { get; init; } = 25_000_000;

    /// <value>30,000 pixels.</value>
    public int MaxSidePixels { get; init; } = 30_000;

    /// <value>500 frames hashed of an animation.</value>
    public int MaxFrames { get; init; } = 500;

    /// <value>1 GiB resident, watched from outside.</value>
    public long MaxResidentBytes { get; init; } = 1024L * 1024 * 1024;

    /// <value>10 s of processor time a job.</value>
    public TimeSpan MaxCpuTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>15 s of wall time a job.</value>
    public TimeSpan MaxWallTime { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>How the pool of workers is run.</summary>
public sealed record MediaOptions
{
    public MediaSandbox Sandbox { get; init; } = MediaSandbox.Required;

    public MediaLimits Limits { get; init; } = new();

    /// <value>One worker a processor.</value>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <value>
    /// 256 files, then the worker is replaced; also after any error that is not the file's own.
    /// </value>
    /// <remarks>
    /// A file that takes a worker over can lie about those that follow, up to this many. A start takes some
    /// 0.2 s of a processor, in the background.
    /// </remarks>
    public int FilesPerWorker { get; init; } = 256;

    /// <summary>
    /// The `vigil.dll` whose hidden verb is the worker; null: the one beside this assembly.
    /// </summary>
    public string? WorkerAssemblyPath { get; init; }

    /// <summary>
    /// Where warnings for the operator go (unsandboxed start, worker replaced). No file names, no hashes.
    /// </summary>
    public Action<string>? OnWarning { get; init; }
}
