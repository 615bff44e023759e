using System.Net;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>What was taken back or given out after a backup, and stands in no journal, waits for persons.</summary>
public sealed class RestoreTests
{
    [Fact(Timeout = 180_000)]
    public async Task What_was_withdrawn_or_handed_over_after_the_backup_waits_for_two_persons()
    {
        await using var filing = await FilingServer.StartAsync();
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        var later = new MadeReport { LeavesIn = TimeSpan.FromHours(1) };
        var (withdrawn, goesOn) = (await filing.ApproveAsync(later), await filing.ApproveAsync(later));
        var given = await filing.ApproveAsync(
            new MadeReport { Destination = ReportWork.Package, IsTest = true }
        );
        var kept = await filing.ApproveAsync(
            new MadeReport { Destination = ReportWork.Package, IsTest = true }
        );
        await filing.Server.RestartAsync(database => database.BackUpAsync());
        // Until then nobody knows whether it left.
        await TestServer.EventuallyAsync(
            () => Task.FromResult(filing.Server.Get<FilingJournals>().Find(TenantId.Default)),
            "the journal is read"
        );
        await filing.Server.PostAsync(
            $"/v1/reports/{withdrawn}/withdrawal",
            new { reason = "Not any more." }
        );
        await filing.Server.BuiltAsync(given);
        await filing.Server.PostAsync($"/v1/reports/{given}/handover", new { });

        await filing.Server.RestartAsync(database => database.PutBackAsync());
        Assert.Equal(ReportState.Approved, (await filing.ReportAsync(withdrawn)).State);
        await ResumedAsync(filing, "7");
        await filing.Server.RestartAsync();
        await FenceTests.LeaveNowAsync(filing, [withdrawn, goesOn]);
        await filing.UntilAlarmAsync(Fence.Alarm);
        await WaitAsync(filing, withdrawn, goesOn, given, kept, Fence.Whole);
        Assert.Equal(1, filing.Finished);
        Assert.Equal("behind_fence", await RefusalAsync(filing, given, "handover", new { }));
        var recipient = new { recipientId = Guid.NewGuid() };
        Assert.Equal("behind_fence", await RefusalAsync(filing, given, "package", recipient));

        await FenceTests.DecideAsync(filing, withdrawn, FenceDecision.Withdraw);
        await FenceTests.DecideAsync(filing, goesOn, FenceDecision.GoOn);
        await FenceTests.DecideAsync(filing, given, FenceDecision.IsFiled, "NCA-17");
        await FenceTests.DecideAsync(filing, kept, FenceDecision.Withdraw);
        await FenceTests.DecideAsync(filing, Fence.Whole, FenceDecision.GoOn);
        await filing.UntilAsync(goesOn, ReportState.Filed);
        Assert.Equal(2, filing.Finished);
        Assert.Equal(ReportState.Withdrawn, (await filing.ReportAsync(withdrawn)).State);
        Assert.Equal(ReportState.Withdrawn, (await filing.ReportAsync(kept)).State);
        var report = await filing.ReportAsync(given);
        Assert.Equal((ReportState.HandedOver, "NCA-17"), (report.State, report.RemoteId));
        Assert.NotNull(report.GivenAt);
        await filing.Server.PostAsync(
            $"/v1/reports/{given}/receipt",
            new
            {
                text = "Received.",
                filedAt = DateTimeOffset.UtcNow,
                remoteId = "NCA-17",
            }
        );

        // Compared once; a later restore is another.
        var next = await filing.ApproveAsync(later);
        await filing.Server.RestartAsync();
        await FenceTests.LeaveNowAsync(filing, [next]);
        await filing.UntilAsync(next, ReportState.Filed);
        await ResumedAsync(filing, "9");
        await filing.Server.RestartAsync();
        await filing.UntilAlarmAsync(Fence.Alarm);
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_nobody_reports_a_restored_database_asks_nobody()
    {
        await using var filing = await FilingServer.StartAsync(isReady: false);
        await ResumedAsync(filing, "7");
        await filing.Server.RestartAsync();
        await TestServer.EventuallyAsync(
            async () => await filing.ReadAsync(ResumeRow.FindAsync) > 0 ? "so" : null,
            "the acts were looked at"
        );
        Assert.Equal(0, await filing.ReadAsync(FenceRow.CountAsync));
        Assert.DoesNotContain(Fence.Alarm, await filing.AlarmsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_draft_whose_finish_was_sent_after_the_backup_does_not_go_on()
    {
        await using var filing = await FilingServer.StartAsync();
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        var id = await filing.ApproveAsync(new MadeReport { LeavesIn = TimeSpan.FromHours(1) });
        await StateAsync("Draft", null);
        await filing.Server.RestartAsync(database => database.BackUpAsync());
        filing.Test.FaultOf = (place, _) => place == "finish" ? CyberTipFault.LostAfter : CyberTipFault.None;
        await StateAsync("Approved", DateTimeOffset.UtcNow);
        await FenceTests.LeaveNowAsync(filing, [id]);
        await TestServer.EventuallyAsync(
            () => Task.FromResult(filing.Finished == 2 ? "so" : null),
            "finished there"
        );
        await filing.Server.RestartAsync(database => database.PutBackAsync());
        filing.Test.FaultOf = (_, _) => CyberTipFault.None;
        await filing.UntilAlarmAsync(Fence.Alarm);
        Assert.Equal(ReportState.Draft, (await filing.ReportAsync(id)).State);
        await FenceTests.RefusedAsync(filing, id, FenceDecision.GoOn);
        await FenceTests.DecideAsync(filing, id, FenceDecision.IsFiled);
        Assert.Equal(ReportState.FiledReceiptLost, (await filing.ReportAsync(id)).State);
        Assert.Equal(2, filing.Finished);

        Task<int> StateAsync(string state, DateTimeOffset? at) =>
            filing.ReadAsync(tx =>
                tx.ExecuteAsync(
                    "update report set state = @state, approved_at = @at where tenant = @tenant and id = @id",
                    new
                    {
                        id,
                        state,
                        at,
                    }
                )
            );
    }

    /// <summary>As `vigil ledger resume` leaves it; the tests put the ledger back too, so that it cannot be run.</summary>
    private static Task<bool> ResumedAsync(FilingServer filing, string size) =>
        filing.ActAsync(
            FilingServer.Officer,
            Permission.ReportFile,
            tx => tx.RecordAsync(new LedgerAct(LedgerResume.ResumedAction, size))
        );

    private static async Task WaitAsync(FilingServer filing, params Guid[] ids)
    {
        var shown = (await filing.Server.GetJsonAsync("/v1/reporting/fence")).GetProperty("waiting");
        Assert.Equal(
            ids.Order(),
            shown.EnumerateArray().Select(row => row.GetProperty("reportId").GetGuid()).Order()
        );
    }

    private static async Task<string> RefusalAsync(FilingServer filing, Guid id, string act, object body) =>
        (await filing.Server.PostAsync($"/v1/reports/{id}/{act}", body, HttpStatusCode.Conflict)).Text(
            "code"
        );
}
