using System.Net;
using System.Text.RegularExpressions;
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
        Assert.Equal(
            ["Appeals 1", "Corrections to send 1", "Opinions wanted 1"],
            await NumbersAsync(server.Client)
        );
        await AssignedTests.WatchAsync(server);
        Assert.Empty(await AssignedTests.AlarmsAsync(server));

        time.Advance(TimeSpan.FromDays(8));
        await AssignedTests.WatchAsync(server);
        Assert.Equal(
            ["appeal_overdue 1", "correction_overdue 1", "opinion_overdue 1"],
            await AssignedTests.AlarmsAsync(server)
        );
        using var later = await server.ClientOfAsync(Scope.Admin);
        var home = await PageAsync(later, "/console");
        Assert.Contains("oldest 8 days ago; overdue after 168 hours", home, StringComparison.Ordinal);
        await server.PostAsync(
            $"/v1/appeals/{appeal}/decision",
            new { outcome = "upheld", reason = "Nothing new." },
            client: later
        );
        var draft = (await server.GetJsonAsync("/v1/corrections", client: later)).GetProperty("corrections")[0];
        await server.PostAsync(
            $"/v1/corrections/{draft.Text("id")}",
            new { state = "sent", reason = "By mail." },
            client: later
        );
        await AssignedTests.WatchAsync(server);
        Assert.Equal(["opinion_overdue 1"], await AssignedTests.AlarmsAsync(server));
        Assert.Equal(["Opinions wanted 1"], await NumbersAsync(later));

        await NoticesAsync(server, time, action);
    }

    /// <summary>Two users may be told after a month; of one, an authority's order says no.</summary>
    private static async Task NoticesAsync(TestServer server, ManualTime time, string action)
    {
        time.Advance(TimeSpan.FromDays(28));
        using var later = await server.ClientOfAsync(Scope.Admin);
        Assert.Equal(["Opinions wanted 1", "Users to tell 2"], await NumbersAsync(later));
        var order = await TakeOrderAsync(server, later);
        Assert.Equal(["Opinions wanted 1", "Users to tell 1"], await NumbersAsync(later));
        Assert.Contains(
            "1 more stopped by an authority's order",
            await PageAsync(later, "/console"),
            StringComparison.Ordinal
        );
        await AssignedTests.WatchAsync(server);
        Assert.Contains("user_notice_overdue 1", await AssignedTests.AlarmsAsync(server));
        var page = await PageAsync(later, "/console/appeals");
        Assert.Contains("<h2 id=\"tell\">Users to tell</h2>", page, StringComparison.Ordinal);
        Assert.Single(page.Split("aria-label=\"Tell the user of VC-").Skip(1));
        var due = (await server.GetJsonAsync("/v1/account-actions/due", client: later)).GetProperty("actions");
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

    /// <summary>One appealed action, another of an account that an order is about, a letter, an opinion; a test case.</summary>
    private static async Task<(string Action, string Appeal)> BeginAsync(TestServer server)
    {
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
                new { kind = "content_hidden", reason = ReviewWork.Why },
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

    internal static async Task<IReadOnlyList<string>> NumbersAsync(HttpClient client)
    {
        var page = await PageAsync(client, "/console");
        string[] titles =
        [
            "Assigned, and untouched",
            "Appeals",
            "Corrections to send",
            "Opinions wanted",
            "Users to tell",
        ];
        return
        [
            .. titles
                .Select(title =>
                    (title, Found: Regex.Match(page, $"<b>([^<]*)</b>\\s*<a href=\"[^\"]*\">{title}</a>"))
                )
                .Where(one => one.Found.Success)
                .Select(one => $"{one.title} {one.Found.Groups[1].Value}"),
        ];
    }

    internal static async Task<string> PageAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }
}
