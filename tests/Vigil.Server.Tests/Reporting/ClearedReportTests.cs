using System.Net;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>A case turns out to be something else while its report is written, or waits to leave.</summary>
public class ClearedReportTests
{
    [Fact(Timeout = 120_000)]
    public async Task Who_is_cleared_takes_the_approval_back_and_stands_in_no_batch()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("training.required", "off");
        await server.SetAsync("reports.second_person", "never");
        await server.OpenPackagesAsync();
        using var one = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
        var reference = await ByHandAsync(server, "user-1");
        var id = await server.DraftAsync(reference, ReportWork.Package);
        await one.ApproveAsync(id);
        Assert.Equal("approved", await server.StateAsync(id));

        // A batch of another case that names this one's account, and a draft of such a batch.
        var other = await server.ConfirmedAsync("user-8");
        var (approved, drafted, given) = (
            await server.DraftAsync(other, ReportWork.Package),
            await server.DraftAsync(other, ReportWork.Package),
            await server.DraftAsync(other, ReportWork.Package)
        );
        await one.ApproveAsync(approved);
        await NameAsync(server, reference, approved, drafted, given);
        // Whom a batch was given hears of it when an account of it is cleared.
        await one.ApproveAsync(given);
        await ToldAsync(server, reference, given);

        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        await server.DecideAsync(reference, "not_csam");

        Assert.Equal("draft", await server.StateAsync(approved));
        var report = (await server.GetJsonAsync($"/v1/reports/{id}")).GetProperty("report");
        Assert.Equal("draft", report.Text("state"));
        Assert.True(report.GetProperty("approvedBy").ValueKind == System.Text.Json.JsonValueKind.Null);
        Assert.Null(await DocumentAsync(server, id));
        Assert.Equal(2, (await server.LedgerAsync("report.approval_undone")).Count);
        Assert.Equal("not_ready", ReportWork.CodeOf(await one.ApproveAsync(id)));

        await server.PostAsync($"/v1/cases/{reference}/purge", new { reason = "They ask for it." });
        foreach (var each in (Guid[])[id, approved, drafted])
        {
            Assert.Equal("withdrawn", await server.StateAsync(each));
            var emptied = await server.GetJsonAsync($"/v1/reports/{each}/draft");
            Assert.DoesNotContain("user-", emptied.GetProperty("tip").ToString(), StringComparison.Ordinal);
        }

