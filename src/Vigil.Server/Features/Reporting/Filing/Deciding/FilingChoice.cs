using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Filing.Deciding;

/// <summary>What a person decides about a filing that waits.</summary>
internal enum FilingChoice
{
    /// <summary>What stopped it is put right.</summary>
    Resume,

    /// <summary>The recipient says that it did not arrive: it is sent again, as a new attempt.</summary>
    FileAgain,

    /// <summary>The recipient says that it did arrive.</summary>
    IsFiled,

    /// <summary>It shall not be filed.</summary>
    Withdraw,
}

/// <summary>What a choice makes of a filing's state. Pure.</summary>
internal static class FilingChoices
{
    /// <param name="state">As it stands.</param>
    /// <param name="waitsFor">Why it waits for a person; empty: it does not.</param>
    /// <param name="choice">What was decided.</param>
    /// <param name="remoteId">Of a report that is filed: the CyberTipline's number; null where another
    /// recipient's.</param>
    /// <param name="at">When.</param>
    /// <exception cref="ProblemException">It cannot be decided as it stands; the text says what can.</exception>
    public static FilingState Apply(
        FilingState state,
        string waitsFor,
        FilingChoice choice,
        long? remoteId,
        DateTimeOffset at
    )
    {
        if (state.IsFinal)
        {
            throw ProblemException.Conflict("filing_over", "The filing of this report is over.");
        }
        var isUnknown = state.Phase == FilingPhase.NeedsHuman;
        switch (choice)
        {
            case FilingChoice.Resume when !isUnknown && WaitReasons.CanResume(waitsFor):
                return Decide(state, FilingDecision.Continue, at);
            case FilingChoice.FileAgain when isUnknown:
                return Decide(state, FilingDecision.FileAgain, at);
            case FilingChoice.IsFiled when isUnknown:
                return Decide(
                    state with
                    {
                        ReportId = remoteId ?? state.ReportId,
                    },
                    FilingDecision.TakeAsFiled,
                    at
                );
            case FilingChoice.Withdraw when isUnknown:
                // The recipient's word is that it did not arrive: what is withdrawn is the next attempt, unsent.
                return Decide(Decide(state, FilingDecision.FileAgain, at), FilingDecision.Withdraw, at);
            case FilingChoice.Withdraw:
                // What is being finished is asked by a retraction: it is taken back, or was filed before.
                return Decide(state, FilingDecision.Withdraw, at);
            default:
                throw ProblemException.Conflict(
                    "not_waiting_for_this",
                    isUnknown
                        ? "Whether it is filed is unknown: ask the recipient, then choose file_again, is_filed or "
                            + "withdraw."
                        : "It waits for no such decision: GET /v1/reports/{id}/filing says for what."
                );
        }
    }

    /// <summary>A finish of it was sent, and nobody knows yet what became of it.</summary>
    public static bool MayBeFiled(FilingState state) =>
        state.Phase == FilingPhase.NeedsHuman
        || state.FinishMayHaveArrived
        || state is { Phase: FilingPhase.Finishing, IsSent: true };

    /// <summary>Null: whether it is filed is asked of its recipient by a person, or its filing is over.</summary>
    public static FilingState? Withdrawn(FilingState state, DateTimeOffset at)
    {
        var withdrawn = Decide(state, FilingDecision.Withdraw, at);
        return withdrawn.IsWithdrawn || withdrawn.Phase == FilingPhase.Withdrawn ? withdrawn : null;
    }

    private static FilingState Decide(FilingState state, FilingDecision decision, DateTimeOffset at) =>
        FilingMachine.Step(state, new PersonDecided(state.Epoch, at, 0, decision)).State;
}
