using System.Net;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>What happens after a report was drafted, and before it leaves.</summary>
public class LaterThanDraftTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_look_after_the_draft_is_in_the_bytes_that_are_approved()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("training.required", "off");
        await server.SetAsync("reports.second_person", "never");
        var reference = await server.ConfirmedAsync("user-1");
        var item = (await server.FileAsync(reference)).GetProperty("items")[0];
        var content = await server.SealAsync(
            new CaseRef(reference),
            ViewingWork.Picture(2),
            item.GetProperty("id").GetGuid()
        );
        var id = await server.DraftAsync(reference);
        using var officer = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
        using var reviewer = await server.ReviewerAsync();
        Assert.Equal((false, true), await SaidAsync());

        var (_, token) = await reviewer.TokenAsync(content);
        var view = (await reviewer.RevealAsync(content, token)).ViewOf();
        // Uncovered for a second by both clocks.
        await Task.Delay(TimeSpan.FromSeconds(1.2), TestContext.Current.CancellationToken);
        await reviewer.EndAsync(content, view, 1200);

        Assert.True(await server.FileViewedAsync(content));
        Assert.Equal((true, false), await SaidAsync());
        Assert.EndsWith(
            "notice=report_approved",
            (await officer.ApproveAsync(id)).Location,
            StringComparison.Ordinal
        );

        Task<(bool? IsViewed, bool SaysThatNobodyOpened)> SaidAsync() =>
            server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    async tx =>
                    {
                        var ready = await ApprovalChecks.RenderAsync(
                            tx,
                            (await ReportRow.FindAsync(tx, id))!
                        );
                        return (
                            Assert.Single(ready.Draft.Tip.FileDetails).FileViewedByEsp,
                            ready.Draft.Why.Contains("No record says", StringComparison.Ordinal)
                        );
                    },
                    TenantId.Default
                );
    }

    [Fact]
    public void Only_the_items_own_line_says_that_it_was_seen()
    {
        const string why =
            "Item 1: a. No record says that a person opened the file.\nItem 11: b. "
            + "The file is not kept by the reporting system.\nDone on the platform: x.";

        Assert.Equal(
            why.Replace(
                "No record says that a person opened the file.",
                "The file was shown whole to a person.",
                StringComparison.Ordinal
            ),
            WhyText.NowSeen(why, 0)
        );
        Assert.Equal(why, WhyText.NowSeen(why, 1));
        Assert.Equal(why, WhyText.NowSeen(why, -1));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_item_without_a_file_that_is_not_confirmed_any_more_stops_the_draft()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.ConfirmedAsync("user-1");
        var id = await server.DraftAsync(reference);

        Assert.Empty(await GoneAsync(id, draft => draft));
        Assert.Equal(
            ["not_confirmed"],
            await GoneAsync(id, draft => draft with { ItemIds = [.. draft.ItemIds, Guid.NewGuid()] })
        );

        Task<IEnumerable<string>> GoneAsync(Guid report, Func<ReportDraft, ReportDraft> change) =>
            server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    async tx =>
                    {
                        var row = (await ReportRow.FindAsync(tx, report))!;
                        var draft = await Drafts.ReadAsync(tx, row);
                        Assert.NotEmpty(draft.ItemIds);
                        Assert.DoesNotContain(draft.Files, file => file.ItemId is not null);
                        return (
                            await CaseNow.FindingsAsync(
                                tx,
                                row,
                                change(draft),
                                await Drafts.CaseOfAsync(tx, new CaseRef(reference))
                            )
                        )
                            .Where(finding => finding.IsBlocking)
                            .Select(finding => finding.Rule);
                    },
                    TenantId.Default
                );
    }

    [Fact(Timeout = 120_000)]
    public async Task The_first_of_two_who_was_disabled_since_does_not_count()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync(CaseRouting.EstablishmentSetting, "US");
        server.AnswerForCases();
        await server.SetAsync("training.required", "off");
        await server.SetAsync("reports.second_person", "always");
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var one = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
        using var two = await ConsoleUser.InviteAsync(server, "filing.two", "filing_officer");
        var id = await server.DraftAsync(await server.ConfirmedAsync("user-1"));
        await one.ApproveAsync(id);
        var opened = await two.GetAsync(ReportWork.Page(id));

        var page = $"/console/people/{(await server.SignedInAsync(one)).PersonId}";
        await admin.PostAsync(page, $"{page}/state", ("state", "disabled"));

        var late = await two.SendAsync(
            $"{ReportWork.Page(id)}/second",
            opened.Text,
            ("checked", "read"),
            ("checked", "destination")
        );
        Assert.Equal((HttpStatusCode.Conflict, "no_first_approval"), (late.Status, ReportWork.CodeOf(late)));
        Assert.Equal("draft", await server.StateAsync(id));
        Assert.Single(await server.LedgerAsync("report.first_approval_void"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_simulator_takes_opens_no_way_to_the_service_itself()
    {
        await using var server = await TestServer.StartAsync();
        Assert.True(await IsTestedAsync("http://127.0.0.1:9/ispws", "http://127.0.0.1:10/ispws"));
        Assert.False(await IsTestedAsync("http://127.0.0.1:9/ispws", null));
        Assert.True(await IsTestedAsync(null, null));

        Task<bool> IsTestedAsync(string? test, string? real) =>
            server
                .Kernel()
                .Db.ActAsync(
                    ReportWork.Officer,
                    Permission.ReportFile,
                    async tx =>
                    {
                        await FilingEnvironment.SetAsync(tx, ReportEnvironment.Test, test, "t", "one");
                        await FilingEnvironment.SetAsync(tx, ReportEnvironment.Production, real, "p", "two");
                        await FilingEnvironment.NoteAsync(tx, ReportEnvironment.Test, AnswerClass.Done);
                        var steps = await GoLive.ReadAsync(tx);
                        // Since when it goes where it goes now: a number of before is another's.
                        var set = await FilingEnvironment.FindAsync(tx, ReportEnvironment.Production);
                        Assert.Equal(
                            [set!.AddressAt, DateTimeOffset.UnixEpoch],
                            [
                                await WhoIsThere.SinceAsync(tx, "cybertip", ReportEnvironment.Production),
                                await WhoIsThere.SinceAsync(tx, "police", ReportEnvironment.Production),
                            ]
                        );
                        return steps.Single(step => step.Step == GoLiveStep.TestCredentials).IsDone;
                    }
                );
    }
}
