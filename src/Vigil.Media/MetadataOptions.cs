namespace Vigil.Media;

/// <summary>Limits of reading one file's metadata. Each is told: what was left out is never silent.</summary>
public sealed record MetadataLimits
{
    /// <value>2 GiB: the bytes lie in memory while they are read.</value>
    public long MaxFileBytes { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <value>4 MiB that exiftool may write; more, and it is killed.</value>
    public int MaxOutputBytes { get; init; } = 4 * 1024 * 1024;

    /// <value>2,000 tags; further ones are counted.</value>
    public int MaxTags { get; init; } = 2_000;

    /// <value>4,000 characters of one value; the rest is cut and the tag says so.</value>
    public int MaxValueCharacters { get; init; } = 4_000;

    /// <value>400,000 characters of all values; tags beyond are counted.</value>
    public int MaxCharacters { get; init; } = 400_000;

    /// <value>512 MiB resident in exiftool, watched from outside.</value>
    public long MaxResidentBytes { get; init; } = 512L * 1024 * 1024;

    /// <value>10 s of processor time.</value>
    public TimeSpan MaxCpuTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>15 s of wall time.</value>
    public TimeSpan MaxWallTime { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>How metadata is read.</summary>
public sealed record MetadataOptions
{
    public MediaSandbox Sandbox { get; init; } = MediaSandbox.Required;

    public MetadataLimits Limits { get; init; } = new();

    /// <value>Two files at a time; further ones wait.</value>
    public int Jobs { get; init; } = 2;
}
