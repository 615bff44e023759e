using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>Makes the one call by which a report is filed with such a destination.</summary>
internal sealed class MakeCalls(Db db, Outbound outbound)
{
    public void AddTo(CallSenders senders)
    {
        foreach (var destination in AllDestinations.All.OfType<CallDestination>())
        {
            senders.Add(destination.Code, (call, stop) => SendAsync(destination, call, stop));
        }
    }

    private async Task<Filing.Running.CallOutcome> SendAsync(
        CallDestination destination,
        CallToMake call,
        CancellationToken cancellation
    )
    {
        var target = await db.ReadAsync(
            call.Actor,
            Permission.ReportFile,
            tx => CallTargets.FindAsync(tx, destination.Code, call.Report.Environment),
            cancellation
        );
        if (target is null)
        {
            return new(CallResult.Credentials, null, default);
        }
        using var invoker = outbound.NewInvoker();
        var answer = await destination.SendAsync(invoker, target, call.Document, cancellation);
        return new(ResultOf(answer.Outcome), answer.RemoteId, answer.Receipt);
    }

    private static CallResult ResultOf(CallOutcome outcome) =>
        outcome switch
        {
            CallOutcome.Filed => CallResult.Filed,
            CallOutcome.Rejected => CallResult.Refused,
            CallOutcome.NotAllowed => CallResult.Credentials,
            CallOutcome.NotFiled => CallResult.NotSent,
            _ => CallResult.Unknown,
        };
}
