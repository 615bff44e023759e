using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// When a report was filed. Contents are kept so long after it, so that a clock which was set back meanwhile must not
/// make it earlier than the approval: what is kept would then be destroyed too early.
/// </summary>
internal static class FiledTime
{
    /// <param name="tx">Of the act that ends it.</param>
    /// <param name="report">As it stands.</param>
    public static async Task<DateTimeOffset> OfAsync(Tx tx, ReportRow report)
    {
        var earliest = report.LeavesAt ?? report.ApprovedAt ?? tx.Now;
        // Where the clock is right and the approval lies ahead of it, the approval was by a wrong one.
        return tx.Now >= earliest || await FilingClock.ReadAsync(tx) == ClockTrust.Trusted
            ? tx.Now
            : earliest;
    }
}
