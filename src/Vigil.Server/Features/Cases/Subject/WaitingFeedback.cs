using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>
/// Feedback that came while a decision of its case could still be undone: it opens the case when the last such decision
/// has left and still says otherwise. A case that was opened meanwhile, or whose decision was undone, has it in its
/// timeline.
/// </summary>
internal static class WaitingFeedback
{
    /// <summary>The timeline's code: it waits for a decision to leave.</summary>
    public const string Line = "feedback_waits";

    private const int Most = 100;

    /// <summary>After a decision left, in its transaction.</summary>
    public static async Task HearAsync(Tx tx, Guid caseId)
    {
        if (
            await CaseFile.FindAsync(tx, caseId)
            is not { State: not CaseState.Open, LeavesAt: null, GoldFor: null } file
        )
        {
            return;
        }
        var waiting = await tx.QueryAsync<Row>(
            """
            select f.from_whom, f.outcome from case_feedback f
            where f.tenant = @tenant and f.case_id = @caseId and exists (
                select 1 from case_event e where e.tenant = @tenant and e.case_id = @caseId and e.what = @line
                  and e.at = f.at)
              and not exists (
                select 1 from case_event e where e.tenant = @tenant and e.case_id = @caseId and e.at >= f.at
                  and e.what in ('reopened', 'reopened_by_feedback', 'reopened_by_dispute', 'undone'))
            order by f.at desc, f.id desc limit @most
            """,
            new
            {
                caseId,
                line = Line,
                most = Most,
            }
        );
        if (waiting.FirstOrDefault(said => Feedback.Contradicts(said.Outcome, file)) is { } newest)
        {
            var said = $"{Words.NameOf(newest.FromWhom)}: {Words.NameOf(newest.Outcome)}.";
            await ReopenCase.ByFeedbackAsync(tx, file, $"Feedback from {said}");
        }
    }

    private sealed class Row
    {
        public FeedbackFrom FromWhom { get; init; }
        public FeedbackOutcome Outcome { get; init; }
    }
}
