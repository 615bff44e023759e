using Vigil.Media;
using Vigil.Trust;

namespace Vigil.Server;

/// <summary>What the operator sets. Defaults run with no configuration.</summary>
public sealed record ServerOptions
{
    /// <summary>The one folder of this installation: keys, database, locks.</summary>
    public required string DataFolder { get; init; }

    /// <summary>A file of the data folder, or a PostgreSQL connection string.</summary>
    /// <value>vigil.db in the data folder.</value>
    public string? Database { get; init; }

    /// <summary>Where it listens. Other addresses than loopback need TLS.</summary>
    /// <value>http://127.0.0.1:8480.</value>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:8480"];

    /// <summary>For the first start; null: platform, or what it was.</summary>
    public Profile? Profile { get; init; }

    /// <summary>
    /// How old the last look at the lists may be: beyond it scans are refused, not answered from what may be
    /// out of date.
    /// </summary>
    /// <value>60 s.</value>
    public TimeSpan ListsStaleAfter { get; init; } = TimeSpan.FromSeconds(60);

    public MediaOptions Media { get; init; } = new();

    public ScanLimits Scan { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public string KeysFolder => Path.Combine(DataFolder, "keys");

    public DbOptions DbOptions =>
        DbOptions.Parse(Database ?? Path.Combine(Path.GetFullPath(DataFolder), "vigil.db"));
}
