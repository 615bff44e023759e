using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Cases;

/// <summary>A cleared case that was opened again ends, and whom it names is forgotten in the end.</summary>
public class ClearedAgainTests
{
    [Fact(Timeout = 180_000)]
    public async Task Found_to_be_no_csam_again_or_put_aside_a_cleared_case_is_purged_in_its_turn()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.SetAsync("cases.purgeDays", "10");
        var (decided, aside, open) = (
            await OpenedAgainAsync(server, "user-1"),
            await OpenedAgainAsync(server, "user-2"),
            await OpenedAgainAsync(server, "user-3")
        );
        var mixed = await OpenedAgainAsync(server, "user-4");
        Assert.Equal(mixed, await server.OpenAsync("user-4"));

        var answer = await server.DecideAsync(decided, "not_csam");
        await CloseAsync(server, aside);
        await CloseAsync(server, mixed);

        Assert.Equal("not_csam", answer.GetProperty("case").Text("outcome"));
        Assert.Equal(
            ["case.opened", "case.decided", "case.reopened", "case.decided"],
            await server.OutboxAsync(decided)
        );
        time.Advance(TimeSpan.FromDays(11));
        await Purging.RoundAsync(server);
        // Of the mixed one something was never decided.
        Assert.Equal(new[] { decided, aside }.Order(StringComparer.Ordinal), await server.PurgedAsync());
        Assert.Equal("open", (await server.FileAsync(open)).GetProperty("case").Text("state"));
    }

    [Fact(Timeout = 120_000)]
    public async Task By_hand_it_is_purged_at_once_and_not_while_it_is_open()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await OpenedAgainAsync(server, "user-1");
        var purge = $"/v1/cases/{reference}/purge";
        var early = await server.PostAsync(purge, new { reason = "They ask." }, HttpStatusCode.Conflict);
        Assert.Equal("not_to_be_purged", early.Text("code"));
        await CloseAsync(server, reference);

        await server.PostAsync(purge, new { reason = "They ask." });

        Assert.Equal([reference], await server.PurgedAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task That_it_stands_can_be_undone_and_is_not_told_before()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await OpenedAgainAsync(server, "user-1");
        await server.SetAsync("cases.undoSeconds", "300");
        await server.DecideAsync(reference, "not_csam");
        Assert.Equal("decided", (await server.FileAsync(reference)).GetProperty("case").Text("state"));

        await server.PostAsync($"/v1/cases/{reference}/undo", new { person = ReviewWork.Person });

        var file = await server.FileAsync(reference);
        Assert.Equal("open", file.GetProperty("case").Text("state"));
        Assert.Equal("not_csam", file.GetProperty("items")[0].Text("state"));
        Assert.Equal(["case.opened", "case.decided", "case.reopened"], await server.OutboxAsync(reference));
    }

    [Fact(Timeout = 180_000)]
    public async Task What_is_written_after_a_purge_is_purged_as_well()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.SetAsync("cases.purgeDays", "10");
        var reference = await server.OpenAsync("user-1");
        await server.DecideAsync(reference, "not_csam");
        await server.PostAsync($"/v1/cases/{reference}/purge", new { reason = "They ask." });
        Assert.Equal([reference], await server.PurgedAsync());
        await Purging.RoundAsync(server);
        Assert.Single(await server.LedgerAsync("case.purged"));

        await server.PostAsync($"/v1/cases/{reference}/notes", new { text = "Maria called again." });

        Assert.Empty(await server.PurgedAsync());
        time.Advance(TimeSpan.FromDays(9));
        await Purging.RoundAsync(server);
        Assert.Contains("Maria", (await server.FileAsync(reference)).ToString(), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromDays(2));
        await Purging.RoundAsync(server);
        Assert.Equal([reference], await server.PurgedAsync());
        Assert.DoesNotContain(
            "Maria",
            (await server.FileAsync(reference)).ToString(),
            StringComparison.Ordinal
        );
    }

    /// <summary>Cleared, and opened again because an authority found more.</summary>
    private static async Task<string> OpenedAgainAsync(TestServer server, string account)
    {
        var reference = await server.OpenAsync(account);
        await server.DecideAsync(reference, "not_csam");
        await server.PostAsync(
            $"/v1/cases/{reference}/feedback",
            new { from = "authority", outcome = "more_found" }
        );
        Assert.Equal("open", (await server.FileAsync(reference)).GetProperty("case").Text("state"));
        return reference;
    }

    private static Task<JsonElement> CloseAsync(TestServer server, string reference) =>
        server.PostAsync(
            $"/v1/cases/{reference}/close",
            new
            {
                because = "other",
                reason = "It stands.",
                itemsRead = 2,
                person = ReviewWork.Person,
            }
        );
}
