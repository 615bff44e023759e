using System.Text.Json;
using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.People;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>What two people may decide follows what the journal's line says, until the second has confirmed.</summary>
public sealed class FenceLinesTests
{
    private static readonly MadeReport Later = new() { LeavesIn = TimeSpan.FromHours(1) };

    [Fact(Timeout = 120_000)]
    public async Task What_the_journal_knows_as_taken_back_does_not_go_on()
    {
        await using var filing = await FilingServer.StartAsync();
        var journal = await JournalAsync(filing);
        var withdrawn = await filing.ApproveAsync(Later);
        var takenBack = await filing.ApproveAsync(Later);
        var begunAnew = await filing.ApproveAsync(Later);
        // Earlier versions' lines say nothing of who took it back.
        await NoteAsync(filing, journal, withdrawn, State(FilingPhase.Withdrawn));
        var retracting = State(FilingPhase.Retracting);
        await NoteAsync(
            filing,
            journal,
            takenBack,
            retracting with
            {
                IsWithdrawn = true,
                FinishMayHaveArrived = true,
            }
        );
        // As when other bytes were received than were sent: nobody took it back.
        await NoteAsync(filing, journal, begunAnew, retracting);
        foreach (var id in (Guid[])[withdrawn, takenBack])
        {
            var refused = await Assert.ThrowsAsync<ProblemException>(() => AskAsync(filing, id));
            Assert.Contains("taken back", refused.Message, StringComparison.Ordinal);
        }

        await FenceTests.DecideAsync(filing, withdrawn, FenceDecision.Withdraw);
        await FenceTests.DecideAsync(filing, takenBack, FenceDecision.IsFiled);
        await FenceTests.DecideAsync(filing, begunAnew, FenceDecision.GoOn);
        Assert.Equal(ReportState.Withdrawn, (await filing.ReportAsync(withdrawn)).State);
        Assert.Equal(ReportState.FiledReceiptLost, (await filing.ReportAsync(takenBack)).State);
        Assert.Equal(0, await filing.ReadAsync(FenceRow.CountAsync));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_asked_before_the_journal_or_the_report_said_more_is_not_confirmed()
    {
        await using var filing = await FilingServer.StartAsync();
        var journal = await JournalAsync(filing);
        var id = await filing.ApproveAsync(Later);
        var finishing = State(FilingPhase.Finishing);
        await NoteAsync(filing, journal, id, finishing);
        await AskAsync(filing, id);
        Assert.Equal("go_on", (await RowAsync(filing, id)).Text("asked"));
        await NoteAsync(filing, journal, id, finishing with { CallNumber = finishing.CallNumber + 1 });
        Assert.Equal(JsonValueKind.Null, (await RowAsync(filing, id)).GetProperty("asked").ValueKind);
        Assert.Single(await filing.LedgerAsync("second_person.withdrawn", id));

        // Its finish may have arrived, and it is a draft by now: nothing would ask the service.
        await AskAsync(filing, id);
        await StateAsync(ReportState.Draft);
        var refused = await Assert.ThrowsAsync<ProblemException>(() => ConfirmAsync(filing, id));
        Assert.Equal("cannot_be_decided_so", refused.Code);
        await StateAsync(ReportState.Approved);
        await ConfirmAsync(filing, id);
        Assert.Equal(0, await filing.ReadAsync(FenceRow.CountAsync));

        Task<int> StateAsync(ReportState state) =>
            filing.ReadAsync(tx =>
                tx.ExecuteAsync(
                    "update report set state = @state where tenant = @tenant and id = @id",
                    new { id, state = $"{state}" }
                )
            );
    }

    private static FilingState State(FilingPhase phase) =>
        FilingState.Approve(DateTimeOffset.UtcNow, []) with
        {
            Phase = phase,
            Epoch = 1,
            CallNumber = 3,
            ReportId = 4711,
        };

    private static Task<FilingJournal> JournalAsync(FilingServer filing) =>
        filing
            .Server.Get<FilingJournals>()
            .OpenAsync(
                Actor.Machine(TenantId.Default, "filing", Permission.ReportFile),
                TestContext.Current.CancellationToken
            );

    /// <summary>A line that the database knows nothing of, as after a restore.</summary>
    private static async Task NoteAsync(
        FilingServer filing,
        FilingJournal journal,
        Guid id,
        FilingState state
    )
    {
        var report = await filing.ReportAsync(id);
        journal.Append(JournalLine.Of(report, state, DateTimeOffset.UtcNow, default));
        Assert.True(await filing.ReadAsync(tx => Fence.IsBehindAsync(tx, journal, id)));
    }

    private static Task<bool> AskAsync(FilingServer filing, Guid id) =>
        filing.ActAsync(
            FilingServer.Officer,
            Permission.ReportFile,
            tx =>
                FenceDeciding.AskAsync(tx, id, new(FenceDecision.GoOn, null, "NCMEC, by telephone, says so."))
        );

    private static Task<bool> ConfirmAsync(FilingServer filing, Guid id) =>
        filing.ActAsync(
            FilingServer.Second,
            Permission.ReportFile,
            async tx =>
                await FenceDeciding.ConfirmAsync(tx, id, await tx.ReadOfAsync(FenceDeciding.Action, $"{id}"))
        );

    private static async Task<JsonElement> RowAsync(FilingServer filing, Guid id)
    {
        var rows = (await filing.Server.GetJsonAsync("/v1/reporting/fence")).GetProperty("waiting");
        return rows.EnumerateArray().Single(row => row.Text("reportId") == $"{id}");
    }
}
