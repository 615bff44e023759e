using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>A batch reports each of its cases: what the law asks of one it asks of all.</summary>
public class BatchApprovalTests
{
    [Fact(Timeout = 120_000)]
    public async Task Every_case_of_a_batch_is_kept_its_clock_ends_and_later_reports_name_it()
    {
        await using var filing = await Filing.FilingServer.StartAsync();
        var server = filing.Server;
        await server.SetAsync("report.reporterName", "SAMPLE Trust and Safety");
        await server.SetAsync("report.reporterEmail", "reports@example.com");
        var file = ViewingWork.Picture(1);
        var (first, second) = (
            await CaseAsync(server, "user-1", file),
            await CaseAsync(server, "user-2", file)
        );
        await server.ExecuteAsync(
            "update report_due set is_test = @yes where tenant = @tenant",
            new { yes = true }
        );
        var id = Guid.Parse(
            (
                await server.PostAsync(
                    $"/v1/cases/{first}/reports",
                    new
                    {
                        destination = "cybertip",
                        environment = "test",
                        batch = (string[])[second],
                    },
                    HttpStatusCode.Created
                )
            ).Text("reportId")
        );
        await ExplainAsync(server, id);
        // Nobody looked at the first case's picture whole; that is not what this is about.
        await MoveAsync(server, first, "VC-0000-0000-01");
        await filing.ApproveDraftAsync(id);
        await MoveAsync(server, "VC-0000-0000-01", first);
        // The other case's picture: what is approved is preserved from then on.
        Assert.Single(await ClocksAsync(server, id));
        await server.ExecuteAsync(
            "update report set leaves_at = 0 where tenant = @tenant and id = @id",
            new { id }
        );
        var report = await filing.UntilAsync(id, ReportState.Filed);
        Assert.DoesNotContain(null, await ClocksAsync(server, id));
        await RestoredAsync(filing, id, second);
        await filing.ReadAsync(tx => DueClock.SettleAsync(tx));
        foreach (var reference in (string[])[first, second])
        {
            var clock = await filing.ReadAsync(tx => DueClock.FindAsync(tx, reference));
            Assert.Equal((reference, "Met", id), (reference, clock!.State, clock.ReportId!.Value));
        }
        // The account's next report names this one.
        var next = await server.DraftAsync(second, isExplained: false);
        var draft = await filing.ReadAsync(async tx =>
            await Drafts.ReadAsync(tx, (await ReportRow.FindAsync(tx, next))!)
        );
        Assert.Equal(
            [report.RemoteId],
            draft.Tip.Report.PersonOrUserReported[0].PriorCtReports.Select(prior => $"{prior}")
        );
        // What is said of its number may be of each of them.
        var ambiguous = await Assert.ThrowsAsync<Http.ProblemException>(() =>
            filing.ReadAsync(tx =>
                tx.AskAsync<ReportedCaseWanted, ReportedCase>(new ReportedCaseWanted(report.RemoteId!))
            )
        );
        Assert.Equal("ambiguous_number", ambiguous.Code);
    }

    /// <summary>The journal names the other case: a report that is gone from the database keeps its file too.</summary>
    private static async Task RestoredAsync(Filing.FilingServer filing, Guid id, string other)
    {
        var journals = filing.Server.Server.Services.GetRequiredService<FilingJournals>();
        var line = journals.Find(TenantId.Default)!.Last[id];
        Assert.Equal([other], line.OtherCases);
        var gone = Guid.CreateVersion7();
        await filing.ReadAsync(async tx =>
        {
            await FiledBefore.KeepAsync(tx, line with { Report = gone });
            return true;
        });
        Assert.Equal(2, (await ClocksAsync(filing.Server, gone)).Count);
    }

    private static async Task<string> CaseAsync(TestServer server, string account, byte[] file)
    {
        var reference = await server.HitAsync(account);
        await server.SealAsync(reference, file, Guid.Parse(await server.ItemAsync(reference.Value)));
        await server.DecideAsync(reference.Value);
        return reference.Value;
    }

    private static Task<bool> ExplainAsync(TestServer server, Guid id) =>
        server
            .Kernel()
            .Db.ActAsync(
                ReportWork.Officer,
                Permission.ReportFile,
                async tx =>
                {
                    var report = (await ReportRow.LockAsync(tx, id))!;
                    var draft = await Drafts.ReadAsync(tx, report);
                    // Its only file is left out: nobody has to look at it.
                    draft = draft with
                    {
                        Files = [],
                        Tip = draft.Tip with { FileDetails = [] },
                    };
                    var missing = (await Drafts.StandingAsync(tx, report, draft)).Missing;
                    await Drafts.SaveAsync(
                        tx,
                        report,
                        draft with
                        {
                            CannotSupply = missing.ToDictionary(field => field.Path, _ => "It is not kept."),
                        },
                        report.DraftVersion
                    );
                    return true;
                }
            );

    private static Task<int> MoveAsync(TestServer server, string from, string to) =>
        server.ExecuteAsync(
            "update content set case_ref = @to where tenant = @tenant and case_ref = @from",
            new { from, to }
        );

    private static Task<IReadOnlyList<long?>> ClocksAsync(TestServer server, Guid id) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<long?>(
                        "select finished_at from content_clock where tenant = @tenant and report_id = @id",
                        new { id = id.ToString() }
                    )
            );
}
