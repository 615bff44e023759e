using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>Files that come into a case or go from it after its report was drafted.</summary>
public class ContentsChangedTests
{
    [Theory(Timeout = 120_000)]
    [InlineData("cybertip", true)]
    [InlineData("gb-nca", false)]
    public async Task What_is_brought_after_the_draft_is_said_and_blocks_a_report_of_files(
        string destination,
        bool isBlocking
    )
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.ConfirmedAsync("user-1");
        var item = Guid.Parse(await server.ItemAsync(reference));
        var id = await server.DraftAsync(reference, destination);
        Assert.Null(await FindingAsync(server, id));

        await server.SealAsync(new CaseRef(reference), ViewingWork.Picture(2), item);
        var found = await FindingAsync(server, id);
        Assert.Equal(isBlocking, found!.IsBlocking);
        Assert.Contains("not in it: picture of", found.Text, StringComparison.Ordinal);
        Assert.Contains("Withdraw this draft", found.Text, StringComparison.Ordinal);
        // With a demo's content it is of samples, for the test environment alone.
        var again = await server.DraftAsync(
            reference,
            destination,
            ReportEnvironment.Test,
            isExplained: false
        );
        Assert.Null(await FindingAsync(server, again));
        // What is no draft any more has left: nothing is to be drafted anew.
        await server.ExecuteAsync(
            "update report set state = 'Approved' where tenant = @tenant and id = @id",
            new { id }
        );
        Assert.Null(await FindingAsync(server, id));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_went_is_said_and_neither_what_a_person_left_out_nor_an_item_that_is_open()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.ConfirmedAsync("user-1");
        var item = Guid.Parse(await server.ItemAsync(reference));
        var kept = await server.SealAsync(new CaseRef(reference), ViewingWork.Picture(1), item);
        var whole = await server.DraftAsync(reference, isExplained: false);
        var without = await server.DraftAsync(reference, isExplained: false);
        await LeaveOutAsync(server, without);
        // Of an item that nobody confirmed.
        var open = await server.SealAsync(new CaseRef(reference), ViewingWork.Picture(3), item);
        await server.ExecuteAsync(
            "update content set item_id = @other where tenant = @tenant and id = @open",
            new { open, other = Guid.CreateVersion7() }
        );

        Assert.Null(await FindingAsync(server, whole));
        Assert.Null(await FindingAsync(server, without));
        await server.ExecuteAsync(
            "update content set state = 'Destroyed' where tenant = @tenant and id = @kept",
            new { kept }
        );
        Assert.Contains(
            "any more: file 1.",
            (await FindingAsync(server, whole))!.Text,
            StringComparison.Ordinal
        );
        Assert.Null(await FindingAsync(server, without));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_page_says_so_and_nobody_approves_it()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("training.required", "off");
        var reference = await server.ConfirmedAsync("user-1");
        var id = await server.DraftAsync(reference);
        using var officer = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
        await server.SealAsync(new CaseRef(reference), ViewingWork.Picture(2), null);

        var page = await officer.GetAsync(ReportWork.Page(id));
        Assert.Contains("Kept for this case since it was drafted", page.Text, StringComparison.Ordinal);
        Assert.Equal("not_ready", (await officer.ApproveAsync(id)).Code);
    }

    private static Task<DraftFinding?> FindingAsync(TestServer server, Guid id) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                async tx =>
                {
                    var row = (await ReportRow.FindAsync(tx, id))!;
                    var standing = await Drafts.StandingAsync(tx, row, await Drafts.ReadAsync(tx, row));
                    return standing.Findings.SingleOrDefault(finding => finding.Rule == "contents_changed");
                }
            );

    private static Task<bool> LeaveOutAsync(TestServer server, Guid id) =>
        server
            .Kernel()
            .Db.ActAsync(
                ReportWork.Officer,
                Permission.ReportFile,
                async tx =>
                {
                    var row = (await ReportRow.LockAsync(tx, id))!;
                    var draft = EditDraft.Apply(
                        await Drafts.ReadAsync(tx, row),
                        new EditRequest { Files = [] }
                    );
                    await Drafts.SaveAsync(tx, row, draft, row.DraftVersion);
                    return true;
                }
            );
}
