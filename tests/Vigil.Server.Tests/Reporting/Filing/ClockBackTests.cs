using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>A clock that is set two years back, at each place where it could do harm.</summary>
public sealed class ClockBackTests
{
    private static readonly TimeSpan TwoYears = TimeSpan.FromDays(730);

    [Fact(Timeout = 120_000)]
    public async Task Set_back_while_reports_wait_it_stops_filing_until_it_is_right()
    {
        var time = new ManualTime();
        await using var filing = await FilingServer.StartAsync(time);
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        filing.Test.FaultOf = (_, _) => CyberTipFault.Error;
        // One waits for its next try, one for the end of the time to undo it.
        var tried = await filing.ApproveAsync();
        await TestServer.EventuallyAsync(
            async () => (await filing.FilingAsync(tried))?.Parsed is { Attempt: > 1 } ? "so" : null,
            "it was tried"
        );
        var waits = await filing.ApproveAsync(new MadeReport { LeavesIn = TimeSpan.FromMinutes(2) });
        time.Advance(-TwoYears);
        await filing.UntilAlarmAsync("clock_not_trusted");
        // What was on its way when the clock was set ends, in vain.
        await TestServer.EventuallyAsync(
            async () =>
            {
                var before = filing.Test.Calls;
                await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
                return before == filing.Test.Calls ? "so" : null;
            },
            "nothing is called any more"
        );
        filing.Test.FaultOf = (_, _) => CyberTipFault.None;
        // One is due by the very clock that is in doubt: that one alone does not wait by itself.
        var calls = filing.Test.Calls;
        var due = await filing.ApproveAsync();
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        Assert.Equal(ReportState.Approved, (await filing.ReportAsync(due)).State);
        Assert.Equal((calls, 1), (filing.Test.Calls, filing.Finished));
        time.Advance(TwoYears);
        // Tries wait five minutes at most.
        time.Pass(TimeSpan.FromMinutes(6));
        await filing.UntilAsync(tried, ReportState.Filed);
        await filing.UntilAsync(waits, ReportState.Filed);
        await filing.UntilAsync(due, ReportState.Filed);
        Assert.Equal(4, filing.Finished);
        Assert.DoesNotContain("clock_not_trusted", await filing.AlarmsAsync());
        Assert.DoesNotContain(FilingAlarms.CutOff.Code, await filing.AlarmsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task Set_back_while_one_is_being_filed_it_is_filed_once_and_kept_from_its_approval_on()
    {
        var time = new ManualTime();
        await using var filing = await FilingServer.StartAsync(time);
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        filing.Test.FaultOf = (place, _) =>
        {
            if (place == "finish")
            {
                time.Advance(-TwoYears);
            }
            return CyberTipFault.None;
        };
        var id = await filing.ReadAsync(async tx =>
        {
            var approved = await MadeReports.ApproveAsync(tx, new MadeReport());
            await AddClockAsync(tx, approved);
            return approved;
        });
        await filing.UntilAsync(id, ReportState.Filed);
        filing.Test.FaultOf = (_, _) => CyberTipFault.None;
        var report = await filing.ReportAsync(id);
        Assert.True(report.FiledAt >= report.ApprovedAt, $"{report.FiledAt} {report.ApprovedAt}");
        var keptUntil = await filing.ReadAsync(tx =>
            tx.FindAsync<DateTimeOffset?>(
                "select max(keep_until) from content_clock where tenant = @tenant and report_id = @id",
                new { id = id.ToString() }
            )
        );
        // A year after it, as the law of the United States has it, and not a year ago.
        Assert.True(keptUntil > report.ApprovedAt!.Value.AddDays(364), $"{keptUntil} {report.ApprovedAt}");
        time.Advance(TwoYears);
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        Assert.Equal(3, filing.Finished);
        Assert.Single(await filing.LedgerAsync("report.filed", id));
    }

    [Fact]
    public void No_wait_between_two_steps_is_longer_than_five_minutes_whatever_the_clock_says()
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(56);
        Assert.Equal(TimeSpan.Zero, FilingTimes.Wait(now, now - TwoYears));
        Assert.Equal(TimeSpan.FromSeconds(3), FilingTimes.Wait(now, now.AddSeconds(3)));
        Assert.Equal(TimeSpan.FromMinutes(5), FilingTimes.Wait(now - TwoYears, now));
    }

    /// <summary>Its number is ahead of the installation's, as where a journal brought it back.</summary>
    private static Task<int> AddClockAsync(Tx tx, Guid reportId) =>
        tx.ExecuteAsync(
            """
            insert into content_clock (tenant, id, seq, content_id, report_id, jurisdiction, started_at)
            values (@tenant, @id, 5, @id, @reportId, 'US', @now)
            """,
            new
            {
                id = tx.NewId(),
                reportId = reportId.ToString(),
                now = tx.Now,
            }
        );
}
