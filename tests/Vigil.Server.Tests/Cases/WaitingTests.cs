using System.Net;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What waits for a person says so, with its age, and rings when it waits too long.</summary>
public class WaitingTests
{
    [Fact(Timeout = 120_000)]
    public async Task Appeals_corrections_opinions_and_notices_show_their_age_and_ring_when_overdue()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        var (action, appeal) = await BeginAsync(server);
        Assert.Equal(["Appeals 1", "Corrections to send 1", "Opinions wanted 1"], await NumbersAsync(server));
        await AssignedTests.WatchAsync(server);
        Assert.Empty(await AssignedTests.AlarmsAsync(server));

        time.Advance(TimeSpan.FromDays(8));
        await AssignedTests.WatchAsync(server);
        Assert.Equal(
            ["appeal_overdue 1", "correction_overdue 1", "opinion_overdue 1"],
            await AssignedTests.AlarmsAsync(server)
        );
        using var later = await server.ClientOfAsync(Scope.Admin);
        Assert.Contains(
            "Appeals: oldest 8 days ago; overdue after 168 hours True",
            await NotesAsync(server),
            StringComparison.Ordinal
        );
        await server.PostAsync(
            $"/v1/appeals/{appeal}/decision",
            new
            {
                outcome = "upheld",
                reason = "Nothing new.",
                person = ReviewWork.Person,
            },
            client: later
        );
        var draft = (await server.GetJsonAsync("/v1/corrections", client: later)).GetProperty("corrections")[
            0
        ];
        await server.PostAsync(
            $"/v1/corrections/{draft.Text("id")}",
            new { state = "sent", reason = "By mail." },
            client: later
        );
        await AssignedTests.WatchAsync(server);
        Assert.Equal(["opinion_overdue 1"], await AssignedTests.AlarmsAsync(server));
        Assert.Equal(["Opinions wanted 1"], await NumbersAsync(server));

