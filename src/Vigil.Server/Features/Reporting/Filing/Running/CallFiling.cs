using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>What came of the one call by which a report is filed.</summary>
internal enum CallResult
{
    /// <summary>Filed; the answer is the receipt.</summary>
    Filed,

    /// <summary>The recipient refused the document.</summary>
    Refused,

    /// <summary>It surely did not arrive: it may be sent again.</summary>
    NotSent,

    /// <summary>The recipient refuses the credentials.</summary>
    Credentials,

    /// <summary>Whether it arrived is not known.</summary>
    Unknown,
}

/// <param name="RemoteId">What the recipient calls the report.</param>
/// <param name="Answer">Byte for byte; of a filed report, the receipt.</param>
internal sealed record CallOutcome(CallResult Result, string? RemoteId, ReadOnlyMemory<byte> Answer);

/// <summary>
/// A destination that takes a report in one call: the intent is durable, then the call, then the receipt. The same
/// states,
/// journal and fences as the CyberTipline's; but nothing can be asked there, so an unknown outcome waits for a person.
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
        Func<CancellationToken, Task<CallOutcome>> sendAsync,
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
        var outcome = await sendAsync(cancellation);
        var (heardState, alarms) = After(sent, outcome.Result);
        return await SaveAsync(sent, heardState, outcome, alarms);

        async Task<FilingState> SaveAsync(
            FilingState before,
            FilingState after,
            CallOutcome? heard,
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

    private (FilingState State, FilingAlarm[] Alarms) After(FilingState sent, CallResult heard) =>
        heard switch
        {
            CallResult.Filed => (Ended(sent, FilingPhase.Filed), []),
            CallResult.Refused => (Ended(sent, FilingPhase.Rejected), [FilingAlarm.Rejected]),
            CallResult.Credentials => (
                sent with
                {
                    IsSent = false,
                    BlockedBy = AnswerClass.Credentials,
                },
                [FilingAlarm.Blocked]
            ),
            CallResult.NotSent => (Later(sent), []),
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

    private static ServiceAnswer AnswerOf(CallOutcome outcome) =>
        new()
        {
            Call = ServiceCall.Finish,
            Class = outcome.Result switch
            {
                CallResult.Filed => AnswerClass.Done,
                CallResult.Refused => AnswerClass.Refused,
                CallResult.Credentials => AnswerClass.Credentials,
                CallResult.NotSent => AnswerClass.ServerSide,
                _ => AnswerClass.Lost,
            },
            Bytes = outcome.Answer,
        };
}
