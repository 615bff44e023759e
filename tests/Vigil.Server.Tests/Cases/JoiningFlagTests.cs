using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Cases;

/// <summary>A reporter is heard as often as they say something new.</summary>
public class JoiningFlagTests
{
    [Fact(Timeout = 60_000)]
    public async Task What_a_reporter_says_anew_is_added_and_only_the_same_is_counted()
    {
        await using var server = await TestServer.StartAsync();
        var first = await FlagAsync(server, "other");

        var danger = await FlagAsync(server, "child_in_danger", "They meet today.");
        var words = await FlagAsync(server, "other", "And more.");
        var again = await FlagAsync(server, "child_in_danger", "They meet today.");

        Assert.Equal(
            [false, false, false, true],
            new[] { first, danger, words, again }.Select(answer =>
                answer.GetProperty("isRepeat").GetBoolean()
            )
        );
        var reference = Assert.Single(
            new[] { first, danger, words, again }.Select(answer => answer.Text("caseRef")).Distinct()
        );
        var file = await server.FileAsync(reference);
        Assert.Equal(4, Assert.Single(ItemsOf(file)).GetProperty("flagCount").GetInt32());
        Assert.Equal(
            ["child_in_danger 16 2", "other 0 1", "other 9 1"],
            FlagsOf(file)
                .Select(flag => $"{flag.Text("reason")} {flag.GetProperty("textCharacters")} {CountOf(flag)}")
                .Order(StringComparer.Ordinal)
        );
    }

    [Theory(Timeout = 60_000)]
    [InlineData("close")]
    [InlineData("decision")]
    public async Task The_same_flag_of_a_case_that_is_over_opens_another(string how)
    {
        await using var server = await TestServer.StartAsync();
        var first = (await FlagAsync(server, "grooming", "Look.")).Text("caseRef");
        await server.PostAsync(
            $"/v1/cases/{first}/{how}",
            new Dictionary<string, string>
            {
                [how == "close" ? "because" : "verdict"] = how == "close" ? "not_actionable" : "not_csam",
                ["reason"] = ReviewWork.Why,
                ["person"] = ReviewWork.Person,
            }
        );

        var next = await FlagAsync(server, "grooming", "Look.");
        var again = await FlagAsync(server, "grooming", "Look.");

        Assert.False(next.GetProperty("isRepeat").GetBoolean());
        Assert.True(again.GetProperty("isRepeat").GetBoolean());
        Assert.NotEqual(first, next.Text("caseRef"));
        Assert.Equal(next.Text("caseRef"), again.Text("caseRef"));
        Assert.Contains("case.opened", await server.OutboxAsync(next.Text("caseRef")));
        Assert.Single(FlagsOf(await server.FileAsync(next.Text("caseRef"))));
    }

