using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Reporting.Destinations;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// A destination that takes a report in one call: the intent is durable, then the call, then the receipt. The same
/// states, journal and fences as the CyberTipline's; but nothing can be asked there, so an unknown outcome
/// waits for a person.
/// </summary>
/// <param name="time">Tells the time.</param>
/// <param name="jitter">From 0 to 1, drawn anew each time.</param>
internal sealed class CallFiling(TimeProvider time, Func<double> jitter)
{
    /// <param name="state">The last that is durable.</param>
    /// <param name="epoch">Of the worker.</param>
    /// <param name="saveAsync">Makes a step durable; false: stop.</param>
    /// <param name="sendAsync">Makes the call, once.</param>
    /// <param name="cancellation">Before the call: nothing is sent. In it: the outcome is unknown.</param>
    public async Task<FilingState> RunAsync(
        FilingState state,
        long epoch,
        Func<FilingStep, string?, Task<bool>> saveAsync,
        Func<CancellationToken, Task<CallAnswer>> sendAsync,
        CancellationToken cancellation
    )
    {
        if (state.IsFinal || state.WaitsForPerson)
        {
            return state;
        }
        var now = time.GetUtcNow();
        if (state.IsSent)
        {
            // Whoever sent it did not live to hear the answer.
            return await SaveAsync(state, Lost(state with { Epoch = epoch }), null, FilingAlarm.NeedsHuman);
        }
        if (state.IsWithdrawn)
        {
            return await SaveAsync(state, Ended(state with { Epoch = epoch }, FilingPhase.Withdrawn), null);
        }
        var sent = state with
        {
            Epoch = epoch,
            Phase = FilingPhase.Finishing,
            CallNumber = state.CallNumber + 1,
            IsSent = true,
            NotBefore = null,
        };
        if (now < state.NotBefore || !await saveAsync(new() { Before = state, State = sent }, null))
        {
            return state;
        }
        var answer = await sendAsync(cancellation);
        var (heardState, alarms) = After(sent, answer.Outcome);
        return await SaveAsync(sent, heardState, answer, alarms);

        async Task<FilingState> SaveAsync(
            FilingState before,
            FilingState after,
            CallAnswer? heard,
            params FilingAlarm[] raised
        )
        {
            var step = new FilingStep
            {
                Before = before,
                State = after,
                Answer = heard is null ? null : AnswerOf(heard),
                Alarms = raised,
                IsReceipt = after.Phase == FilingPhase.Filed,
            };
            return await saveAsync(step, heard?.RemoteId) ? after : before;
        }
    }

    private (FilingState State, FilingAlarm[] Alarms) After(FilingState sent, CallOutcome heard) =>
        heard switch
        {
            CallOutcome.Filed => (Ended(sent, FilingPhase.Filed), []),
            CallOutcome.Rejected => (Ended(sent, FilingPhase.Rejected), [FilingAlarm.Rejected]),
            CallOutcome.NotAllowed => (
                sent with
                {
                    IsSent = false,
                    BlockedBy = AnswerClass.Credentials,
                },
                [FilingAlarm.Blocked]
            ),
            CallOutcome.NotFiled => (Later(sent), []),
            _ => (Lost(sent), [FilingAlarm.NeedsHuman]),
        };

    private FilingState Later(FilingState sent) =>
        sent with
        {
            IsSent = false,
            Phase = FilingPhase.Opening,
            Attempt = sent.Attempt + 1,
            Tries = sent.Tries + 1,
            NotBefore = time.GetUtcNow() + FilingTimes.Delay(sent.Tries + 1, jitter(), isUrgentFinish: false),
        };

    private static FilingState Lost(FilingState state) =>
        state with
        {
            IsSent = false,
            Phase = FilingPhase.NeedsHuman,
            FinishMayHaveArrived = true,
        };

    private static FilingState Ended(FilingState state, FilingPhase phase) =>
        state with
        {
            IsSent = false,
            Phase = phase,
        };

    private static ServiceAnswer AnswerOf(CallAnswer answer) =>
        new()
        {
            Call = ServiceCall.Finish,
            Class = answer.Outcome switch
            {
                CallOutcome.Filed => AnswerClass.Done,
                CallOutcome.Rejected => AnswerClass.Refused,
                CallOutcome.NotAllowed => AnswerClass.Credentials,
                CallOutcome.NotFiled => AnswerClass.ServerSide,
                _ => AnswerClass.Lost,
            },
            HttpStatus = answer.Status,
            Description = answer.Text,
            Bytes = answer.Receipt,
        };
}
