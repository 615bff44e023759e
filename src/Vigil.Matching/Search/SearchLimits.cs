namespace Vigil.Matching.Search;

/// <summary>Every size of the search engine in one place, with what follows from it.</summary>
internal static class SearchLimits
{
    /// <summary>
    /// Distinct hashes in one segment: 2^27. Its structure takes 13 GB; more hashes lie in several segments.
    /// </summary>
    public const int MaxSegmentRows = 1 << 27;

    /// <summary>
    /// From this many rows on a segment has ring tables: their directories take 4.2 MB whatever the number of rows.
    /// A scan of fewer takes 20 us.
    /// </summary>
    public const int RingFromRows = 1 << 16;

    /// <summary>Rows in the part of a living index that is written to: a scan of it takes 2 us.</summary>
    public const int DeltaRows = 4096;

    /// <summary>
    /// Full deltas that wait for their merge. A writer that is still faster waits for the merge itself.
    /// </summary>
    public const int MaxWaitingDeltas = 64;

    /// <summary>
    /// A segment is merged with all that is newer once that is an eighth of it: few segments to search, each row
    /// moved some eight times on every step of size.
    /// </summary>
    public const int FanIn = 8;

    /// <summary>Removed postings, beyond a quarter of all, from which on everything is merged.</summary>
    public const int MaxDead = 50_000;

    /// <summary>
    /// What looking one bucket up costs, in rows of a scan: with fewer rows than probes times this a scan is faster.
    /// </summary>
    public const int RowsPerProbe = 16;

    /// <summary>
    /// Part of a segment's rows that may pass the sketches, beside <see cref="MinSurvivors"/>, before a scan takes
    /// over: each costs a cache miss.
    /// </summary>
    public const int SurvivorShare = 32;

    /// <summary>As many may pass in any segment.</summary>
    public const int MinSurvivors = 2048;

    /// <summary>
    /// Up to this radius the sliced scan settles nearly every row by its first 96 bits (of unrelated ones 48
    /// differ, give or take 5); beyond it whole rows are compared.
    /// </summary>
    public const int WidestSliced = 42;

    /// <summary>Rows scanned between two looks at the cancellation token: well under a millisecond.</summary>
    public const int RowsPerLook = 64 * 1024;

    /// <summary>Probes sorted at once in a batch; more queries go in several rounds.</summary>
    public const int BatchProbes = 1 << 19;

    /// <summary>Queries from which on a batch is sorted by bucket; fewer are searched one by one.</summary>
    public const int BatchFrom = 1024;
}
