using System.Net;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

public class DecisionTests
{
    private const string Why = "A holiday picture, seen on the platform.";

    private static readonly object NotCsam = new
    {
        verdict = "not_csam",
        reason = Why,
        person = ReviewWork.Person,
    };

    [Fact(Timeout = 60_000)]
    public async Task A_person_decides_with_a_reason_and_it_stands_in_the_ledger_and_in_the_outbox()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await ByHandAsync(server);
        var refusal = await server.PostAsync(
            $"/v1/cases/{reference}/decision",
            new { verdict = "not_csam", person = ReviewWork.Person },
            HttpStatusCode.BadRequest
        );
        Assert.Equal("missing", refusal.Text("code"));

        var answer = await server.PostAsync($"/v1/cases/{reference}/decision", NotCsam);

        Assert.Equal("decided", answer.GetProperty("case").Text("state"));
        Assert.Equal("not_csam", answer.GetProperty("case").Text("outcome"));
        var act = Assert.Single(await server.LedgerAsync("case.decided"));
        Assert.Equal(Why, act.Text("reason"));
        Assert.Equal(reference, act.Text("object"));
        Assert.Equal("not_csam", act.GetProperty("facts").Text("verdict"));
        Assert.Equal(["case.opened", "case.decided"], await server.OutboxAsync(reference));
    }

    [Fact(Timeout = 60_000)]
    public async Task Deciding_the_same_again_changes_nothing_and_is_in_the_ledger()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await ByHandAsync(server);
        await server.PostAsync($"/v1/cases/{reference}/decision", NotCsam);

        var again = await server.PostAsync($"/v1/cases/{reference}/decision", NotCsam);

        Assert.Equal(0, again.GetProperty("changed").GetInt32());
        Assert.Single(await server.LedgerAsync("case.decided"));
        Assert.Single(await server.LedgerAsync("case.decision_repeated"));
        Assert.Equal(["case.opened", "case.decided"], await server.OutboxAsync(reference));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_repeated_request_decides_once()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await ByHandAsync(server);

        var first = await server.PostAsync($"/v1/cases/{reference}/decision", NotCsam, idempotencyKey: "one");
        var again = await server.PostAsync($"/v1/cases/{reference}/decision", NotCsam, idempotencyKey: "one");

        Assert.Equal(first.ToString(), again.ToString());
        Assert.Single(await server.LedgerAsync("case.decided"));
        Assert.Empty(await server.LedgerAsync("case.decision_repeated"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reason_that_names_the_account_is_refused_because_the_ledger_names_nobody()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await ByHandAsync(server, "maria77");

        var refusal = await server.PostAsync(
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict = "not_csam",
                reason = "Maria77 is a painter.",
                person = ReviewWork.Person,
            },
            HttpStatusCode.BadRequest
        );

        Assert.Equal("reason_names_somebody", refusal.Text("code"));
        Assert.Empty(await server.LedgerAsync("case.decided"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Confirmed_keeps_the_time_of_knowledge_and_says_that_no_report_is_filed()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await ByHandAsync(server);

        var answer = await server.PostAsync(
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict = "confirmed",
                reason = Why,
                person = ReviewWork.Person,
            }
        );

        Assert.Contains(
            $"/console/reports?case={reference}",
            answer.Text("reporting"),
            StringComparison.Ordinal
        );
        var item = (await server.GetJsonAsync($"/v1/cases/{reference}/file")).GetProperty("items")[0];
        Assert.Equal("confirmed", item.Text("state"));
        Assert.InRange(
            item.GetProperty("decidedAt").GetDateTimeOffset(),
            DateTimeOffset.UtcNow.AddMinutes(-1),
            DateTimeOffset.UtcNow.AddMinutes(1)
        );
        using var page = await server.Client.GetAsync(
            new Uri($"/console/cases/{reference}", UriKind.Relative)
        );
        Assert.Contains("draft the report", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_case_is_decided_item_by_item_and_ends_with_the_last()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await ByHandAsync(server);
        Assert.Equal(reference, await ByHandAsync(server));
        var items = (await server.GetJsonAsync($"/v1/cases/{reference}/file"))
            .GetProperty("items")
            .EnumerateArray()
            .Select(item => item.GetProperty("id").GetGuid())
            .ToList();

        var half = await DecideAsync("not_csam", items[0]);
        Assert.Equal("open", half.GetProperty("case").Text("state"));
        var whole = await DecideAsync("confirmed", items[1]);
        Assert.Equal("confirmed", whole.GetProperty("case").Text("outcome"));

        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "Another look.", person = ReviewWork.Person }
        );
        var refusal = await server.PostAsync(
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict = "confirmed",
                reason = Why,
                items = items.Take(1),
                person = ReviewWork.Person,
            },
            HttpStatusCode.Conflict
        );
        Assert.Equal("already_reversed", refusal.Text("code"));

        Task<System.Text.Json.JsonElement> DecideAsync(string verdict, Guid item) =>
            server.PostAsync(
                $"/v1/cases/{reference}/decision",
                new
                {
                    verdict,
                    reason = Why,
                    items = new[] { item },
                    person = ReviewWork.Person,
                }
            );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_closed_case_takes_nothing_until_it_is_opened_again_with_a_reason()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await ByHandAsync(server);
        var closed = await server.PostAsync(
            $"/v1/cases/{reference}/close",
            new
            {
                because = "duplicate",
                reason = "Same as yesterday's.",
                person = ReviewWork.Person,
            }
        );
        Assert.Equal("closed", closed.Text("state"));
        Assert.Equal("duplicate", closed.Text("closedBecause"));

        var refusal = await server.PostAsync(
            $"/v1/cases/{reference}/decision",
            NotCsam,
            HttpStatusCode.Conflict
        );
        Assert.Equal("case_not_open", refusal.Text("code"));
        var newer = await ByHandAsync(server);
        Assert.NotEqual(reference, newer);

        var open = await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "It was not.", person = ReviewWork.Person }
        );
        Assert.Equal("open", open.Text("state"));
        // The newer case goes on taking what comes: one of an account does.
        Assert.Equal(newer, await ByHandAsync(server));
        Assert.Equal(["case.opened", "case.closed", "case.reopened"], await server.OutboxAsync(reference));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_platforms_key_follows_a_case_and_decides_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await ByHandAsync(server);
        using var platform = await server.ClientOfAsync(Scope.Scan);

        await server.GetJsonAsync($"/v1/cases/{reference}", client: platform);
        await server.GetJsonAsync("/v1/cases", HttpStatusCode.Forbidden, platform);
        await server.GetJsonAsync($"/v1/cases/{reference}/file", HttpStatusCode.Forbidden, platform);
        await server.PostAsync(
            $"/v1/cases/{reference}/decision",
            NotCsam,
            HttpStatusCode.Forbidden,
            client: platform
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Page_after_page_gives_every_case_once_in_the_order_of_the_queue()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 11; i++)
        {
            await server.HitAsync($"user-{i}", i % 3 == 0 ? "block" : "review");
        }
        var whole = await PageAsync("/v1/cases?limit=200");

        var pieces = new List<string>();
        var after = "";
        do
        {
            var json = await server.GetJsonAsync($"/v1/cases?limit=2{after}");
            pieces.AddRange(Refs(json));
            after = json.Text("next") is { Length: > 0 } next ? $"&after={next}" : "";
        } while (after.Length > 0);

        Assert.Equal(11, whole.Count);
        Assert.Equal(whole, pieces);
        Assert.Equal(4, (await PageAsync("/v1/cases?limit=4")).Count);
        await server.GetJsonAsync("/v1/cases?after=x", HttpStatusCode.BadRequest);

        async Task<List<string>> PageAsync(string path) => Refs(await server.GetJsonAsync(path));

        static List<string> Refs(System.Text.Json.JsonElement page) =>
            [
                .. page.GetProperty("cases")
                    .EnumerateArray()
                    .Select(row => row.GetProperty("case").Text("caseRef")),
            ];
    }

    internal static async Task<string> ByHandAsync(TestServer server, string account = "user-1")
    {
        var opened = await server.PostAsync(
            "/v1/cases",
            new
            {
                account,
                surface = "public_post",
                text = "Somebody called.",
                reason = "A call from a colleague.",
            },
            HttpStatusCode.Created
        );
        return opened.Text("caseRef");
    }
}
