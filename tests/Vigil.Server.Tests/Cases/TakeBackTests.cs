using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What was done to an account goes with what it rested on, and letters say only what is so.</summary>
public class TakeBackTests
{
    [Fact(Timeout = 120_000)]
    public async Task Where_nothing_stays_confirmed_actions_are_taken_back_and_only_then_a_letter_says_so()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        var reference = await server.OpenAsync("user-1", "known_csam", "US");
        Assert.Equal(reference, await server.OpenAsync("user-1", "known_csam", "US"));
        await server.DecideAsync(reference);
        var told = await ActAsync(server, reference, "account_suspended");
        var untold = await ActAsync(server, reference, "content_removed");
        time.Advance(TimeSpan.FromDays(91));
        using var later = await server.ClientOfAsync(Scope.Admin);
        await server.PostAsync($"/v1/account-actions/{told}/tell", new { }, client: later);
        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "They wrote.", person = ReviewWork.Other },
            client: later
        );

        // The other item was confirmed and is only looked at again: what was done still rests on it.
        await DecideOneAsync(server, later, reference);
        Assert.Equal(["active", "active"], await StatesAsync(server, later, reference));
        Assert.Empty(await LettersAsync(server, later));
        await server.DecideAsync(reference, "not_csam", client: later);

        Assert.Equal(["reversed", "reversed"], await StatesAsync(server, later, reference));
        var outbox = await server.OutboxAsync(reference);
        Assert.Equal(2, outbox.Count(type => type == "account.action_reversed"));
        var acts = await server.LedgerAsync("account.action_reversed");
        Assert.Equal(2, acts.Count);
        Assert.All(
            acts,
            act =>
                Assert.StartsWith(
                    act.Text("actor"),
                    act.GetProperty("facts").Text("by"),
                    StringComparison.Ordinal
                )
        );
        // Only who was told is told otherwise.
        var letter = Assert.Single(await LettersAsync(server, later));
        Assert.Contains(told, letter.Text("whom"), StringComparison.Ordinal);
        var late = await server.PostAsync(
            $"/v1/account-actions/{untold}/tell",
            new { },
            HttpStatusCode.Conflict,
            client: later
        );
        Assert.Equal("action_reversed", late.Text("code"));

        // Acted on anew, the letter would be untrue until that is taken back.
        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "More came.", person = ReviewWork.Other },
            client: later
        );
        await server.PostAsync("/v1/cases", ByHand("user-1"), HttpStatusCode.Created, client: later);
        await server.DecideAsync(reference, client: later);
        var anew = await ActAsync(server, reference, "account_suspended", later);
        var send = $"/v1/corrections/{letter.Text("id")}";
        var sent = new { state = "sent", reason = "By mail." };
        var refused = await server.PostAsync(send, sent, HttpStatusCode.Conflict, client: later);
        Assert.Equal("action_active", refused.Text("code"));
        await server.PostAsync(
            $"/v1/account-actions/{anew}/reverse",
            new { reason = "No.", person = ReviewWork.Other },
            client: later
        );
        await server.PostAsync(send, sent, client: later);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_account_with_another_confirmed_case_stays_closed_until_a_person_says_otherwise()
    {
        await using var server = await TestServer.StartAsync();
        var first = await server.OpenAsync("user-1", "known_csam", "US");
        await server.DecideAsync(first);
        await ActAsync(server, first, "account_suspended");
        await ActAsync(server, first, "content_removed");
        var second = await server.OpenAsync("user-1", "known_csam", "US");
        await server.DecideAsync(second);
        await server.PostAsync(
            $"/v1/cases/{first}/reopen",
            new { reason = "They wrote.", person = ReviewWork.Other }
        );

        await server.DecideAsync(first, "not_csam");

        Assert.Equal(["active", "reversed"], await StatesAsync(server, server.Client, first));
        Assert.Contains("account_action_stands", ReviewWork.TimelineOf(await server.FileAsync(first)));
        // Nothing that is confirmed is left: with the last, it goes as well.
        var third = await server.OpenAsync("user-3", "known_csam", "US");
        await server.DecideAsync(third);
        await ActAsync(server, third, "account_suspended");
        await server.PostAsync(
            $"/v1/cases/{third}/reopen",
            new { reason = "They wrote.", person = ReviewWork.Other }
        );
        await server.DecideAsync(third, "not_csam");
        Assert.Equal(["reversed"], await StatesAsync(server, server.Client, third));
    }

    [Fact(Timeout = 120_000)]
    public async Task An_action_goes_with_the_decision_that_was_undone_or_left_by_itself()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            change: options => options with { Time = time },
            canUndo: true
        );
        var undone = await server.OpenAsync("user-1", "known_csam", "US");
        await server.DecideAsync(undone);
        var unleft = await ActAsync(server, undone, "account_suspended");
        Assert.True((await ActionsAsync(server, server.Client, undone))[0].GetProperty("waits").GetBoolean());
        var early = await server.PostAsync(
            $"/v1/account-actions/{unleft}/tell",
            new { },
            HttpStatusCode.Conflict
        );
        Assert.Equal("decision_leaving", early.Text("code"));
        await server.PostAsync($"/v1/cases/{undone}/undo", new { person = ReviewWork.Person });
        Assert.Equal(["reversed"], await StatesAsync(server, server.Client, undone));
        // The platform was told neither.
        Assert.Equal(["case.opened"], await server.OutboxAsync(undone));

        // Not before the decision leaves; then with it, and by name.
        var left = await server.OpenAsync("user-2", "known_csam", "US");
        await server.DecideAsync(left);
        var allowed = await ActAsync(server, left, "account_suspended");
        // As where a user may be told at once.
        await server.ExecuteAsync(
            "update account_action set tell = 'Allowed', tell_at = 0 where tenant = @tenant and id = @id",
            new { id = Guid.Parse(allowed) }
        );
        Assert.Equal(["case.opened"], await server.OutboxAsync(left));
        time.Advance(TimeSpan.FromSeconds(31));
        await EventuallyAsync(server, left, "case.decided");
        // Of one transaction: in no order.
        Assert.Equal(
            ["account.action", "account.notice", "case.decided", "case.opened"],
            (await server.OutboxAsync(left)).Order(StringComparer.Ordinal)
        );
        Assert.False((await ActionsAsync(server, server.Client, left))[0].GetProperty("waits").GetBoolean());
        // What rests on it by now is told at once.
        await ActAsync(server, left, "content_hidden");
        Assert.Equal(2, (await server.OutboxAsync(left)).Count(type => type == "account.action"));
        await server.PostAsync(
            $"/v1/cases/{left}/reopen",
            new { reason = "They wrote.", person = ReviewWork.Other }
        );
        await server.DecideAsync(left, "not_csam");
        Assert.Equal(["active", "active"], await StatesAsync(server, server.Client, left));
        time.Advance(TimeSpan.FromSeconds(31));
        await EventuallyAsync(server, left, "account.action_reversed");
        var act = (await server.LedgerAsync("account.action_reversed"))[^1];
        Assert.Equal("machine:decisions", act.Text("actor"));
        var by = $"{(await server.LedgerAsync("case.decided"))[^1].Text("actor")}/{ReviewWork.Person}";
        Assert.Equal(by, act.GetProperty("facts").Text("by"));
        Assert.Equal(by, (await ActionsAsync(server, server.Client, left))[0].Text("reversedBy"));
    }

    private static object ByHand(string account) =>
        new
        {
            account,
            problemType = "known_csam",
            jurisdiction = "US",
            surface = "comment",
            text = "What somebody said.",
            reason = "A call came.",
        };

    private static async Task<string> ActAsync(
        TestServer server,
        string reference,
        string kind,
        HttpClient? client = null
    ) =>
        (
            await server.PostAsync(
                $"/v1/cases/{reference}/account-actions",
                new
                {
                    kind,
                    reason = ReviewWork.Why,
                    person = ReviewWork.PersonBehind(client),
                },
                HttpStatusCode.Created,
                client: client
            )
        ).Text("id");

    private static async Task DecideOneAsync(TestServer server, HttpClient client, string reference)
    {
        var item = (await server.FileAsync(reference, client)).GetProperty("items")[0].Text("id");
        await server.PostAsync(
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict = "not_csam",
                reason = ReviewWork.Why,
                items = new[] { item },
                person = ReviewWork.PersonBehind(client),
            },
            client: client
        );
    }

    private static async Task<IReadOnlyList<JsonElement>> ActionsAsync(
        TestServer server,
        HttpClient client,
        string reference
    ) =>
        [
            .. (await server.GetJsonAsync($"/v1/cases/{reference}/account-actions", client: client))
                .GetProperty("actions")
                .EnumerateArray(),
        ];

    private static async Task<IEnumerable<string>> StatesAsync(
        TestServer server,
        HttpClient client,
        string reference
    ) => (await ActionsAsync(server, client, reference)).Select(action => action.Text("state"));

    private static async Task<IReadOnlyList<JsonElement>> LettersAsync(
        TestServer server,
        HttpClient client
    ) =>
        [
            .. (await server.GetJsonAsync("/v1/corrections", client: client))
                .GetProperty("corrections")
                .EnumerateArray()
                .Where(one => one.Text("kind") == "user"),
        ];

    private static Task<string> EventuallyAsync(TestServer server, string reference, string type) =>
        TestServer.EventuallyAsync(
            async () => (await server.OutboxAsync(reference)).Contains(type) ? type : null,
            type
        );
}
