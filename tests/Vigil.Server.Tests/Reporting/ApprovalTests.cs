using System.Net;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>Nothing leaves but what named persons approved, byte for byte.</summary>
public class ApprovalTests
{
    [Fact(Timeout = 120_000)]
    public async Task Two_different_persons_approve_the_bytes_they_read_and_can_undo_it_until_they_leave()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        using var one = await StartAsync(server, "filing.one");
        using var two = await ConsoleUser.InviteAsync(server, "filing.two", "filing_officer");
        var id = await server.DraftAsync(await server.ConfirmedAsync("user-1"));

        // Other bytes, a point left out, a program: no approval.
        var other = await one.ApproveAsync(id, more: ("sha256", new string('0', 64)));
        Assert.Equal((HttpStatusCode.Conflict, "other_bytes"), (other.Status, ReportWork.CodeOf(other)));
        // The bytes may be the same and what is said of the files another: the draft's version counts too.
        var before = await one.ApproveAsync(id, more: ("version", "99"));
        Assert.Equal((HttpStatusCode.Conflict, "other_bytes"), (before.Status, ReportWork.CodeOf(before)));
        var silent = await one.PostAsync(
            ReportWork.Page(id),
            $"{ReportWork.Page(id)}/approval",
            ("checked", "read")
        );
        Assert.Equal("checklist_incomplete", ReportWork.CodeOf(silent));
        using (var form = new FormUrlEncodedContent([KeyValuePair.Create("sha256", "")]))
        {
            using var program = await server.Client.PostAsync($"{ReportWork.Page(id)}/approval", form);
            Assert.Equal(HttpStatusCode.Forbidden, program.StatusCode);
            Assert.Contains(
                "not_a_person",
                await program.Content.ReadAsStringAsync(),
                StringComparison.Ordinal
            );
        }
        Assert.Empty(await server.LedgerAsync("report.approved_first"));

        Assert.EndsWith(
            "notice=report_first",
            (await one.ApproveAsync(id)).Location,
            StringComparison.Ordinal
        );
        // The same person once more is no second one, on either form.
        Assert.EndsWith(
            "notice=report_first",
            (await one.ApproveAsync(id)).Location,
            StringComparison.Ordinal
        );
        var same = await one.RawPostAsync(
            $"{ReportWork.Page(id)}/second",
            ("sha256", await Sha256Async(server, id)),
            (
                "version",
                $"{(await server.GetJsonAsync($"/v1/reports/{id}")).GetProperty("report").GetProperty("draftVersion").GetInt32()}"
            ),
            ("checked", "read"),
            ("checked", "destination"),
            ("__RequestVerificationToken", await one.ForgeryAsync(ReportWork.Page(id)))
        );
        Assert.Equal("same_person", ReportWork.CodeOf(same));
        Assert.Equal("draft", await server.StateAsync(id));

        // Taken back before the second person comes: who opened the page before that approves nothing.
        var opened = await two.GetAsync(ReportWork.Page(id));
        Assert.EndsWith(
            "notice=report_undone",
            (await UndoAsync(one, id)).Location,
            StringComparison.Ordinal
        );
        Assert.Single(await server.LedgerAsync("report.approval_undone"));
        var late = await two.SendAsync(
            $"{ReportWork.Page(id)}/second",
            opened.Text,
            ("checked", "read"),
            ("checked", "destination")
        );
        Assert.Equal("no_first_approval", ReportWork.CodeOf(late));
        await server.PostAsync($"/v1/reports/{id}/undo", new { }, HttpStatusCode.Conflict);
        await one.ApproveAsync(id);
        var approved = await two.ApproveAsync(id, "second");
        Assert.EndsWith("notice=report_approved", approved.Location, StringComparison.Ordinal);
        Assert.Equal("approved", await server.StateAsync(id));
        var act = Assert.Single(await server.LedgerAsync("report.approved"));
        Assert.DoesNotContain(await Sha256Async(server, id), act.ToString(), StringComparison.Ordinal);

        // Undone in time; then a change voids what one person approved.
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.EndsWith(
            "notice=report_undone",
            (await UndoAsync(one, id)).Location,
            StringComparison.Ordinal
        );
        Assert.Equal(0, await DocumentsAsync(server, id));
        await one.ApproveAsync(id);
        await two.PostAsync(
            $"{ReportWork.Page(id)}/edit",
            $"{ReportWork.Page(id)}/edit",
            ("additionalInfo", "More.")
        );
        var stale = await one.ApproveAsync(id);
        Assert.EndsWith("notice=report_first", stale.Location, StringComparison.Ordinal);
        Assert.EndsWith(
            "notice=report_approved",
            (await two.ApproveAsync(id, "second")).Location,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "More.",
            await server.Client.GetStringAsync($"/v1/reports/{id}/preview"),
            StringComparison.Ordinal
        );

