using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

internal enum ToldBy
{
    Authority,
    Hotline,
}

/// <summary>What became of a report, by who received it.</summary>
internal enum ToldOutcome
{
    /// <summary>Kept as information; nobody acts on it.</summary>
    Informational,

    /// <summary>Passed on to those who investigate.</summary>
    Referred,
    NotCsam,
    Arrest,
    ChildIdentified,

    /// <summary>They ask for more.</summary>
    MoreWanted,
}

/// <summary>POST /v1/notices/feedback.</summary>
internal sealed record FeedbackGiven
{
    /// <summary>Of this and remoteReportId one is given.</summary>
    public string? CaseRef { get; init; }

    /// <summary>As the recipient calls the report.</summary>
    public string? RemoteReportId { get; init; }

    /// <summary>authority or hotline.</summary>
    public string? From { get; init; }

    /// <summary>informational, referred, not_csam, arrest, child_identified or more_wanted.</summary>
    public string? Outcome { get; init; }

    /// <summary>When they said so; left out: now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Sealed.</summary>
    public string? Text { get; init; }
}

internal sealed record FeedbackTaken(Guid FeedbackId, string CaseRef, Guid? ReportId);

internal sealed record FeedbackDetails(string? RemoteReportId, string? Text)
{
    public override string ToString() => nameof(FeedbackDetails);
}

/// <summary>Feedback as it was recorded.</summary>
internal sealed record FeedbackView(
    Guid Id,
    string From,
    string Destination,
    string Outcome,
    DateTimeOffset At,
    string RecordedBy,
    string? RemoteReportId,
    string? Text
)
{
    /// <summary>Newest first; the caller has asked whether the actor may see the case.</summary>
    public static async Task<IReadOnlyList<FeedbackView>> OfCaseAsync(Tx tx, string reference) =>
        [
            .. (
                await tx.QueryAsync<Row>(
                    $"""
                    select id, from_kind, destination, outcome, said_at, recorded_by, details from notice_feedback
                    where tenant = @tenant and case_ref = @reference
                    order by said_at desc, id desc limit {NoticeLimits.Rows}
                    """,
                    new { reference }
                )
            ).Select(row => Of(tx, row)),
        ];

    private static FeedbackView Of(Tx tx, Row row)
    {
        var details = ReceivedNotice.Open<FeedbackDetails>(tx, row.Details, row.Id);
        return new FeedbackView(
            row.Id,
            Words.Of(row.FromKind),
            row.Destination,
            Words.Of(row.Outcome),
            row.SaidAt,
            row.RecordedBy,
            details.RemoteReportId,
            details.Text
        );
    }

    private sealed class Row
    {
        public Guid Id { get; init; }
        public ToldBy FromKind { get; init; }
        public string Destination { get; init; } = "";
        public ToldOutcome Outcome { get; init; }
        public DateTimeOffset SaidAt { get; init; }
        public string RecordedBy { get; init; } = "";
        public byte[] Details { get; init; } = [];
    }
}

/// <summary>
/// An authority or hotline says what became of a report or a case. It is recorded, and the case changes by it: what
/// contradicts its decision opens it again.
/// </summary>
internal static class GiveFeedback
{
    public static async Task<FeedbackTaken> RunAsync(Tx tx, FeedbackGiven given)
    {
        var from = Words.Read<ToldBy>(given.From, "from");
        var outcome = Words.Read<ToldOutcome>(given.Outcome, "outcome");
        var text = Given.Optional(given.Text, NoticeLimits.TextCharacters, "text");
        var remote = Given.Optional(given.RemoteReportId, NoticeLimits.NameCharacters, "remoteReportId");
        var said = given.At ?? tx.Now;
        if (said > tx.Now + NoticeLimits.Skew || said < tx.Now - (5 * NoticeLimits.OldestArrival))
        {
            throw ProblemException.BadRequest("bad_at", "'at' is a time of the last five years.");
        }
        var about = await AboutAsync(tx, given.CaseRef, remote);
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into notice_feedback (tenant, id, from_kind, case_ref, report_id, destination, outcome, said_at,
                recorded_at, recorded_by, details)
            values (@tenant, @id, @from, @caseRef, @reportId, @destination, @outcome, @said, @now, @me, @details)
            """,
            new
            {
                id,
                from = from.ToString(),
                caseRef = about.Case!.Value.Value,
                reportId = about.ReportId,
                destination = about.Destination,
                outcome = outcome.ToString(),
                said,
                now = tx.Now,
                me = tx.Actor.Name,
                details = ReceivedNotice.Seal(tx, new FeedbackDetails(remote, text), id),
            }
        );
        await tx.RecordAsync(
            new LedgerAct("notice.feedback", about.Case.Value.Value)
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["from"] = Words.Of(from),
                    ["outcome"] = Words.Of(outcome),
                },
            }
        );
        await tx.RaiseAsync(new OutcomeTold(about.Case.Value, Words.Of(from), CaseWordOf(outcome), text));
        return new FeedbackTaken(id, about.Case.Value.Value, about.ReportId);
    }

    private static async Task<ReportedCase> AboutAsync(Tx tx, string? caseRef, string? remote)
    {
        if (string.IsNullOrWhiteSpace(caseRef) == remote is null)
        {
            throw ProblemException.BadRequest(
                "nothing_named",
                "Name one of 'caseRef' and 'remoteReportId': what the feedback is about."
            );
        }
        var found = remote is not null
            ? await tx.AskAsync<ReportedCaseWanted, ReportedCase>(new ReportedCaseWanted(remote))
            : new ReportedCase(new CaseRef(caseRef!.Trim().ToUpperInvariant()), null, "");
        return
            found.Case is { } reference
            && CaseRef.IsWellFormed(reference.Value)
            && await tx.MaySeeCaseAsync(reference.Value)
            && (await tx.AskAsync<ContentCase, CaseForContent>(new ContentCase(reference, null))).IsThere
            ? found
            : throw ProblemException.NotFound(
                remote is null
                    ? "There is no case of this reference."
                    : "No report is called so by its recipient: name the case."
            );
    }

    /// <summary>As the cases record it: what contradicts the decision, or asks for more, opens the case.</summary>
    private static string CaseWordOf(ToldOutcome outcome) =>
        outcome switch
        {
            ToldOutcome.Referred or ToldOutcome.Arrest => "confirmed",
            ToldOutcome.NotCsam => "not_csam",
            ToldOutcome.ChildIdentified => "child_safe",
            ToldOutcome.MoreWanted => "more_found",
            _ => "no_action",
        };
}
