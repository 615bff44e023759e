namespace Vigil.Trust;

/// <summary>What bounds the signing of the ledger, in one place.</summary>
internal static class LedgerLimits
{
    /// <summary>Longest wait between two looks for rows that are to be signed.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>Most rows under one signature; more are the next.</summary>
    public const int BatchRows = 1000;

    /// <summary>A row that waits longer for its signature stops privileged acts.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(2);

    /// <summary>How long an act waits for the signature that its effect needs.</summary>
    public static readonly TimeSpan SignedWithin = TimeSpan.FromSeconds(10);

    /// <summary>How often the holder of the lease says that it lives.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>A holder that was silent so long, by the clock of who looks, has lost the lease.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    /// <summary>Between two bundles of 256 entries that are compared with their rows, in a circle.</summary>
    public static readonly TimeSpan ScrubEvery = TimeSpan.FromSeconds(1);

    /// <summary>Rows compared at once, when all are.</summary>
    public const int CheckRows = 1024;

    /// <summary>A ledger that was found altered is read again so often: somebody may have put it right.</summary>
    public static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);
}
