using System.Security.Cryptography;
using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>The real worker hears of a receipt when it has the filing no more, against the simulated service.</summary>
public sealed class HearLateTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_worker_that_lost_its_lease_while_it_finished_ends_the_filing_with_the_receipt()
    {
        await using var filing = await FilingServer.StartAsync();
        var id = await FinishAsync(filing, (tx, report) => TakeOverAsync(tx, report));

        var report = await filing.UntilAsync(id, ReportState.Filed);
        await CheckReceiptAsync(filing, report);
        Assert.Equal(FilingPhase.Filed, (await filing.FilingAsync(id)).Parsed.Phase);
        Assert.Single(await filing.LedgerAsync("report.filed", id));
        Assert.Equal(1, filing.Finished);
        // The journal knows it too: after a start nothing stands behind the fence.
        await filing.Server.RestartAsync();
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_another_worker_took_for_a_lost_receipt_is_attached_when_the_answer_comes()
    {
        await using var filing = await FilingServer.StartAsync();
        var id = await FinishAsync(
            filing,
            async (tx, report) =>
            {
                var row = (await FilingRow.LockAsync(tx, report))!;
                var lost = row.Parsed with { Phase = FilingPhase.FiledReceiptLost, IsSent = false };
                Assert.True(await FilingRow.ReplaceAsync(tx, report, row.Version, lost, null, "", []));
                await FilingEnd.EndAsync(tx, report, lost, default);
            }
        );

        var report = await TestServer.EventuallyAsync(
            async () => await filing.ReportAsync(id) is { ReceiptSha256: not null } found ? found : null,
            "the receipt is attached"
        );
        Assert.Equal(ReportState.FiledReceiptLost, report.State);
        await CheckReceiptAsync(filing, report);
        Assert.Single(await filing.LedgerAsync("report.receipt_attached", id));
        Assert.Equal(1, filing.Finished);
    }

    /// <summary>A report whose filing changes hands while the service has the finish.</summary>
    private static async Task<Guid> FinishAsync(FilingServer filing, Func<Tx, Guid, Task> meanwhile)
    {
        var hands = 0;
        filing.Test.FaultOf = (place, _) =>
        {
            if (place == "finish" && Interlocked.Exchange(ref hands, 1) == 0)
            {
                filing
                    .ReadAsync(async tx =>
                    {
                        var open = await FilingRow.OpenAsync(tx, 10);
                        await meanwhile(tx, Assert.Single(open).ReportId);
                        return true;
                    })
                    .GetAwaiter()
                    .GetResult();
            }
            return CyberTipFault.None;
        };
        return await filing.ApproveAsync();
    }

    private static Task<int> TakeOverAsync(Tx tx, Guid id) =>
        tx.ExecuteAsync(
            """
            update filing set epoch = epoch + 1, lease_owner = 'other', lease_until = @until
            where tenant = @tenant and report_id = @id
            """,
            new { id, until = tx.Now.AddMinutes(1) }
        );

    private static async Task CheckReceiptAsync(FilingServer filing, ReportRow report)
    {
        var bytes = await filing.ReadAsync(tx =>
            ReportDocuments.FindAsync(tx, report.Id, ReportDocuments.Receipt)
        );
        Assert.Equal(report.ReceiptSha256, SHA256.HashData(bytes!));
        Assert.Contains(
            report.RemoteId!,
            System.Text.Encoding.UTF8.GetString(bytes!),
            StringComparison.Ordinal
        );
    }
}
