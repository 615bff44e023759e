using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>One reporter with ever new words fills no case, and is heard.</summary>
public class OneReporterTests
{
    [Fact(Timeout = 120_000)]
    public async Task Beyond_twenty_a_day_what_one_reporter_says_of_an_account_is_counted_and_danger_rings()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        foreach (var i in Enumerable.Range(1, 20))
        {
            Assert.Equal(
                JsonValueKind.Null,
                (await FlagAsync(server, $"{i}")).GetProperty("counted").ValueKind
            );
        }
        var first = await FlagAsync(server, "21");
        var reference = first.Text("caseRef");
        Assert.Equal(JsonValueKind.Null, first.GetProperty("flagId").ValueKind);
        Assert.Equal(1, first.GetProperty("counted").GetInt32());

        var second = await FlagAsync(server, "22", reason: "child_in_danger");

        Assert.Equal((reference, 2), (second.Text("caseRef"), second.GetProperty("counted").GetInt32()));
        var file = await server.FileAsync(reference);
        Assert.Equal(20, file.GetProperty("items").GetArrayLength());
        Assert.Equal(
            ["child_in_danger 1", "other 1"],
            file.GetProperty("flags")
                .EnumerateArray()
                .Where(flag => flag.GetProperty("isSum").GetBoolean())
                .Select(flag => $"{flag.Text("reason")} {flag.GetProperty("count")}")
                .Order(StringComparer.Ordinal)
        );
        Assert.Contains("child_may_be_in_danger", await server.AlarmsAsync());
        Assert.Contains(
            "one reporter said 20 different things",
            file.GetProperty("timeline").ToString(),
            StringComparison.Ordinal
        );
        // Others, other accounts, and what is of a content are kept; what was said before is a repeat.
        Assert.NotEqual(JsonValueKind.Null, KindOf(await FlagAsync(server, "a", reporter: "another")));
        Assert.NotEqual(JsonValueKind.Null, KindOf(await FlagAsync(server, "a", reporter: null)));
        Assert.NotEqual(JsonValueKind.Null, KindOf(await FlagAsync(server, "a", account: "user-2")));
        Assert.NotEqual(JsonValueKind.Null, KindOf(await FlagAsync(server, "a", content: "post/1")));
        Assert.True((await FlagAsync(server, "3")).GetProperty("isRepeat").GetBoolean());

        time.Advance(TimeSpan.FromHours(24.1));
        using var later = await server.ClientOfAsync(Scope.Admin);
        Assert.NotEqual(JsonValueKind.Null, KindOf(await FlagAsync(server, "23", client: later)));
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_no_case_is_open_for_it_any_more_it_opens_one()
    {
        await using var server = await TestServer.StartAsync();
        var reference = "";
        foreach (var i in Enumerable.Range(1, 20))
        {
            reference = (await FlagAsync(server, $"{i}")).Text("caseRef");
        }
        await server.DecideAsync(reference, "not_csam");

        var next = await FlagAsync(server, "21");

        Assert.NotEqual(reference, next.Text("caseRef"));
        Assert.NotEqual(JsonValueKind.Null, KindOf(next));
    }

    private static JsonValueKind KindOf(JsonElement answer) => answer.GetProperty("flagId").ValueKind;

    private static Task<JsonElement> FlagAsync(
        TestServer server,
        string text,
        string reason = "other",
        string? reporter = "reporter",
        string account = "user-1",
        string? content = null,
        HttpClient? client = null
    ) =>
        server.PostAsync(
            "/v1/flags",
            new
            {
                account,
                contentRef = content,
                surface = "comment",
                reason,
                text,
                reporter,
            },
            HttpStatusCode.Accepted,
            client: client
        );
}
