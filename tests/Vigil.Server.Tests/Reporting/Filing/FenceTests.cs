using System.Net;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>A database that is put back to an older state files nothing a second time.</summary>
public sealed class FenceTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_database_put_back_before_the_last_ten_filings_files_none_twice()
    {
        await using var filing = await FilingServer.StartAsync();
        var before = await filing.ApproveAsync();
        await filing.UntilAsync(before, ReportState.Filed);
        var ten = new List<Guid>();
        for (var i = 0; i < 10; i++)
        {
            ten.Add(await filing.ApproveAsync(new MadeReport { LeavesIn = TimeSpan.FromHours(1) }));
        }
        await filing.Server.RestartAsync(database => database.BackUpAsync());
        // Unknown to the backup: written, approved and filed after it.
        var after = await filing.ApproveAsync();
        await LeaveNowAsync(filing, ten);
        foreach (var id in ten.Append(after))
        {
            await filing.UntilAsync(id, ReportState.Filed);
        }
        Assert.Equal(12, filing.Finished);

        await filing.Server.RestartAsync(database => database.PutBackAsync());
        await LeaveNowAsync(filing, ten);
        await filing.UntilAlarmAsync(Fence.Alarm);
        var calls = filing.Test.Calls;
        await TestServer.EventuallyAsync(
            async () =>
                Ask.Part(await filing.Server.GetJsonAsync("/health/ready"), "filing")
                    .Text("text")
                    .Contains("older than the filing journal", StringComparison.Ordinal)
                    ? "said"
                    : null,
            "readiness says why nothing is filed"
        );
        var shown = (await filing.Server.GetJsonAsync("/v1/reporting/fence")).GetProperty("waiting");
        Assert.Equal(11, shown.GetArrayLength());
        Assert.Single(shown.EnumerateArray(), row => !row.GetProperty("isInDatabase").GetBoolean());
        Assert.Equal(calls, filing.Test.Calls);

        await RefusedAsync(filing, ten[0], FenceDecision.GoOn);
        await NothingElseAsync(filing, ten[0]);
        await NothingUnreadAsync(filing, ten[0]);
        foreach (var id in ten.Append(after))
        {
            await DecideAsync(filing, id, FenceDecision.IsFiled);
        }
        foreach (var id in ten)
        {
            // The journal has the receipts too.
            var report = await filing.ReportAsync(id);
            Assert.Equal(ReportState.Filed, report.State);
            Assert.NotNull(report.ReceiptSha256);
            Assert.Single(await filing.LedgerAsync("report.filed", id));
        }
        var next = await filing.ApproveAsync();
        await filing.UntilAsync(next, ReportState.Filed);
        Assert.Equal(13, filing.Finished);
        Assert.DoesNotContain(Fence.Alarm, await filing.AlarmsAsync());
        await filing.Server.RestartAsync();
        Assert.Equal(0, await filing.ReadAsync(FenceRow.CountAsync));
        TestContext.Current.TestOutputHelper?.WriteLine("restored=10 behind_fence=11 filed_twice=0");
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_being_finished_when_the_backup_was_put_back_is_asked_for_under_its_own_number()
    {
        await using var filing = await FilingServer.StartAsync();
        var id = await filing.ApproveAsync(new MadeReport { LeavesIn = TimeSpan.FromHours(1) });
        await filing.ApproveAsync(new MadeReport { LeavesIn = TimeSpan.FromHours(1) });
        await filing.Server.RestartAsync(database => database.BackUpAsync());
        // Filed there, and this program never hears of it.
        filing.Test.FaultOf = (place, _) =>
            place == "finish"
                ? Simulators.CyberTip.CyberTipFault.LostAfter
                : Simulators.CyberTip.CyberTipFault.None;
        await LeaveNowAsync(filing, [id]);
        await TestServer.EventuallyAsync(
            () => Task.FromResult(filing.Finished == 1 ? "so" : null),
            "finished there"
        );
        await filing.Server.RestartAsync(database => database.PutBackAsync());
        filing.Test.FaultOf = (_, _) => Simulators.CyberTip.CyberTipFault.None;
        await filing.UntilAlarmAsync(Fence.Alarm);
        await DecideAsync(filing, id, FenceDecision.GoOn);
        await filing.UntilAsync(id, ReportState.FiledReceiptLost);
        Assert.Equal(1, filing.Finished);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_journal_that_is_gone_stops_all_filing_until_two_people_have_compared()
    {
        await using var filing = await FilingServer.StartAsync();
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        var waits = await filing.ApproveAsync(new MadeReport { LeavesIn = TimeSpan.FromHours(1) });
        var undecided = await filing.ApproveAsync(
            new MadeReport
            {
                Case = await filing.Server.CaseAsync(),
                LeavesIn = TimeSpan.FromHours(1),
                IsConfirmed = false,
            }
        );
        // A backup may know what was filed since as a draft: no line is left that would say so.
        var draft = new MadeReport { State = ReportState.Draft };
        var filed = await filing.ApproveAsync(draft);
        var written = await filing.ApproveAsync(
            draft with
            {
                Case = await filing.Server.CaseAsync(),
                IsConfirmed = false,
            }
        );
        await LoseJournalAsync(filing);
        await LeaveNowAsync(filing, [waits]);
        await filing.UntilAlarmAsync(Fence.Alarm);
        await DecideAsync(filing, filed, FenceDecision.IsFiled, "4711");
        Assert.Equal(ReportState.FiledReceiptLost, (await filing.ReportAsync(filed)).State);
        // It says nothing yet, and stays a draft, confirmed or not.
        await DecideAsync(filing, written, FenceDecision.GoOn);
        Assert.Equal(ReportState.Draft, (await filing.ReportAsync(written)).State);
        // Nothing of its case is confirmed: it was opened again, or decided otherwise.
        await RefusedAsync(filing, undecided, FenceDecision.GoOn);
        await DecideAsync(filing, undecided, FenceDecision.Withdraw);
        Assert.Equal(1, filing.Finished);
        await RefusedAsync(filing, Fence.Whole, FenceDecision.IsFiled);
        await DecideAsync(filing, waits, FenceDecision.GoOn);
        await DecideAsync(filing, Fence.Whole, FenceDecision.GoOn);
        await filing.UntilAsync(waits, ReportState.Filed);
        Assert.Equal(2, filing.Finished);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_journal_that_begins_anew_stops_all_filing_where_another_was_or_a_database_was_put_back()
    {
        await using var filing = await FilingServer.StartAsync();
        var waits = await filing.ApproveAsync(new MadeReport { LeavesIn = TimeSpan.FromHours(1) });
        await UntilJournalAsync(filing);
        // Nothing was filed yet, so that no report says that there was a journal.
        await LoseJournalAsync(filing);
        await filing.UntilAlarmAsync(Fence.Alarm);
        await RefusedAsync(filing, Fence.Whole, FenceDecision.IsFiled);

        // A database from before there was a journal knows of none; that it was put back stands in the ledger.
        await LoseJournalAsync(filing, isForgotten: true);
        await UntilJournalAsync(filing);
        Assert.Equal(0, await filing.ReadAsync(FenceRow.CountAsync));
        await ActAsync(
            filing,
            FilingServer.Officer,
            tx => tx.RecordAsync(new LedgerAct(LedgerResume.ResumedAction, "7"))
        );
        await LoseJournalAsync(filing, isForgotten: true);
        await filing.UntilAlarmAsync(Fence.Alarm);
        await DecideAsync(filing, waits, FenceDecision.GoOn);
        await DecideAsync(filing, Fence.Whole, FenceDecision.GoOn);
        await LeaveNowAsync(filing, [waits]);
        await filing.UntilAsync(waits, ReportState.Filed);
        Assert.Equal(1, filing.Finished);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_approved_and_filed_after_the_backup_is_kept_as_the_law_asks_and_its_clock_ends()
    {
        await using var filing = await FilingServer.StartAsync();
        var reference = await filing.Server.CaseAsync();
        await filing.Server.SealAsync(reference, ViewingWork.Picture(1));
        var drafted = await filing.ApproveAsync(
            new MadeReport { Case = reference, LeavesIn = TimeSpan.FromHours(1) }
        );
        // So that the backup has a journal, and knows the report as a draft whose case is due.
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        await filing.ReadAsync(async tx =>
        {
            await tx.ExecuteAsync("delete from content_clock where tenant = @tenant");
            await tx.RaiseAsync(new CaseConfirmed(reference, [], tx.Now.AddMinutes(-1)));
            await tx.ExecuteAsync(
                "update report_due set is_test = @yes where tenant = @tenant",
                new { yes = true }
            );
            return await tx.ExecuteAsync(
                """
                update report set state = 'Draft', approved_at = null, approved_by = null, leaves_at = null
                where tenant = @tenant and id = @drafted
                """,
                new { drafted }
            );
        });
        await filing.Server.RestartAsync(database => database.BackUpAsync());
        await filing.ReadAsync(tx =>
            tx.ExecuteAsync(
                """
                update report set state = 'Approved', approved_at = @now, approved_by = 'person:filing-officer-1'
                where tenant = @tenant and id = @drafted
                """,
                new { drafted, now = tx.Now }
            )
        );
        await LeaveNowAsync(filing, [drafted]);
        await filing.UntilAsync(drafted, ReportState.Filed);
        var gone = await filing.ApproveAsync(
            new MadeReport { Case = reference, LeavesIn = TimeSpan.FromHours(1) }
        );
        // Of this one too the locker knows no time, which it would bring back by itself.
        await filing.ReadAsync(tx => tx.ExecuteAsync("delete from content_clock where tenant = @tenant"));
        await LeaveNowAsync(filing, [gone]);
        await filing.UntilAsync(gone, ReportState.Filed);

        await filing.Server.RestartAsync(database => database.PutBackAsync());
        await filing.UntilAlarmAsync(Fence.Alarm);
        Assert.Equal(ReportState.Draft, (await filing.ReportAsync(drafted)).State);
        await DecideAsync(filing, drafted, FenceDecision.IsFiled);
        await DecideAsync(filing, gone, FenceDecision.IsFiled);
        foreach (var id in (Guid[])[drafted, gone])
        {
            var kept = await filing.ReadAsync(tx =>
                tx.QueryAsync<long>(
                    "select coalesce(keep_until, 0) from content_clock where tenant = @tenant and report_id = @id",
                    new { id = id.ToString() }
                )
            );
            // A year, by the law of the United States; a clock of before without its time may stand beside it.
            Assert.Contains(
                kept,
                until => until > DateTimeOffset.UtcNow.AddDays(300).ToUnixTimeMilliseconds()
            );
        }
        Assert.NotNull((await filing.ReportAsync(drafted)).ApprovedAt);
        await filing.ReadAsync(tx => DueClock.SettleAsync(tx));
        var clock = await filing.ReadAsync(tx => DueClock.FindAsync(tx, reference.Value));
        Assert.Equal(("Met", drafted), (clock!.State, clock.ReportId!.Value));
    }

    /// <summary>Whatever is done to it alone would say what nobody knows.</summary>
    private static async Task NothingElseAsync(FilingServer filing, Guid id)
    {
        Assert.Equal(
            ["behind_fence", "behind_fence"],
            [
                (
                    await filing.Server.PostAsync(
                        $"/v1/reports/{id}/withdrawal",
                        new { reason = "Not any more." },
                        HttpStatusCode.Conflict
                    )
                ).Text("code"),
                (
                    await filing.Server.PostAsync($"/v1/reports/{id}/undo", new { }, HttpStatusCode.Conflict)
                ).Text("code"),
            ]
        );
        var report = await filing.ReportAsync(id);
        await filing.ReadAsync(async tx =>
        {
            await tx.RaiseAsync(
                new ContentsCleared(new CaseRef(report.CaseRef), Guid.NewGuid(), "Not CSAM.")
            );
            return true;
        });
        Assert.Equal(ReportState.Approved, (await filing.ReportAsync(id)).State);
        Assert.Contains("report_of_cleared", await filing.AlarmsAsync());
    }

    /// <param name="filing">Ended meanwhile.</param>
    /// <param name="isForgotten">The database knows of no journal either.</param>
    private static Task LoseJournalAsync(FilingServer filing, bool isForgotten = false) =>
        filing.Server.RestartAsync(async database =>
        {
            Directory.Delete(Path.Combine(filing.Server.DataFolder, "journals"), recursive: true);
            if (isForgotten)
            {
                await database.ChangeAsync(
                    "delete from filing_fence; delete from filing_journal; delete from filing_seen"
                );
            }
        });

    private static Task<string> UntilJournalAsync(FilingServer filing) =>
        TestServer.EventuallyAsync(
            async () => await filing.ReadAsync(Fence.HasJournalAsync) ? "so" : null,
            "there is a journal"
        );

    internal static async Task DecideAsync(
        FilingServer filing,
        Guid id,
        FenceDecision decision,
        string? remoteId = null
    )
    {
        var ask = new FenceAsk(decision, remoteId, "NCMEC, by telephone, says so.");
        await ActAsync(filing, FilingServer.Officer, tx => FenceDeciding.AskAsync(tx, id, ask));
        var alone = await Assert.ThrowsAsync<SecondPersonException>(() =>
            ActAsync(filing, FilingServer.Officer, tx => ConfirmAsync(tx, id))
        );
        Assert.Equal("second_person_needed", alone.Code);
        await ActAsync(filing, FilingServer.Second, tx => ConfirmAsync(tx, id));
    }

    private static async Task ConfirmAsync(Tx tx, Guid id) =>
        await FenceDeciding.ConfirmAsync(tx, id, await tx.ReadOfAsync(FenceDeciding.Action, $"{id}"));

    /// <summary>A second person who read another decision confirms nothing, and reads who says what, in which words.</summary>
    private static async Task NothingUnreadAsync(FilingServer filing, Guid id)
    {
        var first = new FenceAsk(FenceDecision.IsFiled, "4711", "NCMEC, by telephone, says so.");
        await ActAsync(filing, FilingServer.Officer, tx => FenceDeciding.AskAsync(tx, id, first));
        var rows = (await filing.Server.GetJsonAsync("/v1/reporting/fence")).GetProperty("waiting");
        var row = rows.EnumerateArray().Single(each => each.Text("reportId") == $"{id}");
        Assert.Equal(("4711", first.Word), (row.Text("askedRemoteId"), row.Text("word")));
        var page = await filing.Server.Client.GetStringAsync("/console/reporting/fence");
        Assert.Contains("4711", page, StringComparison.Ordinal);
        Assert.Contains(first.Word, page, StringComparison.Ordinal);
        await ActAsync(filing, FilingServer.Officer, tx => FenceDeciding.WithdrawAsync(tx, id, "Anew."));
        await ActAsync(
            filing,
            FilingServer.Officer,
            tx => FenceDeciding.AskAsync(tx, id, first with { RemoteId = "4712" })
        );

        var refused = await Assert.ThrowsAsync<SecondPersonException>(() =>
            ActAsync(filing, FilingServer.Second, tx => FenceDeciding.ConfirmAsync(tx, id, row.Text("read")))
        );
        Assert.Equal("asked_anew", refused.Code);
        // Nor what was changed behind the request.
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            ActAsync(
                filing,
                FilingServer.Second,
                async tx =>
                {
                    await FenceRow.AskAsync(tx, id, first);
                    var changed = await Assert.ThrowsAsync<SecondPersonException>(() => ConfirmAsync(tx, id));
                    Assert.Equal("plan_changed", changed.Code);
                    throw new OperationCanceledException("Nothing of this is kept.");
                }
            )
        );
        await ActAsync(filing, FilingServer.Officer, tx => FenceDeciding.WithdrawAsync(tx, id, "Anew."));
    }

    internal static async Task RefusedAsync(FilingServer filing, Guid id, FenceDecision decision)
    {
        var ask = new FenceAsk(decision, null, "Somebody says so.");
        var refused = await Assert.ThrowsAsync<ProblemException>(() =>
            ActAsync(filing, FilingServer.Officer, tx => FenceDeciding.AskAsync(tx, id, ask))
        );
        Assert.Equal("cannot_be_decided_so", refused.Code);
    }

    private static Task<bool> ActAsync(FilingServer filing, Actor actor, Func<Tx, Task> act) =>
        filing.ActAsync(actor, Permission.ReportFile, act);

    internal static Task<int> LeaveNowAsync(FilingServer filing, IEnumerable<Guid> ids) =>
        filing.ReadAsync(async tx =>
        {
            var count = 0;
            foreach (var id in ids)
            {
                count += await tx.ExecuteAsync(
                    "update report set leaves_at = 0 where tenant = @tenant and id = @id",
                    new { id }
                );
            }
            return count;
        });
}