    [Fact(Timeout = 120_000)]
    public async Task Beyond_what_is_kept_of_an_item_flags_are_counted_by_reason_and_the_case_says_so()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var i in Enumerable.Range(0, 50))
        {
            Assert.NotEqual(
                JsonValueKind.Null,
                (await FlagAsync(server, "other", reporter: $"{i}")).GetProperty("flagId").ValueKind
            );
        }
        var reference = (await FlagAsync(server, "grooming", "One.")).Text("caseRef");
        Assert.Equal(50, PriorityOf(await server.FileAsync(reference)));
        Assert.Empty(await AlarmsAsync(server));

        await FlagAsync(server, "grooming", "Two.");
        var last = await FlagAsync(server, "child_in_danger", "Three.");

        Assert.Equal(JsonValueKind.Null, last.GetProperty("flagId").ValueKind);
        var file = await server.FileAsync(reference);
        Assert.Equal(53, Assert.Single(ItemsOf(file)).GetProperty("flagCount").GetInt32());
        Assert.Equal(
            ["child_in_danger 1", "grooming 2"],
            FlagsOf(file)
                .Where(flag => flag.GetProperty("isSum").GetBoolean())
                .Select(flag => $"{flag.Text("reason")} {CountOf(flag)}")
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(2, ReviewWork.TimelineOf(file).Count(what => what == "flag_counted"));
        Assert.Equal(100, PriorityOf(file));
        Assert.Equal([$"Page {reference}"], await AlarmsAsync(server));
        var page = await server.Client.GetStringAsync(
            new Uri($"/console/cases/{reference}", UriKind.Relative)
        );
        Assert.Contains("2 more, beyond what is kept of one item", page, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Words_of_an_item_are_kept_up_to_two_mebibytes()
    {
        await using var server = await TestServer.StartAsync();
        var thread = Enumerable.Repeat(new { text = new string('m', 2000) }, 50).ToList();
        var kept = 0;
        JsonElement answer;
        do
        {
            answer = await server.PostAsync(
                "/v1/flags",
                new
                {
                    account = "user-1",
                    contentRef = "post/1",
                    surface = "comment",
                    reason = "grooming",
                    reporter = $"reporter-{kept}",
                    thread,
                },
                HttpStatusCode.Accepted
            );
        } while (answer.GetProperty("flagId").ValueKind != JsonValueKind.Null && ++kept < 50);

        // Of 101.7 kB each, with what JSON adds.
        Assert.Equal(20, kept);
        // A short one has room.
        Assert.NotEqual(
            JsonValueKind.Null,
            (await FlagAsync(server, "grooming", "Short.")).GetProperty("flagId").ValueKind
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_flag_that_a_child_is_in_danger_enters_the_lane_wakes_and_acts_against_nobody()
    {
        await using var server = await TestServer.StartAsync();

        var reference = (await FlagAsync(server, "child_in_danger", "Now.")).Text("caseRef");

        var work = (await server.FileAsync(reference)).GetProperty("work");
        Assert.Equal("a user's flag", work.Text("dangerBy"));
        Assert.Equal([$"Page {reference}"], await AlarmsAsync(server));
        Assert.Equal(["case.opened"], await server.OutboxAsync(reference));
        await server.PostAsync($"/v1/cases/{reference}/danger/end", new { note = "The police has it." });
        Assert.Empty(await AlarmsAsync(server));
        Assert.Equal(60, PriorityOf(await server.FileAsync(reference)));

        // The same again is counted; who else says so is heard.
        await FlagAsync(server, "child_in_danger", "Now.");
        Assert.Empty(await AlarmsAsync(server));
        await FlagAsync(server, "child_in_danger", "Now.", "another");
        Assert.Equal([$"Page {reference}"], await AlarmsAsync(server));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_pressing_and_came_into_the_lane_counts_when_the_lane_ends()
    {
        await using var server = await TestServer.StartAsync();
        var reference = (await FlagAsync(server, "other")).Text("caseRef");
        await server.PostAsync($"/v1/cases/{reference}/danger", new { });
        await FlagAsync(server, "grooming");

        await server.PostAsync($"/v1/cases/{reference}/danger/end", new { note = "No danger." });

        Assert.Equal(50, PriorityOf(await server.FileAsync(reference)));
    }

    internal static Task<JsonElement> FlagAsync(
        TestServer server,
        string reason,
        string? text = null,
        string reporter = "reporter"
    ) =>
        server.PostAsync(
            "/v1/flags",
            new
            {
                account = "user-1",
                contentRef = "post/1",
                surface = "comment",
                reason,
                text,
                reporter,
            },
            HttpStatusCode.Accepted
        );

    private static Task<IReadOnlyList<string>> AlarmsAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<string>(
                        """
                        select severity || ' ' || about from alert
                        where code = 'child_may_be_in_danger' and state <> 'Closed'
                        """
                    )
            );

    private static JsonElement.ArrayEnumerator ItemsOf(JsonElement file) =>
        file.GetProperty("items").EnumerateArray();

    private static JsonElement.ArrayEnumerator FlagsOf(JsonElement file) =>
        file.GetProperty("flags").EnumerateArray();

    private static int CountOf(JsonElement flag) => flag.GetProperty("count").GetInt32();

    private static int PriorityOf(JsonElement file) =>
        file.GetProperty("work").GetProperty("priority").GetInt32();
}
