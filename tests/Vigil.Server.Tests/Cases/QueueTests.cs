using System.Net;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

public class QueueTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_case_comes_from_a_notice_or_from_words_alone_and_stands_in_the_queue_of_its_type()
    {
        await using var server = await TestServer.StartAsync();
        var notice = await server.OpenAsync(
            new
            {
                surface = "public_post",
                jurisdiction = "US",
                problemType = "suspected_csam",
                text = "They name one address.",
                reason = "A notice came.",
                notice = new { from = "A hotline", reference = "H-17" },
            }
        );
        var words = await server.OpenAsync(
            new
            {
                surface = "direct_message",
                problemType = "grooming",
                textAlone = true,
                text = "A conversation.",
                reason = "A parent sent it.",
            }
        );

        var file = await server.FileAsync(notice);
        Assert.Equal("notice", file.GetProperty("case").Text("origin"));
        Assert.Equal("H-17", file.GetProperty("items")[0].GetProperty("notice").Text("reference"));
        Assert.Equal("text", (await server.FileAsync(words)).GetProperty("case").Text("origin"));
        Assert.Equal([words], await RefsAsync(server, "children-online"));
        Assert.Equal([notice], await RefsAsync(server, "suspected"));
        Assert.Equal(2, (await RefsAsync(server, "everything")).Count);
        Assert.Single(await server.LedgerAsync("case.opened_by_notice"));
        Assert.Single(await server.LedgerAsync("case.opened_by_text"));
        await server.GetJsonAsync("/v1/cases?queue=none-such", HttpStatusCode.NotFound);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tenants_own_queues_replace_those_that_come_with_the_program()
    {
        await using var server = await TestServer.StartAsync();
        var german = await server.OpenAsync("one", jurisdiction: "DE");
        await server.OpenAsync("two", jurisdiction: "US");
        var bad = await server.PostAsync(
            "/v1/queues",
            new { queues = new[] { new { name = "x", problemTypes = new[] { "anything" } } } },
            HttpStatusCode.BadRequest
        );
        Assert.Equal("unknown_problem_type", bad.Text("code"));

        var answer = await server.PostAsync(
            "/v1/queues",
            new
            {
                queues = new[]
                {
                    new
                    {
                        name = "german",
                        jurisdictions = new[] { "DE", "AT" },
                        surfaces = new[] { "comment" },
                        minPriority = 10,
                    },
                },
            }
        );

        Assert.Equal(1, answer.GetProperty("queues")[0].GetProperty("waiting").GetInt32());
        Assert.Equal([german], await RefsAsync(server, "german"));
        var taken = await server.PostAsync("/v1/cases/next", new { queue = "german" });
        Assert.Equal(german, taken.Text("caseRef"));
        await server.PostAsync("/v1/queues", new { });
        Assert.True((await server.GetJsonAsync("/v1/queues")).GetProperty("areDefault").GetBoolean());
    }

    [Fact(Timeout = 60_000)]
    public async Task Cases_are_found_by_reference_account_state_type_and_age()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        var reference = await server.OpenAsync("user-1", "grooming");
        time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(
            [reference],
            Refs(await server.PostAsync("/v1/cases/search", new { caseRef = reference }))
        );
        Assert.Equal(
            [reference],
            Refs(
                await server.PostAsync(
                    "/v1/cases/search",
                    new
                    {
                        account = "user-1",
                        state = "open",
                        problemType = "grooming",
                        minAgeHours = 2,
                    }
                )
            )
        );
        Assert.Empty(
            Refs(
                await server.PostAsync(
                    "/v1/cases/search",
                    new { account = "user-1", problemType = "trafficking" }
                )
            )
        );
        Assert.Empty(
            Refs(await server.PostAsync("/v1/cases/search", new { account = "user-1", minAgeHours = 4 }))
        );
        Assert.DoesNotContain(
            "user-1",
            string.Concat(await server.LedgerAsync("case.searched")),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Equal_and_near_items_are_stacked_and_similar_ones_have_one_to_look_at()
    {
        await using var server = await TestServer.StartAsync();
        var (exact, similar) = (
            new EntryKey(Guid.NewGuid(), Guid.NewGuid()),
            new EntryKey(Guid.NewGuid(), Guid.NewGuid())
        );
        await server.MatchAsync(exact, account: "a");
        await server.MatchAsync(exact, account: "b");
        await server.MatchAsync(similar, "similar", 20, "c");
        var near = await server.MatchAsync(similar, "similar", 4, "d");
        await server.MatchAsync(similar, "similar", 12, "e");

        var stacks = (await server.GetJsonAsync("/v1/stacks"))
            .GetProperty("stacks")
            .EnumerateArray()
            .ToList();

        Assert.Equal([3, 2], stacks.Select(stack => stack.GetProperty("items").GetInt32()));
        Assert.Equal([false, true], stacks.Select(stack => stack.GetProperty("allExact").GetBoolean()));
        Assert.Equal(near, stacks[0].GetProperty("representative").Text("caseRef"));
        var item = (await server.FileAsync(near)).GetProperty("items")[0];
        Assert.Equal(3, item.GetProperty("stack").GetProperty("items").GetInt32());
        var stack = await server.GetJsonAsync($"/v1/stacks/{similar.EntryId}");
        Assert.Equal(
            [4, 12, 20],
            stack
                .GetProperty("members")
                .EnumerateArray()
                .Select(row => row.GetProperty("distanceBits").GetInt32())
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_exact_matches_are_confirmed_together_all_or_none()
    {
        await using var server = await TestServer.StartAsync();
        var entry = new EntryKey(Guid.NewGuid(), Guid.NewGuid());
        var first = await server.MatchAsync(entry, account: "a");
        var second = await server.MatchAsync(entry, "known", account: "b");
        var similar = await server.MatchAsync(entry, "similar", 3, "c");

        var refused = await server.PostAsync(
            "/v1/cases/decisions",
            new
            {
                cases = new[] { first, similar },
                reason = ReviewWork.Why,
                person = ReviewWork.Person,
            },
            HttpStatusCode.Conflict
        );
        Assert.Equal("not_exact", refused.Text("code"));
        Assert.Contains(similar, refused.Text("detail"), StringComparison.Ordinal);
        Assert.DoesNotContain(first, refused.Text("detail"), StringComparison.Ordinal);
        Assert.Empty(await server.LedgerAsync("case.decided"));

        await server.PostAsync(
            "/v1/cases/decisions",
            new
            {
                cases = new[] { first, second },
                reason = ReviewWork.Why,
                person = ReviewWork.Person,
            }
        );
        Assert.Equal(2, (await server.LedgerAsync("case.decided")).Count);
    }

    private static async Task<IReadOnlyList<string>> RefsAsync(TestServer server, string queue) =>
        Refs(await server.GetJsonAsync($"/v1/cases?queue={queue}"));

    private static IReadOnlyList<string> Refs(System.Text.Json.JsonElement page) =>
        [
            .. page.GetProperty("cases")
                .EnumerateArray()
                .Select(row => row.GetProperty("case").Text("caseRef")),
        ];
}
