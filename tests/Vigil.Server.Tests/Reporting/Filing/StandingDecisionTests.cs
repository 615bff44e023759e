using System.Net;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>An approval leaves only while a person's decision of its case stands.</summary>
public sealed class StandingDecisionTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_report_whose_decision_was_undone_after_its_approval_does_not_leave_until_it_is_decided_again()
    {
        await using var filing = await FilingServer.StartAsync();
        await filing.Server.SetAsync("cases.undoSeconds", "3600");
        var reference = await filing.Server.ConfirmedAsync("user-1");
        var id = await filing.Server.DraftAsync(reference);
        await filing.ApproveDraftAsync(id);
        // Nothing is told of the decision yet, so nobody hears of this but who asks.
        await filing.Server.PostAsync($"/v1/cases/{reference}/undo", new { person = ReviewWork.Person });
        await LeaveNowAsync(filing, id);
        await filing.UntilWaitsAsync(id, WaitReasons.NotConfirmed);
        Assert.Equal(ReportState.NeedsHuman, (await filing.ReportAsync(id)).State);
        Assert.Empty(filing.Test.Reports);
        Assert.Contains(FilingAlarms.Waits, await filing.AlarmsAsync());
        Assert.Equal("not_confirmed", await RefusalAsync(filing, id, FilingChoice.Resume));
        await filing.Server.DecideAsync(reference);
        await DecideAsync(filing, id, FilingChoice.Resume);
        await filing.UntilAsync(id, ReportState.Filed);
        Assert.DoesNotContain(FilingAlarms.FiledAllTheSame.Code, await filing.AlarmsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_decided_as_not_CSAM_is_not_filed_in_the_time_in_which_that_can_be_undone()
    {
        await using var filing = await FilingServer.StartAsync();
        var reference = await filing.Server.ConfirmedAsync("user-1");
        var id = await filing.ApproveAsync(
            new MadeReport { Case = new CaseRef(reference), LeavesIn = TimeSpan.FromHours(1) }
        );
        await filing.Server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        await filing.Server.SetAsync("cases.undoSeconds", "3600");
        await filing.Server.DecideAsync(reference, "not_csam");
        await LeaveNowAsync(filing, id);
        await filing.UntilWaitsAsync(id, WaitReasons.NotConfirmed);
        Assert.Empty(filing.Test.Reports);
        // It was asked before it began, not only before its first call.
        Assert.Empty(await filing.LedgerAsync("report.filing", id));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_case_that_is_opened_again_while_its_report_is_sent_is_asked_before_the_finish()
    {
        await using var filing = await PatientAsync();
        var during = new During(filing, "submit");
        var id = await filing.ApproveAsync();
        var reference = await during.ReachedAsync(id);
        await filing.ReadAsync(tx => MadeReports.StateAsync(tx, reference, "Confirmed", "Open"));
        during.GoOn(CyberTipFault.None);
        await filing.UntilWaitsAsync(id, WaitReasons.NotConfirmed);
        Assert.Equal(SimulatedReportState.Open, Assert.Single(filing.Test.Reports).State);
        await filing.ReadAsync(tx => MadeReports.StateAsync(tx, reference, "Open", "Confirmed"));
        await DecideAsync(filing, id, FilingChoice.Resume);
        await filing.UntilAsync(id, ReportState.Filed);
        // The very report that was open.
        Assert.Single(filing.Test.Reports);
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_is_cleared_while_a_finish_is_repeated_is_taken_back_by_a_retraction()
    {
        await using var filing = await PatientAsync();
        var lost = new TaskCompletionSource();
        filing.Test.FaultOf = (place, _) =>
            place == "finish" && (lost.TrySetResult() || true)
                ? CyberTipFault.LostBefore
                : CyberTipFault.None;
        var id = await filing.ApproveAsync();
        await lost.Task;
        await TestServer.EventuallyAsync(
            async () => (await filing.FilingAsync(id)).Parsed.FinishMayHaveArrived ? "so" : null,
            "the finish is repeated"
        );
        // What may have arrived is a person's to take back.
        var key = await filing.Server.PostAsync(
            $"/v1/reports/{id}/filing",
            new { choice = "withdraw", reason = "Not any more." },
            HttpStatusCode.Conflict
        );
        Assert.Equal("not_a_person", key.Text("code"));
        await ClearAsync(filing, id);
        await filing.UntilAsync(id, ReportState.Withdrawn);
        Assert.Equal(0, filing.Finished);
        Assert.Equal(SimulatedReportState.Retracted, Assert.Single(filing.Test.Reports).State);
        Assert.DoesNotContain(FilingAlarms.OfCleared.Code, await filing.AlarmsAsync());

        // A person who withdraws is asked for by the same question.
        filing.Test.FaultOf = (place, _) => place == "finish" ? CyberTipFault.LostAfter : CyberTipFault.None;
        var arrived = await filing.ApproveAsync();
        await TestServer.EventuallyAsync(
            async () =>
                (await filing.FilingAsync(arrived))?.Parsed.FinishMayHaveArrived == true ? "so" : null,
            "the finish is repeated"
        );
        await DecideAsync(filing, arrived, FilingChoice.Withdraw);
        await filing.UntilAsync(arrived, ReportState.FiledReceiptLost);
        Assert.Contains(FilingAlarms.FiledAllTheSame.Code, await filing.AlarmsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_answered_to_a_finish_under_way_is_kept_when_it_is_taken_back_meanwhile()
    {
        await using var filing = await PatientAsync();
        var during = new During(filing, "finish");
        var id = await filing.ApproveAsync();
        await during.ReachedAsync(id);
        await ClearAsync(filing, id);
        Assert.Contains(FilingAlarms.OfCleared.Code, await filing.AlarmsAsync());
        during.GoOn(CyberTipFault.None);
        var report = await filing.UntilAsync(id, ReportState.Filed, ReportState.FiledReceiptLost);
        Assert.Equal(ReportState.Filed, report.State);
        Assert.NotNull(report.ReceiptSha256);
        Assert.Contains(FilingAlarms.FiledAllTheSame.Code, await filing.AlarmsAsync());

        // Where it never arrived, it is not sent again.
        during = new During(filing, "finish");
        var lost = await filing.ApproveAsync();
        await during.ReachedAsync(lost);
        await ClearAsync(filing, lost);
        during.GoOn(CyberTipFault.LostBefore);
        await filing.UntilAsync(lost, ReportState.Withdrawn);
        Assert.Equal(1, filing.Finished);
    }

    /// <summary>No call is given up while a test acts.</summary>
    private static Task<FilingServer> PatientAsync() =>
        FilingServer.StartAsync(limits: FilingServer.Quick with { CallTimeout = TimeSpan.FromSeconds(40) });

    private static async Task ClearAsync(FilingServer filing, Guid id)
    {
        var report = await filing.ReportAsync(id);
        await filing.ActAsync(
            FilingServer.Officer,
            Permission.ReportFile,
            tx => tx.RaiseAsync(new ContentsCleared(new CaseRef(report.CaseRef), Guid.NewGuid(), "Not CSAM."))
        );
    }

    private static Task<int> LeaveNowAsync(FilingServer filing, Guid id) =>
        filing.ReadAsync(tx =>
            tx.ExecuteAsync("update report set leaves_at = 0 where tenant = @tenant and id = @id", new { id })
        );

    private static Task<bool> DecideAsync(FilingServer filing, Guid id, FilingChoice choice) =>
        filing.ActAsync(
            FilingServer.Officer,
            Permission.ReportFile,
            tx => Filings.DecideAsync(tx, id, new(choice, "As decided.", null, null))
        );

    private static async Task<string> RefusalAsync(FilingServer filing, Guid id, FilingChoice choice) =>
        (await Assert.ThrowsAsync<ProblemException>(() => DecideAsync(filing, id, choice))).Code;

    /// <summary>The first call to a place is held until it is said how it goes on.</summary>
    private sealed class During
    {
        private readonly FilingServer _filing;
        private readonly TaskCompletionSource _reached = new();
        private readonly TaskCompletionSource<CyberTipFault> _goOn = new();

        public During(FilingServer filing, string at)
        {
            _filing = filing;
            filing.Test.FaultOf = (place, _) =>
                place == at && _reached.TrySetResult()
                    ? _goOn.Task.GetAwaiter().GetResult()
                    : CyberTipFault.None;
        }

        /// <returns>Reference of the report's case.</returns>
        public async Task<string> ReachedAsync(Guid id)
        {
            await _reached.Task;
            return (await _filing.ReportAsync(id)).CaseRef;
        }

        public void GoOn(CyberTipFault fault) => _goOn.SetResult(fault);
    }
}
