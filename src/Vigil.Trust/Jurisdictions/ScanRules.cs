namespace Vigil.Trust;

/// <summary>What a tenant recorded about scanning: its bases and its settings.</summary>
public sealed record ScanRules
{
    /// <summary>Setting: the jurisdiction of requests that name none; a code as DE.</summary>
    public const string JurisdictionSetting = "scan.jurisdiction";

    /// <summary>Setting: "open" or "closed", for requests that do not say it.</summary>
    public const string OnFailureSetting = "scan.onFailure";

    /// <summary>Setting: names of surfaces that are not scanned, with commas.</summary>
    public const string SurfacesOffSetting = "scan.surfacesOff";

    /// <summary>Setting: "on" has the file of a hit sealed into its case, where contents may be kept at all.</summary>
    public const string SealAtMatchSetting = "contents.sealAtMatch";

    public required IReadOnlyList<ScanBasis> Bases { get; init; }

    /// <summary>Empty: none.</summary>
    public string DefaultJurisdiction { get; init; } = "";

    /// <value>Closed: content that could not be looked up is held back.</value>
    public bool FailsOpen { get; init; }

    /// <value>The platform brings files itself, or nobody does.</value>
    public bool SealsAtMatch { get; init; }

    public IReadOnlySet<Surface> SurfacesOff { get; init; } = new HashSet<Surface>();

    internal static async Task<ScanRules> ReadAsync(Tx tx)
    {
        var off = await TenantSettings.FindAsync(tx, SurfacesOffSetting) ?? "";
        return new ScanRules
        {
            Bases = await ScanBases.ListAsync(tx),
            DefaultJurisdiction = await TenantSettings.FindAsync(tx, JurisdictionSetting) ?? "",
            FailsOpen = await TenantSettings.FindAsync(tx, OnFailureSetting) == "open",
            SealsAtMatch = await TenantSettings.FindAsync(tx, SealAtMatchSetting) == "on",
            SurfacesOff = off.Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Where(name => Trust.Surfaces.TryParse(name, out _))
                .Select(name => Trust.Surfaces.TryParse(name, out var surface) ? surface : default)
                .ToHashSet(),
        };
    }
}