        await NoticesAsync(server, time, action);
    }

    /// <summary>Two users may be told after a month; of one, an authority's order says no.</summary>
    private static async Task NoticesAsync(TestServer server, ManualTime time, string action)
    {
        time.Advance(TimeSpan.FromDays(28));
        using var later = await server.ClientOfAsync(Scope.Admin);
        Assert.Equal(["Opinions wanted 1", "Users to tell 2"], await NumbersAsync(server));
        var order = await TakeOrderAsync(server, later);
        Assert.Equal(["Opinions wanted 1", "Users to tell 1"], await NumbersAsync(server));
        Assert.Contains(
            "1 more stopped by an authority's order",
            await NotesAsync(server),
            StringComparison.Ordinal
        );
        await AssignedTests.WatchAsync(server);
        Assert.Contains("user_notice_overdue 1", await AssignedTests.AlarmsAsync(server));
        var page = await PageAsync(later, "/console/appeals");
        Assert.Contains("<h2 id=\"tell\">Users to tell</h2>", page, StringComparison.Ordinal);
        Assert.Single(page.Split("aria-label=\"Tell the user of VC-").Skip(1));
        var due = (await server.GetJsonAsync("/v1/account-actions/due", client: later)).GetProperty(
            "actions"
        );
        Assert.Equal(2, due.GetArrayLength());

        await server.PostAsync($"/v1/account-actions/{action}/tell", new { }, client: later);

        await AssignedTests.WatchAsync(server);
        Assert.Equal(["opinion_overdue 1"], await AssignedTests.AlarmsAsync(server));
        await server.PostAsync(
            $"/v1/legal-process/{order}/nondisclosure",
            new { nondisclosure = false, reason = "The court lifted it." },
            client: later
        );
        await AssignedTests.WatchAsync(server);
        Assert.Contains("user_notice_overdue 1", await AssignedTests.AlarmsAsync(server));
    }

    /// <summary>An appealed action, one of an account that an order will be about, a letter, an opinion; a test.</summary>
    private static async Task<(string Action, string Appeal)> BeginAsync(TestServer server)
    {
        // None is drawn by chance: their numbers have a test of their own.
        await server.SetAsync("cases.auditPercent", "0");
        using var decider = await server.ClientOfAsync(Scope.Cases);
        var action = await ActedAsync(server, decider, "user-1");
        await ActedAsync(server, decider, "user-9");
        var appeal = await server.PostAsync(
            "/v1/appeals",
            new { actionId = action, text = "It was not me." },
            HttpStatusCode.Accepted
        );
        var noticed = await server.OpenAsync(
            new
            {
                surface = "comment",
                text = "An address.",
                reason = "A notice came.",
                notice = new { from = "A hotline", reference = "H-17" },
            }
        );
        await server.DecideAsync(noticed, "not_csam");
        var graded = await server.OpenAsync("user-3", "suspected_csam", "US");
        await server.PostAsync(
            $"/v1/cases/{graded}/items/{await server.ItemAsync(graded)}/grade",
            new
            {
                age = "pubescent",
                activity = "posing",
                depiction = "real",
                reasons = new[] { "age_features" },
                secondOpinion = true,
                person = ReviewWork.Person,
            }
        );
        var test = (await server.HitAsync("tester", isTest: true)).Value;
        await server.DecideAsync(test, client: decider);
        await ActAsync(server, decider, test);
        return (action, appeal.Text("appealId"));
    }

    private static async Task<string> ActedAsync(TestServer server, HttpClient client, string account)
    {
        var reference = await server.OpenAsync(account, "known_csam", "DE");
        await server.DecideAsync(reference, client: client);
        return await ActAsync(server, client, reference);
    }

    private static async Task<string> ActAsync(TestServer server, HttpClient client, string reference) =>
        (
            await server.PostAsync(
                $"/v1/cases/{reference}/account-actions",
                new
                {
                    kind = "content_hidden",
                    reason = ReviewWork.Why,
                    person = ReviewWork.PersonBehind(client),
                },
                HttpStatusCode.Created,
                client: client
            )
        ).Text("id");

    private static async Task<string> TakeOrderAsync(TestServer server, HttpClient client) =>
        LegalDesk.IdOf(
            await server.PostAsync(
                "/v1/legal-process",
                LegalDesk.Request("warrant", [new { account = "user-9" }], secret: true),
                HttpStatusCode.Created,
                client: client
            )
        );

    /// <summary>The first page's numbers of what waits, as who may see all of it has them.</summary>
    internal static async Task<IReadOnlyList<string>> NumbersAsync(TestServer server) =>
        [.. (await HomeAsync(server)).Select(number => $"{number.Title} {number.Value}")];

    internal static async Task<string> NotesAsync(TestServer server) =>
        string.Join(
            '\n',
            (await HomeAsync(server)).Select(number => $"{number.Title}: {number.Note} {number.IsWarning}")
        );

    private static async Task<IEnumerable<HomeNumber>> HomeAsync(TestServer server)
    {
        string[] titles =
        [
            "Assigned, and untouched",
            "Appeals",
            "Corrections to send",
            "Decisions to look at again",
            "Opinions wanted",
            "Users to tell",
        ];
        var actor = Actor.Machine(
            TenantId.Default,
            "test",
            Permission.CaseAssign,
            Permission.AppealDecide,
            Permission.CaseGrade
        );
        var wanted = await server
            .Kernel()
            .Db.ReadAsync(
                actor,
                Permission.CaseGrade,
                async tx =>
                {
                    var numbers = new HomeNumbersWanted();
                    await tx.RaiseAsync(numbers);
                    return numbers;
                }
            );
        return wanted
            .Numbers.Where(number => titles.Contains(number.Title))
            .OrderBy(number => number.Title, StringComparer.Ordinal);
    }

    private static async Task<string> PageAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }
}
