using System.Text.Json;
using Vigil.CyberTip;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>POST /v1/cases/{ref}/reports.</summary>
internal sealed record DraftRequest
{
    /// <summary>Code of a destination, as "cybertip".</summary>
    public string? Destination { get; init; }

    /// <summary>"test" or "production".</summary>
    public string? Environment { get; init; }

    /// <summary>The report that this one adds to.</summary>
    public Guid? Follows { get; init; }

    /// <summary>A person's word, as "misleadingDomainName"; left out: by the case's problem type.</summary>
    public string? IncidentType { get; init; }

    /// <summary>Other cases of the very same file: a batched report of a viral file that may be a meme.</summary>
    public IReadOnlyList<string>? Batch { get; init; }
}

/// <param name="Blocking">How much stands between it and its approval.</param>
internal sealed record DraftedAnswer(
    Guid ReportId,
    string CaseRef,
    string Destination,
    string Environment,
    string State,
    int Version,
    bool IsTest,
    bool IsHighPriority,
    DateTimeOffset KnowledgeAt,
    int Completeness,
    int Urgency,
    string Estimate,
    int Blocking
)
{
    public static DraftedAnswer Of(ReportRow row, DraftStanding standing) =>
        new(
            row.Id,
            row.CaseRef,
            row.Destination,
            Words.Of(row.Environment),
            Words.Of(row.State),
            row.DraftVersion,
            row.IsTest,
            row.IsHighPriority,
            row.KnowledgeAt,
            standing.Completeness,
            standing.Urgency,
            standing.Estimate,
            standing.Blocking.Count
        );
}

/// <summary>A file as the draft shows it; which fingerprints there are, not what they are.</summary>
/// <param name="TextCharacters">Of a supplemental file that is words alone; they take a look of their own.</param>
internal sealed record DraftFileView(
    int Number,
    string FileName,
    Guid? ContentId,
    Guid? ItemId,
    long? Bytes,
    bool IsViewed,
    int? TextCharacters,
    IReadOnlyList<string> Fingerprints
)
{
    public static DraftFileView Of(DraftFile file, int number) =>
        new(
            number,
            file.FileName,
            file.ContentId,
            file.ItemId,
            file.Bytes,
            file.IsViewed,
            file.Text?.Length,
            [.. FileFingerprints.Of(file).Select(each => each.Kind)]
        );
}

/// <summary>GET /v1/reports/{id}/draft: what will be said, whole. For who may file.</summary>
internal sealed record DraftAnswer(
    Guid ReportId,
    string CaseRef,
    string Destination,
    string Environment,
    string State,
    int Version,
    JsonElement Tip,
    IReadOnlyList<DraftFileView> Files,
    string Why,
    IReadOnlyDictionary<string, string> CannotSupply,
    IReadOnlyDictionary<string, string> Extra,
    string ProblemType,
    string Surface,
    string UserJurisdiction,
    DateTimeOffset KnowledgeAt,
    DateTimeOffset? MatchedAt,
    bool NamesNoSuspect,
    bool IsTest
)
{
    public static DraftAnswer Of(ReportRow row, ReportDraft draft) =>
        new(
            row.Id,
            row.CaseRef,
            row.Destination,
            Words.Of(row.Environment),
            Words.Of(row.State),
            row.DraftVersion,
            JsonSerializer.Deserialize<JsonElement>(ReportJson.Write(draft.Tip)),
            [.. draft.Files.Select((file, index) => DraftFileView.Of(file, index + 1))],
            draft.Why,
            draft.CannotSupply,
            draft.Extra,
            draft.ProblemType,
            draft.Surface,
            draft.UserJurisdiction,
            draft.KnowledgeAt,
            draft.MatchedAt,
            draft.NamesNoSuspect,
            draft.IsTest
        );
}

/// <param name="Note">That the recipient decides.</param>
internal sealed record StandingAnswer(
    Guid ReportId,
    int Version,
    int Completeness,
    int Urgency,
    string Estimate,
    string Note,
    IReadOnlyList<DraftFinding> Findings,
    IReadOnlyList<MissingField> Missing,
    IReadOnlyList<string> UrgentBecause
)
{
    private const string TheirsDecides =
        "The estimate is ours; whether it becomes a referral, the recipient decides.";

    public static StandingAnswer Of(ReportRow row, DraftStanding standing) =>
        new(
            row.Id,
            row.DraftVersion,
            standing.Completeness,
            standing.Urgency,
            standing.Estimate,
            TheirsDecides,
            standing.Findings,
            standing.Missing,
            standing.UrgentBecause
        );
}

/// <param name="Before">Version that it is compared with; null: there is none yet.</param>
internal sealed record DiffAnswer(
    Guid ReportId,
    int? Before,
    int Version,
    IReadOnlyList<DraftChange> Changes
);
