namespace Vigil.Trust;

/// <summary>
/// Question, asked when somebody outside gave notice and answered by the cases: where does it belong? A case that is
/// open and holds the content takes it, otherwise one is opened. Answer: <see cref="NoticeCase"/>.
/// </summary>
public sealed record NoticeCaseWanted
{
    /// <summary>The sender, and the reference to be named in the answer.</summary>
    public required string From { get; init; }
    public string? Reference { get; init; }

    /// <summary>The law's clocks may run since then.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }
    public DateTimeOffset? AnswerBy { get; init; }

    /// <summary>The platform's pseudonym, where the notice names one.</summary>
    public string? Account { get; init; }

    /// <summary>Addresses, and the platform's own references of contents; the first stands for the item.</summary>
    public IReadOnlyList<string> Contents { get; init; } = [];
    public required string Surface { get; init; }

    /// <summary>ISO 3166 code, or empty.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>As the cases name their types: "suspected_csam", "grooming" …</summary>
    public required string ProblemType { get; init; }

    /// <summary>What was written.</summary>
    public required string Text { get; init; }

    /// <summary>The notice's case so far: what is found nowhere else goes there while it takes items.</summary>
    public CaseRef? Before { get; init; }

    /// <summary>What its fingerprints are known as; null: it names none.</summary>
    public FilesNamed? Files { get; init; }

    /// <summary>Cases, and items of them, whose sealed contents have one of its fingerprints.</summary>
    public IReadOnlyList<(CaseRef Case, Guid? ItemId)> Sealed { get; init; } = [];

    public override string ToString() => $"Notice of {Contents.Count} contents";
}

/// <summary>How a case was found that has an item of a notice now.</summary>
public enum NoticeFoundBy
{
    /// <summary>It was not: it was opened, or it is the notice's own or the account's.</summary>
    Nothing,

    /// <summary>It holds a content by the address or reference that the notice names.</summary>
    Content,

    /// <summary>It holds a file that has one of the fingerprints, or matched an entry that has.</summary>
    Fingerprint,

    /// <summary>A fingerprint was found in the history of what was scanned.</summary>
    History,
}

public sealed record NoticePlace(CaseRef Case, Guid ItemId, NoticeFoundBy FoundBy);

/// <param name="Places">Cases that have an item of the notice now; the first is the notice's own. At least one.</param>
/// <param name="IsFound">One of the contents was known here.</param>
/// <param name="Earlier">Decided or closed cases that hold one of the contents.</param>
/// <param name="Located">Contents that fingerprints found.</param>
/// <param name="IsWhole">False: more was known than is looked at for one notice.</param>
public sealed record NoticeCase(
    IReadOnlyList<NoticePlace> Places,
    bool IsFound,
    IReadOnlyList<CaseRef> Earlier,
    IReadOnlyList<LocatedContent> Located,
    bool IsWhole
)
{
    public override string ToString() => $"{Places.Count} places";
}

/// <summary>A content that a fingerprint found, as the platform names it, and the item that holds it.</summary>
public sealed record LocatedContent(string ContentRef, string CaseRef, Guid ItemId)
{
    public override string ToString() => $"Content in {CaseRef}";
}

/// <summary>Question, answered by the cases: which of these items did a person find to be harmless by now?</summary>
public sealed record HarmlessItemsWanted(IReadOnlyList<Guid> Items);

public sealed record HarmlessItems(IReadOnlySet<Guid> Items);

/// <summary>
/// Raised when somebody who was told of a case says what came of it; the cases record it, and open what it contradicts.
/// </summary>
/// <param name="From">As the cases' feedback names it: "authority", "hotline" …</param>
/// <param name="Outcome">"confirmed", "not_csam", "more_found", "child_safe", "no_action".</param>
/// <param name="Text">Their words; sealed.</param>
public sealed record OutcomeTold(CaseRef Case, string From, string Outcome, string? Text)
{
    public override string ToString() => $"{From}: {Outcome}";
}

/// <summary>
/// Question, answered by reporting: which report does its recipient call so? Answer: <see cref="ReportedCase"/>.
/// </summary>
public sealed record ReportedCaseWanted(string RemoteId);

/// <param name="Case">Null: no report is called so.</param>
/// <param name="Destination">Code of its recipient.</param>
public sealed record ReportedCase(CaseRef? Case, Guid? ReportId, string Destination)
{
    public static readonly ReportedCase None = new(null, null, "");
}
