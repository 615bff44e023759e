using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>Who was told, and says something afterwards.</summary>
internal enum FeedbackFrom
{
    Authority,
    Hotline,
    Platform,
    ListSource,
    User,
}

internal enum FeedbackOutcome
{
    /// <summary>It was what the case says.</summary>
    Confirmed,

    /// <summary>It was not: the case is looked at again.</summary>
    NotCsam,

    /// <summary>More was found, or a child: the case is looked at again.</summary>
    MoreFound,
    ChildSafe,
    NoAction,
}

/// <summary>POST /v1/cases/{ref}/feedback.</summary>
internal sealed record FeedbackRequest
{
    public string? From { get; init; }
    public string? Outcome { get; init; }

    /// <summary>Sealed.</summary>
    public string? Text { get; init; }
}

/// <summary>
/// What somebody who was told says of a case. Where it contradicts the decision, the case is open again.
/// </summary>
internal static class Feedback
{
    /// <summary>The same, told by another feature in its transaction.</summary>
    public static Task<CaseStatus> ReactAsync(Tx tx, OutcomeTold told) =>
        RunAsync(
            tx,
            told.Case.Value,
            new FeedbackRequest
            {
                From = told.From,
                Outcome = told.Outcome,
                Text = told.Text,
            }
        );

    public static async Task<CaseStatus> RunAsync(Tx tx, string reference, FeedbackRequest request)
    {
        var file = await CaseActs.RequireAsync(tx, reference);
        var from = Words.Parse<FeedbackFrom>(request.From, "from");
        var outcome = Words.Parse<FeedbackOutcome>(request.Outcome, "outcome");
        var text = CaseLimits.Optional(request.Text, CaseLimits.NoteCharacters, "text");
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into case_feedback (tenant, id, case_id, from_whom, outcome, words, at, given_by)
            values (@tenant, @id, @caseId, @from, @outcome, @words, @at, @me)
            """,
            new
            {
                id,
                caseId = file.Id,
                from = from.ToString(),
                outcome = outcome.ToString(),
                words = Sealed.Seal(tx, text, id),
                at = tx.Now,
                me = tx.Actor.Name,
            }
        );
        var said = $"{Words.NameOf(from)}: {Words.NameOf(outcome)}.";
        // What they say in words is read as other words of people are.
        await CaseTimeline.AddAsync(tx, file.Id, CaseFeedback.InTimeline, said);
        await tx.RecordAsync(
            new LedgerAct("case.feedback", file.Ref)
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["from"] = Words.NameOf(from),
                    ["outcome"] = Words.NameOf(outcome),
                },
            }
        );
        if (Contradicts(outcome, file))
        {
            if (file.LeavesAt is null)
            {
                await ReopenCase.ByFeedbackAsync(tx, file, $"Feedback from {said}");
            }
            else if (file.State != CaseState.Open)
            {
                await CaseTimeline.AddAsync(tx, file.Id, WaitingFeedback.Line, said);
            }
        }
        return CaseStatus.Of((await CaseFile.FindAsync(tx, file.Id))!);
    }

    /// <summary>It says otherwise than what was decided.</summary>
    internal static bool Contradicts(FeedbackOutcome outcome, CaseFile file) =>
        outcome switch
        {
            FeedbackOutcome.NotCsam => file.Outcome != CaseOutcome.NotCsam,
            FeedbackOutcome.Confirmed => file.Outcome == CaseOutcome.NotCsam,
            FeedbackOutcome.MoreFound => true,
            _ => false,
        };
}
