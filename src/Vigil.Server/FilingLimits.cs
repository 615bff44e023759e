namespace Vigil.Server;

/// <summary>Times and numbers of the filing of reports, in one place.</summary>
public sealed record FilingLimits
{
    /// <summary>How often what is due is looked for.</summary>
    /// <value>1 s.</value>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often what is late, or waits for nobody, is looked for.</summary>
    /// <value>15 s.</value>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Of those at once, so many are for what is of high priority alone.</summary>
    /// <value>2.</value>
    public int KeptForHighPriority { get; init; } = 2;

    /// <summary>A worker that does not renew its lease so long has lost it.</summary>
    /// <value>60 s.</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Reports that this process files at one time.</summary>
    /// <value>8.</value>
    public int AtOnce { get; init; } = 8;

    /// <summary>A call; an upload: how long it may stand still.</summary>
    /// <value>100 s.</value>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>A check that a person waits for.</summary>
    /// <value>20 s.</value>
    public TimeSpan CheckTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Longer waits between two tries are given back to the queue.</summary>
    /// <value>2 s.</value>
    public TimeSpan WaitInPlace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long the word of another server on the database is waited for, before a call that may file and by a journal
    /// that begins. A server that hears nothing of the database for half of it comes in anew.
    /// </summary>
    /// <value>20 s.</value>
    public TimeSpan PeerGone { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an answer is tried to be kept while the database or the ledger is gone.</summary>
    /// <value>10 minutes.</value>
    public TimeSpan KeepTrying { get; init; } = TimeSpan.FromMinutes(10);
}
