using Vigil.CyberTip.Filing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// What became of a report while a worker was at it, asked in the transaction of each step: a person took it back, or
/// no decision of its case stands any more. What was answered is kept; the next call is not made.
/// </summary>
/// <param name="Step">As it is kept instead.</param>
/// <param name="Version">Of the filing as it stands.</param>
/// <param name="WaitsFor">Why a person must act; null: as the state says.</param>
internal sealed record StepStop(FilingStep Step, long Version, string? WaitsFor)
{
    /// <summary>Null: the step is kept as it is.</summary>
    /// <param name="tx">Of the step.</param>
    /// <param name="leased">Whose, and by which worker.</param>
    /// <param name="version">Of the state as this worker kept it last.</param>
    /// <param name="step">What happened, and the call that it announces.</param>
    public static async Task<StepStop?> OfAsync(Tx tx, LeasedFiling leased, long version, FilingStep step)
    {
        if (await IsTakenBackAsync(tx, leased, version, step.Before))
        {
            await BeginFiling.RecordAsync(tx, leased.Report.Id, "report.filing_passed_over", "taken back");
            return new(TakenBack(step, tx.Now), version + 1, null);
        }
        return CanBeLeftOut(step.State) && !await StandingDecision.StandsAsync(tx, leased.Report)
            ? new(LeftOut(step), version, WaitReasons.NotConfirmed)
            : null;
    }

    /// <summary>
    /// It announces a call without which nothing is filed. A finish that may have had its effect is none: it is
    /// repeated, because only so is known whether it had. Nor is a retraction.
    /// </summary>
    private static bool CanBeLeftOut(FilingState state) =>
        state is { IsSent: true, FinishMayHaveArrived: false, Phase: not FilingPhase.Retracting };

    /// <summary>Since that call was announced a person took it back, and nothing else changed.</summary>
    private static async Task<bool> IsTakenBackAsync(
        Tx tx,
        LeasedFiling leased,
        long version,
        FilingState before
    ) =>
        before is { IsSent: true, IsWithdrawn: false }
        && await FilingRow.LockAsync(tx, leased.Report.Id) is { } row
        && row.Epoch == leased.Epoch
        && row.Version == version + 1
        && row.Parsed with { Raised = [] } == before with { IsWithdrawn = true, Raised = [] };

    private static FilingStep TakenBack(FilingStep step, DateTimeOffset now)
    {
        if (step.State.IsFinal)
        {
            return step with { State = step.State with { IsWithdrawn = true } };
        }
        var left = LeftOut(step);
        var decided = new PersonDecided(left.State.Epoch, now, 0, FilingDecision.Withdraw);
        return left with { State = FilingMachine.Step(left.State, decided).State };
    }

    /// <summary>The number is that of the last call that was made: the next one that is has the next.</summary>
    private static FilingStep LeftOut(FilingStep step) =>
        step.State.IsSent
            ? step with
            {
                State = step.State with
                {
                    IsSent = false,
                    CallNumber = step.Before.CallNumber,
                    NotBefore = null,
                },
            }
            : step;
}
