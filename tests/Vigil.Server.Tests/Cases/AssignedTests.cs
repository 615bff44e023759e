using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Server.Features.Cases.Waiting;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>A case that is somebody's is never lost with them.</summary>
public class AssignedTests
{
    private static readonly Actor Lead = Actor.Machine(
        TenantId.Default,
        "test",
        Permission.CaseAssign,
        Permission.PeopleManage
    );

    [Fact(Timeout = 120_000)]
    public async Task A_case_is_given_to_who_sees_it_and_comes_back_when_they_do_not_any_more()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var vendor = await ConsoleUser.InviteAsync(server, "a.vendor", "vendor_reviewer");
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var (one, other, done) = (
            await server.OpenAsync("user-1"),
            await server.OpenAsync("user-2"),
            await server.OpenAsync("user-3")
        );

        var refused = await GiveAsync(server, one, "vendor-reviewer-2", HttpStatusCode.Conflict);
        Assert.Equal("cannot_see_case", refused.Text("code"));
        Assert.DoesNotContain(
            "person:vendor-reviewer-2",
            await PageAsync(server, one),
            StringComparison.Ordinal
        );
        var grant = await ActAsync(
            server,
            tx => CaseGrants.GiveAsync(tx, one, "vendor-reviewer-2", tx.Now.AddDays(2), "Their queue")
        );
        Assert.Contains(
            "<option value=\"person:vendor-reviewer-2\">",
            await PageAsync(server, one),
            StringComparison.Ordinal
        );
        await GiveAsync(server, one, "vendor-reviewer-2");
        await GiveAsync(server, other, "reviewer-3");
        await GiveAsync(server, done, "reviewer-3");
        await server.DecideAsync(done);
        await server.PostAsync("/v1/cases/next", new { }, HttpStatusCode.NotFound);
        await WatchAsync(server);
        Assert.Empty(await server.LedgerAsync("case.unassigned"));

        await ActAsync(server, tx => CaseGrants.EndAsync(tx, grant));
        await WatchAsync(server);
        await FreedAsync(server, one, "person:vendor-reviewer-2", acts: 1);
        Assert.Equal(one, (await server.PostAsync("/v1/cases/next", new { })).Text("caseRef"));
        Assert.Equal("person:reviewer-3", (await WorkAsync(server, other)).Text("assignedTo"));

