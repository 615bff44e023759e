namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>Why reports may leave to a destination abroad, as somebody recorded it; it ends by itself.</summary>
internal sealed record TransferBasis
{
    public Guid Id { get; init; }

    /// <summary>Code of the destination.</summary>
    public string Destination { get; init; } = "";

    /// <summary>The law or clause that it rests on.</summary>
    public string LegalReference { get; init; } = "";
    public DateTimeOffset StartsOn { get; init; }

    /// <summary>From this moment on nothing leaves by it.</summary>
    public DateTimeOffset EndsOn { get; init; }
    public DateTimeOffset RecordedAt { get; init; }
    public string RecordedBy { get; init; } = "";

    /// <summary>Ended before its time.</summary>
    public DateTimeOffset? EndedAt { get; init; }
    public string? EndedBy { get; init; }

    public bool HoldsAt(DateTimeOffset now) => now >= StartsOn && now < EndsOn && EndedAt is null;
}