        await ChangedAsync(server);
        await BatchAsync(server);
    }

    /// <summary>What may have arrived is told; what never left, or was refused or taken back, is not.</summary>
    private static async Task ToldAsync(TestServer server, string reference, Guid given)
    {
        var told = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    var found = new List<ReportState>();
                    foreach (var state in Enum.GetValues<ReportState>().Append(ReportState.HandedOver))
                    {
                        await tx.ExecuteAsync(
                            "update report set state = @state where tenant = @tenant and id = @given",
                            new { given, state = state.ToString() }
                        );
                        var reports = await tx.AskAsync<CaseReportsWanted, CaseReports>(
                            new(new CaseRef(reference))
                        );
                        found.AddRange(reports.Recipients.Select(_ => state));
                    }
                    return found;
                }
            );
        Assert.Equal(
            [
                ReportState.Filing,
                ReportState.NeedsHuman,
                ReportState.Filed,
                ReportState.FiledReceiptLost,
                ReportState.HandedOver,
                ReportState.HandedOver,
            ],
            told
        );
    }

    /// <summary>What a draft rests on is asked again whenever it is looked at.</summary>
    private static async Task ChangedAsync(TestServer server)
    {
        var reference = await server.ConfirmedAsync("user-2");
        var id = await server.DraftAsync(reference);
        var item = Guid.Parse(await server.ItemAsync(reference));
        Assert.Empty(await RulesAsync(about => about));
        Assert.Equal(["suspect_changed"], await RulesAsync(about => about with { NamesNoSuspect = true }));
        Assert.Equal(["not_confirmed"], await RulesAsync(about => about with { Items = [] }));
        Assert.Equal(["not_confirmed"], await RulesAsync(about => about, file: Guid.NewGuid()));
        Assert.Empty(await RulesAsync(about => about, file: item));

        Task<IReadOnlyList<string>> RulesAsync(
            Func<ReportableCase, ReportableCase> change,
            Guid? file = null
        ) =>
            server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    async tx =>
                    {
                        var row = (await ReportRow.FindAsync(tx, id))!;
                        var draft = await Drafts.ReadAsync(tx, row);
                        var about = await Drafts.CaseOfAsync(tx, new CaseRef(reference));
                        draft = draft with
                        {
                            Files = file is null
                                ? draft.Files
                                : [new DraftFile { ItemId = file, FileName = "a" }],
                        };
                        return (IReadOnlyList<string>)
                            [
                                .. (await CaseNow.FindingsAsync(tx, row, draft, change(about)))
                                    .Where(finding => finding.IsBlocking)
                                    .Select(finding => finding.Rule),
                            ];
                    }
                );
    }

    private static async Task BatchAsync(TestServer server)
    {
        var (first, second, third) = (
            await server.ConfirmedAsync("user-3"),
            await ByHandAsync(server, "user-4"),
            await server.ConfirmedAsync("user-5")
        );
        var open = await server.OpenAsync("user-6");
        var pressing = await server.ConfirmedAsync("user-7");
        await server.PostAsync($"/v1/cases/{pressing}/danger", new { });
        foreach (
            var (of, other, why) in ((string, string, string)[])
                [(first, open, "nothing of it is confirmed"), (pressing, first, "a child may be in danger")]
        )
        {
            var refused = await server.PostAsync(
                $"/v1/cases/{of}/reports",
                new
                {
                    destination = "cybertip",
                    environment = "test",
                    batch = (string[])[other],
                },
                HttpStatusCode.Conflict
            );
            Assert.Equal("not_in_this_batch", refused.Text("code"));
            Assert.Contains(why, refused.Text("detail"), StringComparison.Ordinal);
        }

        // As drafted when all three were confirmed.
        var id = await server.DraftAsync(first);
        Assert.Empty(await OfBatchAsync());
        await server.PostAsync(
            $"/v1/cases/{second}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        await server.DecideAsync(second, "not_csam");
        Assert.Equal([second], await OfBatchAsync());
        await MarkAsync(true);
        Assert.Equal([second, third], await OfBatchAsync());
        await MarkAsync(false);
        Assert.Equal([second], await OfBatchAsync());
        await server.PostAsync($"/v1/cases/{third}/danger", new { });
        Assert.Equal([second, third], await OfBatchAsync());

        Task<int> MarkAsync(bool namesNoSuspect) =>
            server.ExecuteAsync(
                """
                update case_item set names_no_suspect = @namesNoSuspect where tenant = @tenant and case_id in (
                    select id from case_file where tenant = @tenant and ref = @third)
                """,
                new { third, namesNoSuspect }
            );

        Task<IReadOnlyList<string>> OfBatchAsync() =>
            server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    async tx =>
                    {
                        var row = (await ReportRow.FindAsync(tx, id))!;
                        var draft = await Drafts.ReadAsync(tx, row) with { BatchCases = [second, third] };
                        return (IReadOnlyList<string>)
                            [
                                .. (await Drafts.StandingAsync(tx, row, draft))
                                    .Blocking.Where(finding => finding.Rule == "batch_not_confirmed")
                                    .Select(finding => finding.Text.Split(' ')[0]),
                            ];
                    }
                );
    }

    private static Task<bool> NameAsync(TestServer server, string reference, params Guid[] reports) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    foreach (var id in reports)
                    {
                        await tx.ExecuteAsync(
                            "insert into report_batch_case (tenant, case_ref, report_id) values (@tenant, @reference, @id)",
                            new { reference, id }
                        );
                    }
                    return true;
                }
            );

    /// <summary>No list's: what is cleared has nobody to answer but the case.</summary>
    private static async Task<string> ByHandAsync(TestServer server, string account)
    {
        var reference = await server.OpenAsync(account, "suspected_csam");
        await server.DecideAsync(reference);
        return reference;
    }

    private static Task<byte[]?> DocumentAsync(TestServer server, Guid id) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => ReportDocuments.FindAsync(tx, id, ReportDocuments.Approved)
            );
}