        // Too late to undo; not yet on its way, so it can be withdrawn.
        time.Advance(TimeSpan.FromSeconds(31));
        await server.PostAsync($"/v1/reports/{id}/undo", new { }, HttpStatusCode.Conflict);
        await server.PostAsync(
            $"/v1/reports/{id}/withdrawal",
            new { reason = "user-1 is wrong." },
            HttpStatusCode.BadRequest
        );
        await server.PostAsync($"/v1/reports/{id}/withdrawal", new { reason = "The wrong destination." });
        Assert.Equal("withdrawn", await server.StateAsync(id));
        Assert.Equal(2, await DocumentsAsync(server, id));
        await CheckHighPriorityAsync(server, one, two);
    }

    /// <summary>Where nobody is waited for somebody hears of it at once, and no longer than it leaves.</summary>
    private static async Task CheckHighPriorityAsync(TestServer server, ConsoleUser one, ConsoleUser two)
    {
        await server.SetAsync("reports.undoSecondsHighPriority", "30");
        var reference = await server.ConfirmedAsync("user-2");
        await server.PostAsync($"/v1/cases/{reference}/danger", new { });
        // The first of all takes two, whatever it says: the second person is who hears of it.
        var first = await server.DraftAsync(reference, environment: ReportEnvironment.Production);
        await one.ApproveAsync(first);
        Assert.Equal("draft", await server.StateAsync(first));
        await two.ApproveAsync(first, "second");
        Assert.Equal("approved", await server.StateAsync(first));
        await server.ExecuteAsync(
            "update report set state = 'Filed', filed_at = @later where tenant = @tenant and id = @first",
            new { first, later = TimeProvider.System.GetUtcNow().AddDays(1) }
        );
        await one.ApproveAsync(await server.DraftAsync(reference));
        Assert.Empty(await ToldAsync());

        var id = await server.DraftAsync(reference, environment: ReportEnvironment.Production);
        await one.ApproveAsync(id);
        Assert.Equal("approved", await server.StateAsync(id));
        Assert.Equal([$"{id} Urgent"], await ToldAsync());
        await UndoAsync(one, id);
        Assert.Empty(await ToldAsync());
        await one.ApproveAsync(id);
        Assert.Equal([$"{id} Urgent"], await ToldAsync());
        await server.PostAsync($"/v1/reports/{id}/withdrawal", new { reason = "The wrong destination." });
        Assert.Empty(await ToldAsync());

        Task<IReadOnlyList<string>> ToldAsync() =>
            server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    tx =>
                        tx.QueryAsync<string>(
                            """
                            select about || ' ' || severity from alert
                            where tenant = @tenant and code = 'report_high_priority' and state <> 'Closed'
                            """
                        )
                );
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_not_ready_not_seen_or_not_confirmed_is_not_approved()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var one = await StartAsync(server, "filing.one");
        await server.SetAsync("reports.second_person", "never");
        var confirmed = await server.ConfirmedAsync("user-1");

        var unready = await server.DraftAsync(confirmed, isExplained: false);
        Assert.Equal("not_ready", ReportWork.CodeOf(await one.ApproveAsync(unready)));
        var page = await one.GetAsync(ReportWork.Page(unready));
        var path = (await server.GetJsonAsync($"/v1/reports/{unready}"))
            .GetProperty("standing")
            .GetProperty("missing")
            .EnumerateArray()
            .First(missing => missing.GetProperty("needed").GetBoolean())
            .Text("path");
        var said = await one.SendAsync(
            $"{ReportWork.Page(unready)}/cannot-supply",
            page.Text,
            ("path", path),
            ("because", "The platform keeps none.")
        );
        Assert.EndsWith("notice=report_saved", said.Location, StringComparison.Ordinal);

        var unseen = await server.DraftAsync(confirmed);
        await server.SealAsync(new CaseRef(confirmed), ViewingWork.Picture(2));
        // What came since the draft is not in it; of a new one it must be seen.
        Assert.Equal("not_ready", ReportWork.CodeOf(await one.ApproveAsync(unseen)));
        unseen = await server.DraftAsync(confirmed);
        Assert.Equal("views_missing", ReportWork.CodeOf(await one.ApproveAsync(unseen)));
        Assert.Contains(
            "must be seen",
            (await one.GetAsync(ReportWork.Page(unseen))).Text,
            StringComparison.Ordinal
        );

        await server.SetAsync("training.required", "on");
        Assert.Equal("not_qualified", ReportWork.CodeOf(await one.ApproveAsync(unseen)));
        Assert.Empty(await server.LedgerAsync("report.approved"));
    }

    private static async Task<ConsoleUser> StartAsync(TestServer server, string name)
    {
        server.AnswerForCases();
        await server.SetAsync("training.required", "off");
        await server.SetAsync("reports.second_person", "always");
        await server.SetAsync(CaseRouting.EstablishmentSetting, "US");
        return await ConsoleUser.InviteAsync(server, name, "filing_officer");
    }

    private static Task<ConsoleUser.Answer> UndoAsync(ConsoleUser user, Guid id) =>
        user.PostAsync(ReportWork.Page(id), $"{ReportWork.Page(id)}/undo");

    private static async Task<string> Sha256Async(TestServer server, Guid id)
    {
        using var preview = await server.Client.GetAsync($"/v1/reports/{id}/preview");
        return preview.Headers.GetValues("Vigil-Sha256").Single();
    }

    private static Task<long> DocumentsAsync(TestServer server, Guid id) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.FindAsync<long>(
                        "select count(*) from report_document where tenant = @tenant and report_id = @id",
                        new { id }
                    )
            );
}
