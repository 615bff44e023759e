using System.Security.Cryptography;
using System.Text;
using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>A receipt of an attempt that a person gave up is kept: what is filed again stops, or exists twice.</summary>
public sealed class GivenUpTests
{
    private const string Word = "SAMPLE word of the recipient";

    [Fact(Timeout = 120_000)]
    public async Task What_is_filed_again_stops_when_the_receipt_of_the_attempt_that_was_given_up_comes()
    {
        await using var filing = await FilingServer.StartAsync();
        var hands = 0;
        filing.Test.FaultOf = (place, _) =>
        {
            if (place == "finish" && Interlocked.Exchange(ref hands, 1) == 0)
            {
                filing.ReadAsync(GiveUpAsync).GetAwaiter().GetResult();
            }
            return CyberTipFault.None;
        };
        var id = await filing.ApproveAsync();

        var report = await filing.UntilAsync(id, ReportState.NeedsHuman);
        Assert.Equal(1, filing.Finished);
        var row = await filing.FilingAsync(id);
        Assert.Equal((FilingPhase.NeedsHuman, "needs_human"), (row.Parsed.Phase, row.WaitsFor));
        var number = $"{row.Parsed.ReportId}";
        Assert.Contains("report_given_up_arrived", await filing.AlarmsAsync());
        var kept = Assert.Single(await filing.ReadAsync(tx => GivenUpReceipt.OfAsync(tx, id)));
        Assert.Equal((number, 1), (kept.RemoteId, kept.Attempt));
        var bytes = (await filing.ReadAsync(tx => GivenUpReceipt.FindAsync(tx, id, number)))!.Value.Bytes;
        Assert.Contains(number, Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        var act = Assert.Single(await filing.LedgerAsync("report.given_up_receipt", id));
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(bytes)),
            act.GetProperty("facts").GetProperty("receiptSha256").GetString()
        );
        var page = await filing.Server.Client.GetStringAsync($"/console/reports/{id}/filing");
        Assert.Contains($"<code>{number}</code>", page, StringComparison.Ordinal);
        Assert.Contains("What was being filed again stopped", page, StringComparison.Ordinal);

