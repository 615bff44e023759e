using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>Makes the one call by which a report is filed with such a destination.</summary>
internal sealed class MakeCalls(Db db, Outbound outbound)
{
    /// <param name="actor">Who files.</param>
    /// <param name="report">Whose; its environment says where to.</param>
    /// <param name="destination">Its destination.</param>
    /// <param name="document">As it was approved.</param>
    /// <param name="cancellation">Stops the wait; what was sent may be filed.</param>
    public async Task<CallAnswer> SendAsync(
        Actor actor,
        ReportRow report,
        CallDestination destination,
        ReadOnlyMemory<byte> document,
        CancellationToken cancellation
    )
    {
        var target = await db.ReadAsync(
            actor,
            Permission.ReportFile,
            tx => CallTargets.FindAsync(tx, destination.Code, report.Environment),
            cancellation
        );
        if (target is null)
        {
            return new CallAnswer(
                CallOutcome.NotAllowed,
                null,
                null,
                "Nobody set address and credentials.",
                []
            );
        }
        using var invoker = outbound.NewInvoker();
        return await destination.SendAsync(invoker, target, document, cancellation);
    }
}
