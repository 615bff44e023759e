using Vigil.Hashing;

namespace Vigil.Matching.Lists;

/// <summary>What a list is for. Closed: political, terror and copyright lists are refused.</summary>
public enum ListPurpose
{
    KnownCsam,
    Exploitative,
    GeneratedCsam,
    IntimateImageAbuse,
    TakeItDownMinor,
    LawEnforcementOnly,
    Harmless,
}

/// <summary>What is recorded of a list beside its entries.</summary>
public sealed record ListInfo
{
    /// <summary>Name within the installation: 1 to 64 of a-z, 0-9, '-', '_', '.'.</summary>
    public required string Name { get; init; }

    public required ListPurpose Purpose { get; init; }

    /// <summary>Who made it; empty when not said.</summary>
    public string Source { get; init; } = "";

    /// <summary>The source's recorded attestation that its entries may ground a report; null: not report-eligible.</summary>
    public string? Attestation { get; init; }

    /// <summary>Largest distance at which a picture matches an entry of this list.</summary>
    public Radius Radius { get; init; } = Radius.Default;

    /// <summary>Pictures below this quality are not matched by PDQ against this list.</summary>
    public Quality QualityFloor { get; init; } = Quality.DefaultFloor;

    /// <summary>A published list of SAMPLE pictures: every result from it is marked TEST.</summary>
    public bool IsTest { get; init; }

    /// <summary>Exact matches of a report-eligible list are "known"; it governs defaults only.</summary>
    public bool IsReportEligible => Attestation is not null;
}
