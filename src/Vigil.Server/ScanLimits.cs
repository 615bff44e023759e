namespace Vigil.Server;

/// <summary>The limits of the scan API, in one place. Each has its own code in the answer when it is met.</summary>
public sealed record ScanLimits
{
    /// <summary>Bytes of uploads in memory at a time, over all requests; above it 429.</summary>
    /// <value>512 MiB.</value>
    public long MaxBytesInFlight { get; init; } = 512L * 1024 * 1024;

    /// <summary>Uploads that wait for a free media worker; above it 429.</summary>
    /// <value>256.</value>
    public int MaxWaitingMedia { get; init; } = 256;

    /// <summary>From the first byte of a body to its last; the rate is held by Kestrel as well.</summary>
    /// <value>60 s.</value>
    public TimeSpan MaxBodyTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A body slower than this, after five seconds of grace, ends its request.</summary>
    /// <value>4,096 bytes a second.</value>
    public double MinBodyBytesPerSecond { get; init; } = 4096;

    /// <summary>How long a caller waits for the decision before it is told "pending".</summary>
    /// <value>10 s.</value>
    public TimeSpan DefaultWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>60 s.</value>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Pending scans of this process; above it 429.</summary>
    /// <value>1,000.</value>
    public int MaxPending { get; init; } = 1000;

    /// <summary>How long the answer of a pending scan can be asked for.</summary>
    /// <value>24 hours.</value>
    public TimeSpan PendingLife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>A pending scan whose process does not say so often that it lives counts as interrupted.</summary>
    /// <value>30 s.</value>
    public TimeSpan PendingLease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>JSON of one scan.</summary>
    /// <value>64 KiB.</value>
    public int MaxJsonBytes { get; init; } = 64 * 1024;

    /// <summary>JSON of a batch.</summary>
    /// <value>4 MiB.</value>
    public int MaxBatchJsonBytes { get; init; } = 4 * 1024 * 1024;

    /// <value>1,000 hashes or URLs in a batch.</value>
    public int MaxBatchItems { get; init; } = 1000;

    /// <value>100 files in a batch.</value>
    public int MaxBatchFiles { get; init; } = 100;

    /// <summary>Scans a second and API key; a batch counts its items. A burst of twice as many is taken.</summary>
    /// <value>10,000.</value>
    public int KeyScansPerSecond { get; init; } = 10_000;

    /// <summary>Scans a minute and account pseudonym: more is somebody trying pictures out.</summary>
    /// <value>60.</value>
    public int AccountScansPerMinute { get; init; } = 60;

    /// <summary>Counted in memory: a restart forgets it.</summary>
    /// <value>1,000.</value>
    public int AccountScansPerDay { get; init; } = 1000;
}
