namespace Vigil.Trust;

/// <summary>
/// Why private communication of a place may be scanned here, as somebody recorded it: it holds from its start
/// to its end and not a moment longer.
/// </summary>
public sealed record ScanBasis
{
    public Guid Id { get; init; }

    /// <summary>ISO 3166-1 alpha-2, or a group (EU, EEA).</summary>
    public string Jurisdiction { get; init; } = "";

    /// <summary>Names of surfaces, with commas.</summary>
    public string Surfaces { get; init; } = "";

    /// <summary>The law's text, in short.</summary>
    public string LegalBasis { get; init; } = "";

    /// <summary>Where the impact assessment is found.</summary>
    public string Assessment { get; init; } = "";

    public DateTimeOffset StartsOn { get; init; }

    /// <summary>From this moment on it is off again.</summary>
    public DateTimeOffset EndsOn { get; init; }
    public DateTimeOffset RecordedAt { get; init; }
    public string RecordedBy { get; init; } = "";

    /// <summary>Ended before its time.</summary>
    public DateTimeOffset? EndedAt { get; init; }
    public string? EndedBy { get; init; }

    internal bool Covers(Surface surface, Jurisdiction? place, string code) =>
        Surfaces.Split(',').Contains(Trust.Surfaces.NameOf(surface), StringComparer.Ordinal)
        && (Jurisdiction == code || place?.Groups.Contains(Jurisdiction) == true);

    /// <summary>It holds at this time.</summary>
    public bool HoldsAt(DateTimeOffset now) => now >= StartsOn && now < EndsOn && EndedAt is null;
}
