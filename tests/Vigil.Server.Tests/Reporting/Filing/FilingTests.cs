using System.Net;
using System.Security.Cryptography;
using System.Text;
using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Viewing;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>From an approved report to a receipt, against the simulator.</summary>
public sealed class FilingTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_report_with_files_is_filed_once_with_its_receipt_and_what_it_asks_to_keep()
    {
        await using var filing = await FilingServer.StartAsync();
        var reference = await filing.Server.CaseAsync();
        var (one, two) = (ViewingWork.Picture(1), ViewingWork.Picture(2));
        var (first, second) = (
            await filing.Server.SealAsync(reference, one),
            await filing.Server.SealAsync(reference, two)
        );
        var id = await filing.ApproveAsync(
            new MadeReport
            {
                Case = reference,
                Files =
                [
                    new(first, "one.bmp", MadeReports.Details("one.bmp")),
                    new(null, "not kept", MadeReports.Details("gone.bmp")),
                    new(second, "two.bmp", ""),
                ],
            }
        );
        var report = await filing.UntilAsync(id, ReportState.Filed);

        var arrived = Assert.Single(filing.Test.Reports);
        Assert.Equal(SimulatedReportState.Finished, arrived.State);
        Assert.Equal(
            new[] { one, two }.Select(file => Convert.ToHexStringLower(MD5.HashData(file))),
            arrived.Files.Select(file => file.Md5)
        );
        Assert.Equal(
            new[] { "one.bmp", null },
            arrived.Files.Select(file => file.Details?.Element("originalFileName")?.Value)
        );
        Assert.Equal($"{arrived.Id}", report.RemoteId);
        await AssertReceiptAsync(filing, report);
        Assert.Single(await filing.LedgerAsync("report.filing", id));
        Assert.Equal(2, (await filing.Server.LedgerAsync("content.opened")).Count);
        var clocks = await filing.ReadAsync(tx =>
            tx.QueryAsync<long?>(
                "select finished_at from content_clock where tenant = @tenant and report_id = @id",
                new { id = id.ToString() }
            )
        );
        Assert.Equal(2, clocks.Count);
        Assert.DoesNotContain(null, clocks);
        var shown = await filing.Server.GetJsonAsync($"/v1/reports/{id}/filing");
        Assert.Equal("filed", shown.Text("phase"));
        Assert.Equal(
            new[] { "Finish", "Upload", "FileInfo", "Upload", "Submit" },
            shown.GetProperty("calls").EnumerateArray().Select(call => call.Text("call"))
        );
        Assert.Equal(5, shown.GetProperty("requestIds").GetArrayLength());
    }

    [Fact(Timeout = 120_000)]
    public async Task Each_fault_of_the_service_once_and_every_report_is_finished_once()
    {
        await using var filing = await FilingServer.StartAsync();
        var faults = new Queue<CyberTipFault>(Enum.GetValues<CyberTipFault>());
        var turn = new Lock();
        filing.Test.FaultOf = (place, _) =>
        {
            lock (turn)
            {
                return place == "finish" && faults.TryDequeue(out var fault) ? fault : CyberTipFault.None;
            }
        };
        var ids = new List<Guid>();
        for (var left = faults.Count; left > 0; left--)
        {
            ids.Add(await filing.ApproveAsync());
        }
        foreach (var id in ids)
        {
            await Running.TestServer.EventuallyAsync(
                async () =>
                {
                    foreach (var any in ids)
                    {
                        if (
                            (await filing.FilingAsync(any))?.WaitsFor
                            is WaitReasons.Credentials
                                or WaitReasons.Address
                        )
                        {
                            // What one was refused for stops all; the admin sees that it is right, and checks it.
                            await filing.CheckAsync(ReportEnvironment.Test);
                        }
                    }
                    return ReportMoves.IsFinal((await filing.ReportAsync(id)).State) ? "over" : null;
                },
                $"report {ids.IndexOf(id)} is over: {(await filing.FilingAsync(id))?.State}",
                deadlineSeconds: 60
            );
        }
        Assert.Empty(faults);
        var lost = 0;
        foreach (var id in ids)
        {
            var state = (await filing.ReportAsync(id)).State;
            var outcomes = await filing.ReadAsync(tx =>
                tx.QueryAsync<string>(
                    "select outcome from filing_exchange where tenant = @tenant and report_id = @id",
                    new { id }
                )
            );
            // Lost after its effect: the service then says that it is filed, and the receipt is gone.
            var isLost = outcomes.Contains("AlreadyFinished");
            Assert.Equal(isLost ? ReportState.FiledReceiptLost : ReportState.Filed, state);
            Assert.Single(await filing.LedgerAsync("report.filed", id));
            lost += isLost ? 1 : 0;
        }
        Assert.Equal(ids.Count, filing.Finished);
        Assert.InRange(lost, 1, 5);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"faults={ids.Count} finished_once={filing.Finished} receipt_lost={lost}"
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task What_cannot_be_known_waits_for_a_person_and_for_the_recipients_word()
    {
        await using var filing = await FilingServer.StartAsync();
        LoseAndExpire(filing);
        var id = await filing.ApproveAsync();
        await filing.UntilAsync(id, ReportState.NeedsHuman);
        Assert.Equal(WaitReasons.Unknown, (await filing.FilingAsync(id)).WaitsFor);
        await filing.UntilAlarmAsync(FilingAlarms.Waits);
        // Nobody has an account here, so nobody who may file is on duty.
        await filing.UntilAlarmAsync(NobodyMayFile.Code);
        Assert.Equal(
            "word_needed",
            await RefusalAsync(filing, id, new(FilingChoice.FileAgain, "x", null, null))
        );
        Assert.Equal(
            "remote_id_needed",
            await RefusalAsync(filing, id, new(FilingChoice.IsFiled, "x", "Said so.", null))
        );
        Assert.Equal(
            "bad_remote_id",
            await RefusalAsync(filing, id, new(FilingChoice.IsFiled, "x", "Said so.", "4711"))
        );
        Assert.Equal(
            "not_waiting_for_this",
            await RefusalAsync(filing, id, new(FilingChoice.Resume, "x", "Said so.", null))
        );
        Assert.Equal(0, filing.Finished);
        var again = new
        {
            choice = "file_again",
            reason = "It did not arrive.",
            word = "NCMEC, by telephone: not there.",
        };
        var key = await filing.Server.PostAsync($"/v1/reports/{id}/filing", again, HttpStatusCode.Conflict);
        Assert.Equal("not_a_person", key.Text("code"));
        // Nor does a key take back what may have arrived, though it may stop what was never sent.
        key = await filing.Server.PostAsync(
            $"/v1/reports/{id}/filing",
            again with
            {
                choice = "withdraw",
            },
            HttpStatusCode.Conflict
        );
        Assert.Equal("not_a_person", key.Text("code"));
        await filing.Server.SetAsync("training.required", "on");
        Assert.Equal(
            "not_qualified",
            await RefusalAsync(filing, id, new(FilingChoice.Withdraw, again.reason, again.word, null))
        );
        await filing.Server.SetAsync("training.required", "off");
        // After a restore two people decide first; then it can be decided here as before.
        await filing.ReadAsync(tx => FenceRow.OpenAsync(tx, id, FenceRow.Ahead, null));
        Assert.Equal(
            "behind_fence",
            await RefusalAsync(filing, id, new(FilingChoice.FileAgain, again.reason, again.word, null))
        );
        await filing.ReadAsync(tx => FenceRow.DecideAsync(tx, id, FenceDecision.GoOn));
        await filing.ActAsync(
            FilingServer.Officer,
            Permission.ReportFile,
            tx => Filings.DecideAsync(tx, id, new(FilingChoice.FileAgain, again.reason, again.word, null))
        );
        await filing.UntilAsync(id, ReportState.Filed);
        Assert.Equal((1, 2), (filing.Finished, (await filing.FilingAsync(id)).Parsed.Attempt));
        Assert.DoesNotContain(FilingAlarms.Waits, await filing.AlarmsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_person_ends_what_cannot_be_known_as_filed_or_withdrawn()
    {
        await using var filing = await FilingServer.StartAsync();
        LoseAndExpire(filing);
        var filed = await filing.ApproveAsync();
        await filing.UntilAsync(filed, ReportState.NeedsHuman);
        LoseAndExpire(filing);
        var withdrawn = await filing.ApproveAsync();
        await filing.UntilAsync(withdrawn, ReportState.NeedsHuman);
        var number = (await filing.FilingAsync(filed)).Parsed.ReportId;
        using var officer = await ConsoleUser.InviteAsync(filing.Server, "fil.ing", "filing_officer");
        var page = $"/console/reports/{filed}/filing";
        var answer = await officer.PostAsync(
            page,
            page,
            ("choice", "is_filed"),
            ("reason", "It arrived."),
            ("word", "NCMEC: it is there."),
            ("remoteId", $"{number}")
        );
        Assert.Contains("notice=filing_decided", answer.Location);
        await DecideAsync(filing, withdrawn, new(FilingChoice.Withdraw, "No.", "NCMEC: not there.", null));
        var report = await filing.ReportAsync(filed);
        Assert.Equal((ReportState.FiledReceiptLost, $"{number}"), (report.State, report.RemoteId));
        Assert.Equal(ReportState.Withdrawn, (await filing.ReportAsync(withdrawn)).State);
        Assert.Single(await filing.LedgerAsync("report.filed", filed));
        Assert.Equal(
            "filing_over",
            await RefusalAsync(filing, filed, new(FilingChoice.FileAgain, "x", "y", null))
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task What_may_not_leave_is_stopped_before_a_call_and_says_why()
    {
        await using var filing = await FilingServer.StartAsync();
        var calls = filing.Test.Calls;
        var byKey = await filing.ApproveAsync(new MadeReport { ApprovedBy = "key:1" });
        var twice = await filing.ApproveAsync(new MadeReport { SecondBy = "person:filing-officer-1" });
        var noFiles = await filing.ReadAsync(async tx =>
        {
            var id = await MadeReports.ApproveAsync(tx, new MadeReport());
            await tx.ExecuteAsync(
                "delete from report_document where tenant = @tenant and report_id = @id and kind = 'Files'",
                new { id }
            );
            return id;
        });
        var undone = await filing.ApproveAsync(new MadeReport { State = ReportState.Draft });
        var later = await filing.ApproveAsync(new MadeReport { LeavesIn = TimeSpan.FromHours(1) });
        await filing.UntilWaitsAsync(byKey, FilingGate.NoPerson);
        await filing.UntilWaitsAsync(twice, FilingGate.NoPerson);
        await filing.UntilWaitsAsync(noFiles, WaitReasons.Documents);
        Assert.Equal(ReportState.NeedsHuman, (await filing.ReportAsync(byKey)).State);
        Assert.Equal(ReportState.Draft, (await filing.ReportAsync(undone)).State);
        Assert.Equal(ReportState.Approved, (await filing.ReportAsync(later)).State);
        Assert.Equal(calls, filing.Test.Calls);
        // A key may stop what was never sent, and lets nothing go on.
        var path = $"/v1/reports/{noFiles}/filing";
        var key = await filing.Server.PostAsync(
            path,
            new { choice = "resume", reason = "Go on." },
            HttpStatusCode.Conflict
        );
        Assert.Equal("not_a_person", key.Text("code"));
        await filing.Server.PostAsync(path, new { choice = "withdraw", reason = "It has no files." });
        Assert.Equal(ReportState.Withdrawn, (await filing.ReportAsync(noFiles)).State);
        await DecideAsync(filing, byKey, new(FilingChoice.Withdraw, "Nobody approved it.", null, null));
        Assert.Equal(ReportState.Withdrawn, (await filing.ReportAsync(byKey)).State);
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_workers_on_one_report_file_it_once()
    {
        await using var filing = await FilingServer.StartAsync();
        var underWay = new TaskCompletionSource();
        filing.Test.FaultOf = (place, _) =>
            place == "finish" && underWay.TrySetResult() ? CyberTipFault.Slow : CyberTipFault.None;
        var id = await filing.ApproveAsync();
        await underWay.Task;
        // Its lease is over before its answer comes: another takes it.
        await filing.ReadAsync(tx =>
            tx.ExecuteAsync(
                "update filing set lease_until = 1 where tenant = @tenant and report_id = @id",
                new { id }
            )
        );
        await filing.UntilAsync(id, ReportState.Filed, ReportState.FiledReceiptLost);
        Assert.Equal(2, (await filing.FilingAsync(id)).Epoch);
        Assert.Single(await filing.LedgerAsync("report.filed", id));
        Assert.Equal(1, filing.Finished);
    }

    /// <summary>The finish is lost on its way, and the open report expires before it is sent again.</summary>
    private static void LoseAndExpire(FilingServer filing)
    {
        var (left, late) = (1, 0);
        filing.Test.Clock = () =>
            TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(Volatile.Read(ref late) * 25);
        filing.Test.FaultOf = (place, _) =>
        {
            if (place != "finish" || Interlocked.Decrement(ref left) < 0)
            {
                return CyberTipFault.None;
            }
            Interlocked.Increment(ref late);
            return CyberTipFault.LostBefore;
        };
    }

    private static async Task AssertReceiptAsync(FilingServer filing, ReportRow report)
    {
        var receipt = await filing.ReadAsync(tx =>
            ReportDocuments.FindAsync(tx, report.Id, ReportDocuments.Receipt)
        );
        var text = Encoding.UTF8.GetString(receipt!);
        Assert.Contains("<reportDoneResponse>", text);
        Assert.Contains($"<reportId>{report.RemoteId}</reportId>", text);
        Assert.Equal(SHA256.HashData(receipt!), report.ReceiptSha256);
        var act = Assert.Single(await filing.LedgerAsync("report.filed", report.Id));
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(receipt!)),
            act.GetProperty("facts").Text("receiptSha256")
        );
    }

    private static Task<bool> DecideAsync(FilingServer filing, Guid id, FilingAsk ask) =>
        filing.ActAsync(
            FilingServer.Officer,
            Vigil.Trust.Permission.ReportFile,
            tx => Filings.DecideAsync(tx, id, ask)
        );

    private static async Task<string> RefusalAsync(FilingServer filing, Guid id, FilingAsk ask) =>
        (await Assert.ThrowsAsync<ProblemException>(() => DecideAsync(filing, id, ask))).Code;
}