        // The journal has it as the database has: nothing stands behind the fence after a start.
        await filing.Server.RestartAsync();
        await TestServer.EventuallyAsync(() => IsReadAsync(filing, id), "the journal is read");
        await DecideAsync(filing, id, new(FilingChoice.IsFiled, "They have it.", Word, number));
        report = await filing.ReportAsync(id);
        Assert.Equal((ReportState.Filed, number), (report.State, report.RemoteId));
        Assert.Equal(SHA256.HashData(bytes), report.ReceiptSha256);
        Assert.DoesNotContain("report_given_up_arrived", await filing.AlarmsAsync());
        Assert.DoesNotContain("report_filed_twice", await filing.AlarmsAsync());
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_the_second_attempt_is_filed_too_two_reports_exist_and_the_page_says_so()
    {
        await using var filing = await FilingServer.StartAsync();
        var id = await filing.ApproveAsync();
        var second = await filing.UntilAsync(id, ReportState.Filed);
        // As it stands where that was the second attempt.
        await StateAsync(filing, id, state => state with { Attempt = 2 });
        var step = Step(attempt: 1, number: 4711);

        Assert.NotNull(await HearAsync(filing, id, step));
        Assert.Contains("report_filed_twice", await filing.AlarmsAsync());
        Assert.Null(await HearAsync(filing, id, step));
        Assert.Equal(
            "4711",
            Assert.Single(await filing.ReadAsync(tx => GivenUpReceipt.OfAsync(tx, id))).RemoteId
        );
        var after = await filing.ReportAsync(id);
        Assert.Equal((ReportState.Filed, second.RemoteId), (after.State, after.RemoteId));
        Assert.Equal(second.ReceiptSha256, after.ReceiptSha256);
        var page = await filing.Server.Client.GetStringAsync($"/console/reports/{id}/filing");
        Assert.Contains("Two reports of the same exist there", page, StringComparison.Ordinal);
        Assert.Contains("<code>4711</code>", page, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_stopped_while_it_was_finished_is_heard_too()
    {
        await using var filing = await FilingServer.StartAsync();
        var id = await WaitingAsync(filing, FilingPhase.Finishing);
        Assert.NotNull(await HearAsync(filing, id, Step(attempt: 1, number: 4711)));
        Assert.Equal(3, (await filing.FilingAsync(id)).Parsed.Attempt);
        // The finish that was on its way arrived: its worker hears the receipt.
        Assert.NotNull(await HearAsync(filing, id, Step(attempt: 2, number: 7)));
        Assert.Contains("report_filed_twice", await filing.AlarmsAsync());
        var row = await filing.FilingAsync(id);
        Assert.Equal((FilingPhase.NeedsHuman, 4711L), (row.Parsed.Phase, row.Parsed.ReportId));

        // Of another number nobody says that it is this one.
        await Assert.ThrowsAsync<Vigil.Server.Http.ProblemException>(() =>
            DecideAsync(filing, id, new(FilingChoice.IsFiled, "They have it.", Word, "7"))
        );
        await DecideAsync(filing, id, new(FilingChoice.IsFiled, "They have both.", Word, "4711"));
        Assert.Equal(ReportState.Filed, (await filing.ReportAsync(id)).State);
        Assert.Contains("report_filed_twice", await filing.AlarmsAsync());
    }

    [Theory(Timeout = 120_000)]
    [InlineData(FilingPhase.Withdrawn, ReportState.Withdrawn)]
    [InlineData(FilingPhase.Rejected, ReportState.Rejected)]
    public async Task What_was_given_up_for_good_and_arrived_is_told(FilingPhase phase, object state)
    {
        await using var filing = await FilingServer.StartAsync();
        var id = await WaitingAsync(filing, FilingPhase.Opening);
        var row = await filing.FilingAsync(id);
        await filing.ReadAsync(async tx =>
        {
            var over = row.Parsed with { Phase = phase };
            Assert.True(await FilingRow.ReplaceAsync(tx, id, row.Version, over, null, "", []));
            await FilingEnd.EndAsync(tx, id, over, default);
            return true;
        });
        Assert.DoesNotContain("report_filed_unconfirmed", await filing.AlarmsAsync());
        Assert.NotNull(await HearAsync(filing, id, Step(attempt: 1, number: 4711)));
        Assert.Equal((ReportState)state, (await filing.ReportAsync(id)).State);
        Assert.Contains("report_filed_unconfirmed", await filing.AlarmsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_files_again_all_the_same_is_told_that_two_exist()
    {
        await using var filing = await FilingServer.StartAsync();
        var id = await WaitingAsync(filing, FilingPhase.Opening);
        await HearAsync(filing, id, Step(attempt: 1, number: 4711));
        await filing.ReadAsync(tx =>
            tx.ExecuteAsync(
                "update report set leaves_at = @now where tenant = @tenant and id = @id",
                new { id, now = tx.Now }
            )
        );
        await DecideAsync(filing, id, new(FilingChoice.FileAgain, "They say no.", Word, null));
        Assert.DoesNotContain("report_filed_twice", await filing.AlarmsAsync());
        await filing.UntilAsync(id, ReportState.Filed);
        await filing.UntilAlarmAsync("report_filed_twice");
    }

    /// <summary>The lease is lost while the finish is on its way, and a person is told that it did not arrive.</summary>
    private static async Task<bool> GiveUpAsync(Tx tx)
    {
        var open = Assert.Single(await FilingRow.OpenAsync(tx, 10));
        var row = (await FilingRow.LockAsync(tx, open.ReportId))!;
        var lost = row.Parsed with { Phase = FilingPhase.NeedsHuman, IsSent = false };
        var again = FilingChoices.Apply(lost, "needs_human", FilingChoice.FileAgain, null, tx.Now);
        return await FilingRow.ReplaceAsync(
            tx,
            open.ReportId,
            row.Version,
            again with
            {
                IsSent = false,
                NotBefore = tx.Now.AddHours(1),
            },
            null,
            "",
            []
        );
    }

    /// <summary>A report whose second attempt stands so; nothing of it is on its way.</summary>
    private static async Task<Guid> WaitingAsync(FilingServer filing, FilingPhase phase)
    {
        var id = await filing.ApproveAsync(new MadeReport { LeavesIn = TimeSpan.FromHours(1) });
        var state = FilingState.Approve(default, []) with
        {
            Phase = phase,
            Attempt = 2,
            ReportId = phase == FilingPhase.Finishing ? 7 : null,
            IsSent = phase == FilingPhase.Finishing,
            NotBefore = DateTimeOffset.UtcNow.AddHours(1),
        };
        await filing.ReadAsync(async tx =>
        {
            await FilingRow.AddAsync(tx, id, ReportEnvironment.Test, state);
            await FilingEnd.MoveAsync(tx, id, ReportState.Filing, ReportOwners.Delivery);
            return await tx.ExecuteAsync(
                "update filing set next_at = @later where tenant = @tenant and report_id = @id",
                new { id, later = tx.Now.AddHours(1) }
            );
        });
        return id;
    }

    private static async Task StateAsync(FilingServer filing, Guid id, Func<FilingState, FilingState> change)
    {
        var row = await filing.FilingAsync(id);
        Assert.True(
            await filing.ReadAsync(tx =>
                FilingRow.ReplaceAsync(tx, id, row.Version, change(row.Parsed), null, "", [])
            )
        );
    }

    private static Task<FilingState?> HearAsync(FilingServer filing, Guid id, FilingStep step) =>
        filing.ReadAsync(tx => HearLate.RunAsync(tx, id, step, null));

    /// <summary>A server that just started knows after its first look what left.</summary>
    private static async Task<string?> IsReadAsync(FilingServer filing, Guid id)
    {
        try
        {
            await filing.ReadAsync(async tx =>
            {
                await FenceRow.RequireNoneAsync(tx, id);
                return true;
            });
            return "read";
        }
        catch (ProblemException e) when (e.Code == "journal_not_read")
        {
            return null;
        }
    }

    private static Task<bool> DecideAsync(FilingServer filing, Guid id, FilingAsk ask) =>
        filing.ActAsync(FilingServer.Officer, Permission.ReportFile, tx => Filings.DecideAsync(tx, id, ask));

    private static FilingStep Step(int attempt, long number)
    {
        var before = FilingState.Approve(default, []) with
        {
            Phase = FilingPhase.Finishing,
            Attempt = attempt,
            ReportId = number,
        };
        return new FilingStep
        {
            Before = before,
            State = before with { Phase = FilingPhase.Filed },
            Answer = new ServiceAnswer
            {
                Call = ServiceCall.Finish,
                Class = AnswerClass.Done,
                Bytes = Encoding.UTF8.GetBytes($"<reportDoneResponse>SAMPLE {number}</reportDoneResponse>"),
            },
            IsReceipt = true,
        };
    }
}
