namespace Vigil.Trust;

/// <summary>Why something may not be destroyed.</summary>
public enum HoldKind
{
    /// <summary>A court's order, a claim, an own duty to keep evidence.</summary>
    Legal,

    /// <summary>The law of the place says how long contents are kept.</summary>
    Preservation,

    /// <summary>An authority's letter, as under 18 U.S.C. 2703(f): 90 days, and 90 more.</summary>
    LawEnforcement,

    /// <summary>An appeal or another dispute about it is open.</summary>
    Dispute,
}

/// <summary>A hold as it is asked for: of a case with all that it holds or will hold, or of one content.</summary>
public sealed record NewHold
{
    public required HoldKind Kind { get; init; }

    /// <summary>Of this or <see cref="ContentId"/> one is given.</summary>
    public CaseRef? Case { get; init; }

    public Guid? ContentId { get; init; }

    /// <summary>Whose word it rests on: an order with its number, a law, an office. Names no person
    /// concerned.</summary>
    public required string Authority { get; init; }

    /// <summary>Stands in the ledger.</summary>
    public required string Reason { get; init; }

    /// <summary>It ends by itself; null: it holds until it is lifted.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>
    /// Nobody adds it by hand: it comes with what is sealed, and is not refused because there are many.
    /// </summary>
    public bool ComesByItself { get; init; }
}

/// <summary>A hold as it stands.</summary>
public sealed class Hold
{
    public Guid Id { get; init; }
    public HoldKind Kind { get; init; }
    public string? CaseRef { get; init; }
    public Guid? ContentId { get; init; }
    public string Authority { get; init; } = "";
    public string Reason { get; init; } = "";
    public DateTimeOffset PlacedAt { get; init; }
    public string PlacedBy { get; init; } = "";
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? LiftedAt { get; init; }
    public string? LiftedBy { get; init; }
    public string? LiftReason { get; init; }

    public bool IsActiveAt(DateTimeOffset now) => RetentionRule.IsActive(LiftedAt, ExpiresAt, now);
}

/// <summary>A hold, a report's clock or a destruction was refused; the code says why, the text what to do.</summary>
public sealed class RetentionException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
