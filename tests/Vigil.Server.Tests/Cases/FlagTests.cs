using System.Net;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

public class FlagTests
{
    private static readonly object Flag = new
    {
        account = "user-1",
        contentRef = "post/1",
        surface = "comment",
        reason = "grooming",
        reporter = "user-9",
        text = "Please look at this.",
    };

    [Fact(Timeout = 60_000)]
    public async Task A_flag_opens_a_case_for_people_and_enforces_nothing()
    {
        await using var server = await TestServer.StartAsync();
        using var platform = await server.ClientOfAsync(Scope.Scan);

        var answer = await FlagAsync(server, Flag, client: platform);

        var reference = answer.Text("caseRef");
        Assert.Equal("apart", answer.Text("contents"));
        Assert.Equal(["case.opened"], await server.OutboxAsync(reference));
        var file = await server.GetJsonAsync($"/v1/cases/{reference}/file");
        var item = Assert.Single(file.GetProperty("items").EnumerateArray());
        Assert.Equal("none", item.Text("decision"));
        Assert.Equal("open", item.Text("state"));
        Assert.Equal("post/1", item.Text("contentRef"));
        var flag = Assert.Single(file.GetProperty("flags").EnumerateArray());
        Assert.Equal(20, flag.GetProperty("textCharacters").GetInt32());
        Assert.Equal("user-9", flag.Text("reporter"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_reporter_and_content_are_counted_and_not_multiplied()
    {
        await using var server = await TestServer.StartAsync();

        var first = await FlagAsync(server, Flag);
        var second = await FlagAsync(server, Flag);

        Assert.False(first.GetProperty("isRepeat").GetBoolean());
        Assert.True(second.GetProperty("isRepeat").GetBoolean());
        Assert.Equal(first.Text("caseRef"), second.Text("caseRef"));
        var file = await server.GetJsonAsync($"/v1/cases/{first.Text("caseRef")}/file");
        var flag = Assert.Single(file.GetProperty("flags").EnumerateArray());
        Assert.Equal(2, flag.GetProperty("count").GetInt32());
        Assert.Equal(2, file.GetProperty("items")[0].GetProperty("flagCount").GetInt32());
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_reporters_of_one_content_make_one_item_with_all_that_they_said()
    {
        await using var server = await TestServer.StartAsync();
        var answers = new List<string>();
        foreach (var i in Enumerable.Range(0, 60))
        {
            answers.Add((await FlagAsync(server, Of($"reporter-{i}"))).Text("caseRef"));
        }

        var reference = Assert.Single(answers.Distinct());
        var file = await server.GetJsonAsync($"/v1/cases/{reference}/file");
        var item = Assert.Single(file.GetProperty("items").EnumerateArray());
        Assert.Equal(60, item.GetProperty("flagCount").GetInt32());
        var kept = file.GetProperty("flags")
            .EnumerateArray()
            .ToLookup(one => one.GetProperty("isSum").GetBoolean());
        Assert.Equal(50, kept[false].Count());
        Assert.Equal(10, Assert.Single(kept[true]).GetProperty("count").GetInt32());

        static object Of(string reporter) =>
            new
            {
                account = "user-1",
                contentRef = "post/1",
                surface = "comment",
                reason = "csam",
                reporter,
            };
    }

    [Fact(Timeout = 60_000)]
    public async Task A_flag_joins_what_a_match_found_in_the_same_content()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.HitAsync("user-1");

        var answer = await FlagAsync(
            server,
            new
            {
                account = "user-1",
                contentRef = "post/4711",
                surface = "public_post",
                reason = "csam",
            }
        );

        Assert.Equal(reference.Value, answer.Text("caseRef"));
        var status = await server.GetJsonAsync($"/v1/cases/{reference}");
        Assert.Equal(1, status.GetProperty("itemCount").GetInt32());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_repeated_request_has_the_first_answer_and_its_effect_once()
    {
        await using var server = await TestServer.StartAsync();

        var first = await FlagAsync(server, Flag, key: "one");
        var again = await FlagAsync(server, Flag, key: "one");
        Assert.Equal(first.ToString(), again.ToString());
        var file = await server.GetJsonAsync($"/v1/cases/{first.Text("caseRef")}/file");
        Assert.Equal(1, file.GetProperty("items")[0].GetProperty("flagCount").GetInt32());

        var other = new
        {
            account = "user-2",
            surface = "comment",
            reason = "csam",
        };
        var refusal = await server.PostAsync("/v1/flags", other, HttpStatusCode.UnprocessableEntity, "one");
        Assert.Equal("idempotency_key_reused", refusal.Text("code"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_may_be_in_danger_now_comes_first()
    {
        await using var server = await TestServer.StartAsync();
        await server.HitAsync("user-1", "block");
        var urgent = await FlagAsync(
            server,
            new
            {
                account = "user-2",
                surface = "live_stream",
                reason = "child_in_danger",
            }
        );

        var queue = await server.GetJsonAsync("/v1/cases?state=open");

        Assert.Equal(
            urgent.Text("caseRef"),
            queue.GetProperty("cases")[0].GetProperty("case").Text("caseRef")
        );
    }

    public static TheoryData<string, object> BadFlags =>
        new()
        {
            { "nothing_flagged", new { surface = "comment", reason = "csam" } },
            {
                "unknown_surface",
                new
                {
                    account = "a",
                    surface = "wall",
                    reason = "csam",
                }
            },
            {
                "unknown_reason",
                new
                {
                    account = "a",
                    surface = "comment",
                    reason = "rude",
                }
            },
            {
                "bad_jurisdiction",
                new
                {
                    account = "a",
                    surface = "comment",
                    reason = "csam",
                    jurisdiction = "Germany",
                }
            },
            {
                "too_long",
                new
                {
                    account = new string('a', 257),
                    surface = "comment",
                    reason = "csam",
                }
            },
            {
                "thread_too_long",
                new
                {
                    account = "a",
                    surface = "comment",
                    reason = "csam",
                    thread = Enumerable.Repeat(new { text = "m" }, 51),
                }
            },
            {
                "missing",
                new
                {
                    account = "a",
                    surface = "comment",
                    reason = "csam",
                    thread = new[] { new { from = "b" } },
                }
            },
            {
                "bad_json",
                new
                {
                    account = "a",
                    surface = "comment",
                    reason = "csam",
                    colour = "red",
                }
            },
        };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(BadFlags), DisableDiscoveryEnumeration = true)]
    public async Task A_flag_that_cannot_be_taken_says_what_to_do(string code, object flag)
    {
        await using var server = await TestServer.StartAsync();

        var refusal = await server.PostAsync("/v1/flags", flag, HttpStatusCode.BadRequest);

        Assert.Equal(code, refusal.Text("code"));
        Assert.Empty((await server.GetJsonAsync("/v1/cases")).GetProperty("cases").EnumerateArray());
    }

    private static Task<System.Text.Json.JsonElement> FlagAsync(
        TestServer server,
        object flag,
        string? key = null,
        HttpClient? client = null
    ) => server.PostAsync("/v1/flags", flag, HttpStatusCode.Accepted, key, client);
}
