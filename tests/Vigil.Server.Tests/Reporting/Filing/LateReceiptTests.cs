using System.Net;
using System.Security.Cryptography;
using System.Text;
using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.CyberTip;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>A receipt that comes after all is kept byte for byte; that it was lost at first stays counted.</summary>
public sealed class LateReceiptTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_person_keeps_a_receipt_that_was_lost_once_and_of_this_report_alone()
    {
        await using var filing = await FilingServer.StartAsync();
        var id = await LoseAsync(filing);
        var before = await filing.ReportAsync(id);
        Assert.Equal("filing_officer", before.Owner);
        var bytes = Encoding.UTF8.GetBytes("SAMPLE receipt, ünchanged.\r\n");
        var other = await filing.Server.PostAsync(
            $"/v1/reports/{id}/receipt",
            new { bytes, remoteId = "4711" },
            HttpStatusCode.BadRequest
        );
        Assert.Equal("bad_remote_id", other.Text("code"));
        var kept = await filing.Server.PostAsync($"/v1/reports/{id}/receipt", new { bytes });
        Assert.Equal("filed_receipt_lost", kept.Text("state"));
        await CheckAsync(filing, id, bytes, before.FiledAt);
        var again = await filing.Server.PostAsync(
            $"/v1/reports/{id}/receipt",
            new { bytes },
            HttpStatusCode.Conflict
        );
        Assert.Equal("not_handed_over", again.Text("code"));
    }

    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_receipt_that_the_service_sends_late_is_kept_by_itself_whoever_has_the_filing(
        bool isOver
    )
    {
        await using var filing = await FilingServer.StartAsync();
        var id = isOver ? await LoseAsync(filing) : await filing.ApproveAsync(Later);
        var bytes = "<reportDoneResponse>SAMPLE</reportDoneResponse>"u8.ToArray();
        var state = isOver
            ? (await filing.FilingAsync(id)).Parsed
            : FilingState.Approve(default, []) with
            {
                ReportId = 7,
            };
        if (!isOver)
        {
            var waits = state with { Phase = FilingPhase.NeedsHuman, FinishMayHaveArrived = true };
            await filing.ReadAsync(tx => FilingRow.AddAsync(tx, id, ReportEnvironment.Test, waits));
        }
        var step = new FilingStep
        {
            Before = state with { Phase = FilingPhase.Finishing },
            State = state with { Phase = FilingPhase.Filed },
            Answer = new ServiceAnswer
            {
                Call = ServiceCall.Finish,
                Class = AnswerClass.Done,
                Bytes = bytes,
            },
            IsReceipt = true,
        };
        var another = step with { State = step.State with { ReportId = 4711 } };
        Assert.Null(await filing.ReadAsync(tx => HearLate.RunAsync(tx, id, another, null)));
        Assert.NotNull(await filing.ReadAsync(tx => HearLate.RunAsync(tx, id, step, null)));
        Assert.Null(await filing.ReadAsync(tx => HearLate.RunAsync(tx, id, step, null)));
        if (isOver)
        {
            await CheckAsync(filing, id, bytes, (await filing.ReportAsync(id)).FiledAt);
        }
        else
        {
            var report = await filing.ReportAsync(id);
            Assert.Equal((ReportState.Filed, "7"), (report.State, report.RemoteId));
            Assert.Equal(SHA256.HashData(bytes), report.ReceiptSha256);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task The_ledger_has_the_keyed_digest_of_every_files_details_as_they_were_sent()
    {
        await using var filing = await FilingServer.StartAsync();
        var files = Enumerable
            .Range(1, 3)
            .Select(i => new ApprovedFile(null, $"{i}.txt", MadeReports.Details($"{i}.txt"))
            {
                Text = $"SAMPLE {i}",
            })
            .ToList();
        var id = await filing.ApproveAsync(new MadeReport { Files = files });
        await filing.UntilAsync(id, ReportState.Filed);
        var act = Assert.Single(await filing.LedgerAsync(FiledDetails.Action, id));
        var facts = act.GetProperty("facts")
            .EnumerateObject()
            .ToDictionary(one => one.Name, one => one.Value.GetString(), StringComparer.Ordinal);
        var sent = await filing.ReadAsync(tx => FiledDetails.ReadAsync(tx, id, 1));
        Assert.Equal(["0001", "0002", "0003"], facts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(3, sent.Distinct(StringComparer.Ordinal).Count());
        var keyed = await filing.ReadAsync(tx =>
            Task.FromResult(
                sent.Select(one =>
                        Convert.ToHexStringLower(tx.Secrets.Digest("ledger").Of(Encoding.UTF8.GetBytes(one)))
                    )
                    .ToList()
            )
        );
        Assert.Equal(keyed, facts.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value));
        // Only keyed: whoever has the file cannot look it up in the ledger.
        Assert.DoesNotContain(facts.Values, value => sent.Contains(value));
    }

    private static MadeReport Later => new() { LeavesIn = TimeSpan.FromHours(1) };

    private static async Task CheckAsync(FilingServer filing, Guid id, byte[] bytes, DateTimeOffset? filedAt)
    {
        var report = await filing.ReportAsync(id);
        Assert.Equal((ReportState.FiledReceiptLost, filedAt), (report.State, report.FiledAt));
        Assert.Equal(SHA256.HashData(bytes), report.ReceiptSha256);
        Assert.Equal("person:filing-officer-1", report.Owner);
        Assert.Equal(
            bytes,
            await filing.ReadAsync(tx => ReportDocuments.FindAsync(tx, id, ReportDocuments.Receipt))
        );
        var act = Assert.Single(await filing.LedgerAsync("report.receipt_attached", id));
        Assert.Equal(
            Convert.ToHexStringLower(report.ReceiptSha256!),
            act.GetProperty("facts").GetProperty("receipt_sha256").GetString()
        );
        Assert.DoesNotContain(LateReceipt.Alarm, await filing.AlarmsAsync());
    }

    private static async Task<Guid> LoseAsync(FilingServer filing)
    {
        filing.Test.FaultOf = (place, _) => place == "finish" ? CyberTipFault.LostAfter : CyberTipFault.None;
        var id = await filing.ApproveAsync();
        await TestServer.EventuallyAsync(
            () => Task.FromResult(filing.Finished == 1 ? "so" : null),
            "finished there"
        );
        filing.Test.FaultOf = (_, _) => CyberTipFault.None;
        await filing.UntilAsync(id, ReportState.FiledReceiptLost);
        return id;
    }
}
