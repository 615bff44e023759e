namespace Vigil.Trust;

/// <summary>What sealing contents may take, in one place.</summary>
public sealed record ContentLimits
{
    /// <summary>Bytes of one content.</summary>
    /// <value>2 GiB.</value>
    public long MaxBytes { get; init; } = 2L << 30;

    /// <summary>Contents of one case, destroyed ones not counted.</summary>
    /// <value>1,000.</value>
    public int MaxPerCase { get; init; } = 1000;

    /// <summary>Contents of a tenant, destroyed ones not counted.</summary>
    /// <value>1,000,000.</value>
    public int MaxContents { get; init; } = 1_000_000;

    /// <summary>Bytes of all contents of a tenant.</summary>
    /// <value>4 TiB.</value>
    public long MaxTenantBytes { get; init; } = 4L << 40;

    /// <summary>Contents of all tenants that are sealed at one time; more are told to come again.</summary>
    /// <value>32.</value>
    public int MaxAtOnce { get; init; } = 32;

    /// <summary>Of one tenant, so that its slow senders take no other's place.</summary>
    /// <value>8.</value>
    public int MaxAtOncePerTenant { get; init; } = 8;

    /// <summary>Until all bytes of one content are there: 2 GiB at 600 kB a second.</summary>
    /// <value>1 hour.</value>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Rows of one call of a look at what is held: each is over in time, however much there is.</summary>
    /// <value>500.</value>
    public int RowsAtOnce { get; init; } = 500;

    /// <summary>An object that no row knows of was never acknowledged; it is destroyed when it is so old.</summary>
    /// <value>1 day.</value>
    public TimeSpan StrayLife { get; init; } = TimeSpan.FromDays(1);
}
