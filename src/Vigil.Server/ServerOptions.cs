using System.Net;
using Vigil.Hashing;
using Vigil.Media;
using Vigil.Trust;

namespace Vigil.Server;

public enum LogFormat
{
    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>One JSON object a line, for programs.</summary>
    Json,
}

/// <summary>What the operator sets. Defaults run with no configuration.</summary>
public sealed record ServerOptions
{
    public const string DefaultUrl = "http://127.0.0.1:8480";

    /// <summary>The one folder of this installation: keys, database, locks.</summary>
    public required string DataFolder { get; init; }

    /// <summary>A file of the data folder, or a PostgreSQL connection string.</summary>
    /// <value>vigil.db in the data folder.</value>
    public string? Database { get; init; }

    /// <summary>Where it listens. Other addresses than loopback need TLS.</summary>
    /// <value>http://127.0.0.1:8480.</value>
    public IReadOnlyList<string> Urls { get; init; } = [DefaultUrl];

    /// <summary>For the first start; null: platform, or what it was.</summary>
    public Profile? Profile { get; init; }

    /// <summary>
    /// How old the last look at the lists may be: beyond it scans are refused, not answered from what may be
    /// out of date.
    /// </summary>
    /// <value>60 s.</value>
    public TimeSpan ListsStaleAfter { get; init; } = TimeSpan.FromSeconds(60);

    public MediaOptions Media { get; init; } = new();

    /// <summary>
    /// Pieces by which uploaded pictures are looked up beside the whole, each mirrored and rotated too.
    /// </summary>
    /// <value>Without their border.</value>
    public PartKinds PictureParts { get; init; } = PartKinds.Border;

    /// <summary>Videos; their sandbox is that of <see cref="Media"/>.</summary>
    public VideoOptions Video { get; init; } = new();

    /// <summary>Where this installation may call.</summary>
    public OutboundOptions Outbound { get; init; } = new();

    public AlarmOptions Alarms { get; init; } = new();

    /// <summary>The organisation's identity provider; null: people sign in with what they have here.</summary>
    public SingleSignOnOptions? SingleSignOn { get; init; }

    public ScanLimits Scan { get; init; } = new();

    /// <summary>Of what a tenant's history keeps, and of hunts of it.</summary>
    public HistoryLimits History { get; init; } = new();

    /// <summary>Of the filing of reports.</summary>
    public FilingLimits Filing { get; init; } = new();

    /// <summary>Of sealed contents.</summary>
    public ContentLimits Contents { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>PEM file of the certificate with its chain, or a PFX file; null: no TLS.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>PEM file of the private key; null: it is in the certificate's file.</summary>
    public string? TlsKey { get; init; }

    /// <summary>Of the key or the PFX file.</summary>
    public string? TlsPassword { get; init; }

    /// <summary>
    /// Networks of the proxies that end TLS before this server. Only they may connect, and only their forwarded
    /// headers count.
    /// </summary>
    public IReadOnlyList<IPNetwork> ProxyNetworks { get; init; } = [];

    /// <summary>Longest wait for running requests when the server is told to end.</summary>
    /// <value>30 s.</value>
    public TimeSpan DrainDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A duty to report that was looked up longer ago blocks filing until it is looked up again.</summary>
    /// <value>365 days.</value>
    public TimeSpan DutyMaxAge { get; init; } = TimeSpan.FromDays(365);

    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>Where metrics and traces go (OTLP); null: nowhere.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>Where the shares of the root keys are written to at the first start, to be taken away.</summary>
    /// <value>"shares" in the data folder.</value>
    public string? SharesFolder { get; init; }

    public string KeysFolder => Path.Combine(DataFolder, "keys");

    /// <summary>Sealed contents, apart from the database.</summary>
    public string LockerFolder => Path.Combine(DataFolder, "locker");

    /// <summary>The operator's own rows of duties to report, over those of this version.</summary>
    public string DutiesFolder => Path.Combine(DataFolder, "duties");

    public DbOptions DbOptions =>
        DbOptions.Parse(Database ?? Path.Combine(Path.GetFullPath(DataFolder), "vigil.db"));
}