        // At once, in the same act.
        await ActAsync(
            server,
            async tx =>
            {
                var person = await Vigil.Trust.People.FindByPseudonymAsync(tx, "reviewer-3");
                await Vigil.Trust.People.SetStateAsync(tx, person.Id, PersonState.Disabled);
                return true;
            }
        );
        await FreedAsync(server, other, "person:reviewer-3", acts: 2);
        Assert.Contains(
            "person:reviewer-3",
            (await server.FileAsync(other)).GetProperty("timeline").ToString(),
            StringComparison.Ordinal
        );
        Assert.Equal("person:reviewer-3", (await WorkAsync(server, done)).Text("assignedTo"));
        // Opened again, it is not theirs for long.
        await server.PostAsync(
            $"/v1/cases/{done}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        await WatchAsync(server);
        await FreedAsync(server, done, "person:reviewer-3", acts: 3);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_case_that_its_owner_leaves_untouched_is_a_number_an_alarm_and_a_list()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var (one, touched, free) = (
            await server.OpenAsync("user-1"),
            await server.OpenAsync("user-2"),
            await server.OpenAsync("user-3")
        );
        await GiveAsync(server, one, "reviewer-2");
        await GiveAsync(server, touched, "reviewer-2");
        time.Advance(TimeSpan.FromHours(23));
        Assert.Empty(await WaitingTests.NumbersAsync(server));
        await WatchAsync(server);
        Assert.Empty(await AlarmsAsync(server));
        await reviewer.SignInAsync();
        await reviewer.PostAsync(
            $"/console/cases/{touched}",
            $"/console/cases/{touched}/note",
            ("text", "Mine.")
        );

        time.Advance(TimeSpan.FromHours(2));

        using var later = await server.ClientOfAsync(Scope.Admin);
        // What others did is no touch of theirs.
        await server.PostAsync($"/v1/cases/{one}/notes", new { text = "Whose is it?" }, client: later);
        Assert.Equal(["Assigned, and untouched 1"], await WaitingTests.NumbersAsync(server));
        Assert.Contains(
            "oldest 25 hours ago; overdue after 24 hours True",
            await WaitingTests.NotesAsync(server),
            StringComparison.Ordinal
        );
        var listed = await server.GetJsonAsync("/v1/cases?untouched=true", client: later);
        Assert.Equal(
            one,
            Assert.Single(listed.GetProperty("cases").EnumerateArray()).GetProperty("case").Text("caseRef")
        );
        await WatchAsync(server);
        await WatchAsync(server);
        Assert.Equal(["case_untouched 1"], await AlarmsAsync(server));

        await server.PostAsync($"/v1/cases/{one}/assign", new { }, client: later);
        Assert.Empty(await WaitingTests.NumbersAsync(server));
        await WatchAsync(server);
        Assert.Empty(await AlarmsAsync(server));
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_stands_in_for_a_reviewer_is_given_cases_for_as_long_as_they_do()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        using var engineer = await ConsoleUser.InviteAsync(server, "an.engineer", "platform_engineer");
        var reference = await server.OpenAsync("user-1");
        const string person = "platform-engineer-3";
        Assert.Equal("unknown_person", await RefusedAsync());
        await ActAsync(
            server,
            async tx =>
                await StandIns.GiveAsync(
                    tx,
                    (await Vigil.Trust.People.FindByPseudonymAsync(tx, person)).Id,
                    (await Vigil.Trust.People.FindByPseudonymAsync(tx, "reviewer-2")).Id,
                    Role.Reviewer,
                    tx.Now.AddMinutes(30),
                    tx.Now.AddMinutes(90),
                    "On leave"
                )
        );
        // Not before it begins.
        Assert.Equal("unknown_person", await RefusedAsync());
        time.Advance(TimeSpan.FromMinutes(31));

        await GiveAsync(server, reference, person);

        Assert.Contains(
            $"<option value=\"person:{person}\"",
            await PageAsync(server, reference),
            StringComparison.Ordinal
        );
        await WatchAsync(server);
        Assert.Equal($"person:{person}", (await WorkAsync(server, reference)).Text("assignedTo"));
        time.Advance(TimeSpan.FromMinutes(60));
        await WatchAsync(server);
        await FreedAsync(server, reference, $"person:{person}", acts: 1);
        Assert.Equal("unknown_person", await RefusedAsync());

        async Task<string> RefusedAsync() =>
            (await GiveAsync(server, reference, person, HttpStatusCode.BadRequest)).Text("code");
    }

    internal static async Task<IReadOnlyList<string>> AlarmsAsync(TestServer server) =>
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<string>(
                        """
                        select code || ' ' || count from alert where tenant = @tenant and state <> 'Closed'
                            and (code like '%\_overdue' escape '\' or code = 'case_untouched') order by code
                        """
                    )
            );

    internal static Task WatchAsync(TestServer server) =>
        new WatchWaiting(server.Kernel(), NullLogger<WatchWaiting>.Instance).RunAsync(
            TenantId.Default,
            TestContext.Current.CancellationToken
        );

    private static async Task FreedAsync(TestServer server, string reference, string from, int acts)
    {
        Assert.Equal(
            JsonValueKind.Null,
            (await WorkAsync(server, reference)).GetProperty("assignedTo").ValueKind
        );
        Assert.Contains("unassigned", ReviewWork.TimelineOf(await server.FileAsync(reference)));
        var all = await server.LedgerAsync("case.unassigned");
        Assert.Equal(acts, all.Count);
        Assert.Equal((reference, from), (all[^1].Text("object"), all[^1].GetProperty("facts").Text("from")));
    }

    private static async Task<JsonElement> WorkAsync(TestServer server, string reference) =>
        (await server.FileAsync(reference)).GetProperty("work");

    private static Task<JsonElement> GiveAsync(
        TestServer server,
        string reference,
        string to,
        HttpStatusCode expected = HttpStatusCode.OK
    ) => server.PostAsync($"/v1/cases/{reference}/assign", new { to }, expected);

    private static async Task<string> PageAsync(TestServer server, string reference) =>
        await server.Client.GetStringAsync(new Uri($"/console/cases/{reference}", UriKind.Relative));

    private static Task<T> ActAsync<T>(TestServer server, Func<Tx, Task<T>> act) =>
        server.Kernel().Db.ActAsync(Lead, Permission.PeopleManage, act);
}
