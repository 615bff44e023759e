namespace Vigil.Server;

/// <summary>The limits of a tenant's history and of hunts of it, in one place.</summary>
public sealed record HistoryLimits
{
    /// <summary>What was recorded is on the disk after so long; a killed process loses that much.</summary>
    /// <value>1 s.</value>
    public TimeSpan SyncEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Contents of one segment, unless its bytes or its age end it earlier.</summary>
    /// <value>65,536.</value>
    public int SegmentRows { get; init; } = 65_536;

    /// <summary>Bytes of one segment.</summary>
    /// <value>64 MiB.</value>
    public long SegmentBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>A log that is older becomes a segment, however small.</summary>
    /// <value>1 hour.</value>
    public TimeSpan SegmentAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often what is due is destroyed.</summary>
    /// <value>1 hour.</value>
    public TimeSpan DestroyEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Entries that a hunt holds at a time; of more the history is read again.</summary>
    /// <value>1,000,000: some 300 MB.</value>
    public int SliceEntries { get; init; } = 1_000_000;

    /// <summary>Decisions of one hunt; then it pauses and an alarm is raised, until a person lets it go on.</summary>
    /// <value>1,000.</value>
    public int HitsBeforePause { get; init; } = 1000;

    /// <summary>
    /// From when all scans look at the hunted lists until the hunt begins: scans of before are decided and recorded by
    /// then.
    /// </summary>
    /// <value>15 s: longer than a scan's two calls to the database take.</value>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Lists are hunted by themselves once they were still for so long, or after ten minutes.</summary>
    /// <value>30 s.</value>
    public TimeSpan ListsStill { get; init; } = TimeSpan.FromSeconds(30);
}
