using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What came into a case after somebody read it is not decided, closed or confirmed with the rest.</summary>
public class UnreadTests
{
    [Fact(Timeout = 120_000)]
    public async Task What_came_after_the_page_was_loaded_is_neither_decided_nor_closed_with_the_rest()
    {
        await using var server = await TestServer.StartAsync();
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var reference = await server.OpenAsync("user-1");
        var page = $"/console/cases/{reference}";
        var read = (await reviewer.GetAsync(page)).Text;
        var first = await server.ItemAsync(reference);
        Assert.Equal(reference, await server.OpenAsync("user-1"));

        var refused = await DecideAsync(read);

        refused.IsRefused(HttpStatusCode.Conflict, "case_changed", $"An item of {reference} came", page);
        var closed = await reviewer.SendAsync(
            $"{page}/close",
            read,
            ("because", "duplicate"),
            ("reason", ReviewWork.Why)
        );
        closed.IsRefused(HttpStatusCode.Conflict, "case_changed", $"An item of {reference} came", page);
        Assert.Equal(["open", "open"], await StatesAsync(server, reference));
        Assert.Empty(await server.LedgerAsync("case.decided"));
        Assert.Empty(await server.LedgerAsync("case.closed"));
        // One that is chosen is decided alone, whatever came.
        IsDone(await DecideAsync(read, ("item", first)), "case_confirmed");
        Assert.Equal(["confirmed", "open"], await StatesAsync(server, reference));

        // What was decided when the page was loaded, and is opened again since, was not read as open either.
        var half = (await reviewer.GetAsync(page)).Text;
        await server.ExecuteAsync(
            "update case_item set state = 'Open' where tenant = @tenant and id = @id",
            new { id = Guid.Parse(first) }
        );
        Assert.Equal("case_changed", (await DecideAsync(half)).Code);
        IsDone(await DecideAsync((await reviewer.GetAsync(page)).Text), "case_confirmed");
        Assert.Equal(["confirmed", "confirmed"], await StatesAsync(server, reference));

        Task<ConsoleUser.Answer> DecideAsync(string html, params (string, string)[] fields) =>
            reviewer.SendAsync(
                $"{page}/decision",
                html,
                [.. fields, ("verdict", "confirmed"), ("reason", ReviewWork.Why)]
            );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_ticked_item_is_decided_only_as_it_stood_when_it_was_read()
    {
        await using var server = await TestServer.StartAsync();
        using var first = await ConsoleUser.InviteAsync(server, "first.reviewer", "reviewer");
        using var second = await ConsoleUser.InviteAsync(server, "second.reviewer", "reviewer");
        var reference = await server.OpenAsync("user-1");
        await server.OpenAsync("user-1");
        var page = $"/console/cases/{reference}";
        var item = await server.ItemAsync(reference);
        var read = (await second.GetAsync(page)).Text;
        IsDone(await DecideAsync(first, await HtmlAsync(first), "confirmed", item), "case_confirmed");

        // Read as open, it would take back what somebody confirmed meanwhile.
        var late = await DecideAsync(second, read, "not_csam", item);

        late.IsRefused(HttpStatusCode.Conflict, "case_changed", $"An item of {reference} came", page);
        Assert.Equal(["confirmed", "open"], await StatesAsync(server, reference));
        Assert.Single(await server.LedgerAsync("case.decided"));
        // The same again changes nothing, and one that came since was shown to nobody.
        IsDone(await DecideAsync(second, read, "confirmed", item), "case_confirmed");
        Assert.Equal(reference, await server.OpenAsync("user-1"));
        var came = (await server.FileAsync(reference)).GetProperty("items")[2].Text("id");
        Assert.Equal("case_changed", (await DecideAsync(second, read, "not_csam", came)).Code);
        // Who read that it is confirmed may find otherwise.
        IsDone(await DecideAsync(second, await HtmlAsync(second), "not_csam", item), "case_not_csam");
        Assert.Equal(["not_csam", "open", "open"], await StatesAsync(server, reference));

        async Task<string> HtmlAsync(ConsoleUser person) => (await person.GetAsync(page)).Text;
        Task<ConsoleUser.Answer> DecideAsync(
            ConsoleUser person,
            string html,
            string verdict,
            string chosen
        ) =>
            person.SendAsync(
                $"{page}/decision",
                html,
                ("item", chosen),
                ("verdict", verdict),
                ("reason", ReviewWork.Why)
            );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_program_says_what_was_read_of_a_case_of_more_than_one_item()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.OpenAsync("user-1");
        await server.OpenAsync("user-1");
        foreach (var act in (string[])["decision", "close"])
        {
            await RefuseAsync(act, null, HttpStatusCode.BadRequest, "items_needed");
            await RefuseAsync(act, 1, HttpStatusCode.Conflict, "case_changed");
            await RefuseAsync(act, 3, HttpStatusCode.BadRequest, "bad_items_read");
        }
        Assert.Equal(["open", "open"], await StatesAsync(server, reference));
        Assert.Empty(await server.LedgerAsync("case.decided"));

        await server.PostAsync($"/v1/cases/{reference}/decision", Request("decision", 2));

        Assert.Equal(["confirmed", "confirmed"], await StatesAsync(server, reference));
        // Nothing is open in it: nothing can be missed.
        await server.PostAsync($"/v1/cases/{reference}/decision", Request("decision", null));
        await server.PostAsync($"/v1/cases/{reference}/close", Request("close", null));

        async Task RefuseAsync(string act, int? read, HttpStatusCode status, string code) =>
            Assert.Equal(
                code,
                (await server.PostAsync($"/v1/cases/{reference}/{act}", Request(act, read), status)).Text(
                    "code"
                )
            );

        static Dictionary<string, object?> Request(string act, int? read) =>
            new(StringComparer.Ordinal)
            {
                [act == "close" ? "because" : "verdict"] = act == "close" ? "duplicate" : "confirmed",
                ["reason"] = ReviewWork.Why,
                ["person"] = ReviewWork.Person,
                ["itemsRead"] = read,
            };
    }

    [Fact(Timeout = 120_000)]
    public async Task Many_are_confirmed_at_once_only_as_they_were_shown()
    {
        await using var server = await TestServer.StartAsync();
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var entry = new EntryKey(Guid.NewGuid(), Guid.NewGuid());
        var (one, two) = (
            await server.MatchAsync(entry, account: "a"),
            await server.MatchAsync(entry, account: "b")
        );
        var stack = $"/console/stacks/{entry.EntryId}";
        var read = (await reviewer.GetAsync(stack)).Text;
        // Exact as well, of another entry: no page of this stack shows it.
        Assert.Equal(
            two,
            await server.MatchAsync(new EntryKey(Guid.NewGuid(), Guid.NewGuid()), account: "b")
        );

        var refused = await ConfirmAsync(read, one, two);

        Assert.Equal((HttpStatusCode.Conflict, "case_changed"), (refused.Status, refused.Code));
        Assert.Contains(two, refused.Text, StringComparison.Ordinal);
        Assert.Empty(await server.LedgerAsync("case.decided"));
        IsDone(await ConfirmAsync(read, one), "many_confirmed");
        Assert.Single(await server.LedgerAsync("case.decided"));
        var unsaid = await ManyAsync(null, HttpStatusCode.BadRequest);
        Assert.Equal("items_needed", unsaid.Text("code"));
        var items = (await server.FileAsync(two)).GetProperty("items").EnumerateArray();
        await ManyAsync(items.Select(item => item.Text("id")), HttpStatusCode.OK);
        Assert.Equal(["confirmed", "confirmed"], await StatesAsync(server, two));

        Task<ConsoleUser.Answer> ConfirmAsync(string html, params string[] cases) =>
            reviewer.SendAsync(
                "/console/cases/decisions",
                html,
                [.. cases.Select(reference => ("case", reference)), ("reason", ReviewWork.Why)]
            );

        Task<JsonElement> ManyAsync(IEnumerable<string>? read, HttpStatusCode expected) =>
            server.PostAsync(
                "/v1/cases/decisions",
                new
                {
                    cases = new[] { two },
                    items = read,
                    reason = ReviewWork.Why,
                    person = ReviewWork.Person,
                },
                expected
            );
    }

    private static void IsDone(ConsoleUser.Answer answer, string notice) =>
        Assert.EndsWith($"?notice={notice}", answer.Location, StringComparison.Ordinal);

    private static async Task<IEnumerable<string>> StatesAsync(TestServer server, string reference) =>
        (await server.FileAsync(reference))
            .GetProperty("items")
            .EnumerateArray()
            .Select(item => item.Text("state"));
}
