namespace Vigil.Trust;

/// <summary>
/// Raised by the cases in the transaction in which a confirmation leaves, once it can no longer be undone: reports may
/// be written, and the law's clocks run since <paramref name="KnowledgeAt"/>.
/// </summary>
/// <param name="Items">Those confirmed by this decision.</param>
/// <param name="KnowledgeAt">The first confirmation by a person, or the notice's arrival if that was earlier.</param>
public sealed record CaseConfirmed(CaseRef Case, IReadOnlyList<Guid> Items, DateTimeOffset KnowledgeAt);

/// <summary>
/// Raised by the cases in the transaction in which they remove what names a cleared person: who keeps more of the case
/// does the same.
/// </summary>
public sealed record CaseCleared(CaseRef Case);

/// <summary>
/// Question, asked by reporting and answered by the cases: which of these cases can stand in a batch? Answer:
/// <see cref="BatchableCases"/>.
/// </summary>
/// <param name="Cases">At most 200.</param>
/// <param name="EvenInDanger">Also those where a child may be in danger: only a confirmation counts.</param>
public sealed record BatchableCasesWanted(IReadOnlyList<CaseRef> Cases, bool EvenInDanger = false)
{
    /// <summary>By a case's reference: items all of which must be confirmed. Of others, any one.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Guid>> Items { get; init; } =
        new Dictionary<string, IReadOnlyList<Guid>>();
}

/// <param name="Cases">
/// References of those that the asker may see, with something confirmed, somebody to suspect, and no child in danger.
/// </param>
public sealed record BatchableCases(IReadOnlySet<string> Cases);

/// <summary>
/// Question, asked by reporting and answered by the cases: all that a report may say of a case. Answer:
/// <see cref="ReportableCase"/>.
/// </summary>
public sealed record ReportableCaseWanted(CaseRef Case);

/// <summary>A case as reports need it. Holds personal data: sealed wherever it is kept, never logged.</summary>
public sealed record ReportableCase
{
    public static readonly ReportableCase None = new();

    public bool IsThere { get; init; }

    /// <summary>"Open", "Decided" or "Closed".</summary>
    public string State { get; init; } = "";

    /// <summary>The platform's pseudonym of the account, or an address; null: nobody's.</summary>
    public string? Account { get; init; }

    /// <summary>ISO 3166 code, or empty.</summary>
    public string Jurisdiction { get; init; } = "";
    public string Surface { get; init; } = "";

    /// <summary>As "KnownCsam"; empty: nobody said yet.</summary>
    public string ProblemType { get; init; } = "";

    /// <summary>Intimate-image or self-declared lists only: nobody is a suspect of anything.</summary>
    public bool NamesNoSuspect { get; init; }
    public bool IsTest { get; init; }

    /// <summary>Somebody said that a child may be in danger now.</summary>
    public DateTimeOffset? DangerAt { get; init; }
    public DateTimeOffset OpenedAt { get; init; }
    public IReadOnlyList<ReportableItem> Items { get; init; } = [];

    /// <summary>Other cases of the same account, newest first.</summary>
    public IReadOnlyList<CaseRef> OtherCases { get; init; } = [];

    /// <summary>What was done to the account, newest first, as "suspended 2026-11-02T10:00:00Z".</summary>
    public IReadOnlyList<ReportableAction> Actions { get; init; } = [];

    public override string ToString() => $"Case with {Items.Count} items";
}

/// <param name="Action">As the case's account actions name it.</param>
/// <param name="UserToldAt">Null: the user was not told.</param>
public sealed record ReportableAction(
    string Action,
    DateTimeOffset At,
    DateTimeOffset? ReversedAt,
    DateTimeOffset? UserToldAt
);

/// <summary>One item of it.</summary>
public sealed record ReportableItem
{
    public required Guid ItemId { get; init; }
    public required CaseOrigin Origin { get; init; }
    public Guid? DecisionId { get; init; }

    /// <summary>The platform's own reference of the content.</summary>
    public string? ContentRef { get; init; }
    public string Surface { get; init; } = "";
    public string Jurisdiction { get; init; } = "";

    /// <summary>When it came in.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>"Open", "NotCsam" or "Confirmed".</summary>
    public required string State { get; init; }

    /// <summary>A pseudonym.</summary>
    public string? DecidedBy { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>
    /// The first confirmation by a person, also one before a dispute, or the notice's arrival where that was earlier;
    /// null: neither.
    /// </summary>
    public DateTimeOffset? KnowledgeAt { get; init; }
    public bool NamesNoSuspect { get; init; }

    /// <summary>One sentence; no values.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Words that came with it: a flag's, a conversation's, a notice's; oldest first.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>A notice's sender and its reference there.</summary>
    public string? NoticeFrom { get; init; }
    public string? NoticeReference { get; init; }
    public DateTimeOffset? NoticeReceivedAt { get; init; }

    /// <summary>What the graders agreed on, by name of the fact; codes derived from it as "code.a1-b2".</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    public override string ToString() => $"Item {ItemId}, {State}";
}
