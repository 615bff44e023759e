using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Deciding;

public class ReversalTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_reversed_file_is_never_flagged_again_by_that_entry_and_others_are()
    {
        await using var server = await TestServer.StartAsync();
        server.AnswerCases();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        var other = await server.ListAsync("other");
        var entries = await server.EntriesAsync(list, [Made.File("one"), Made.File("two")]);
        var subject = Made.Subject(contentRef: "post/7");
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.Block);
        var decision = await server.DecideAsync(Made.Scan("one"), subject);

        var reversed = await ReverseAsync(server, decision);

        Assert.Equal([entries[0]], reversed.Entries);
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.None);
        Assert.Equal(Outcome.Block, (await server.DecideAsync(Made.Scan("two"))).Outcome);
        // A second reversal says the same and tells the platform nothing twice.
        Assert.Equal(reversed.Entries, (await ReverseAsync(server, decision)).Entries);
        Assert.Equal(1, await EventsAsync(server, "decision.reversed"));

        // Another list's entry of the same file still flags it.
        await server.EntryAsync(other, Made.File("one"));
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.Block);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_disputed_entry_reopens_the_other_decisions_that_rest_on_it()
    {
        await using var server = await TestServer.StartAsync();
        server.AnswerCases();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        var entries = await server.EntriesAsync(list, [Made.File("one"), Made.File("two")]);
        await server.WithinASecondAsync(Made.Scan("two"), Outcome.Block);
        var mistaken = await server.DecideAsync(Made.Scan("one"));
        var same = await server.DecideAsync(Made.Scan("one"));
        var unrelated = await server.DecideAsync(Made.Scan("two"));

        await server.ActAsync(async tx =>
        {
            var reversed = await tx.AskAsync<DecisionReversal, ReversedDecision>(
                new DecisionReversal(mistaken.ScanId, new CaseRef(mistaken.CaseRef!), "not CSAM")
            );
            await tx.RaiseAsync(
                new EntriesDisputed(reversed.Entries, new CaseRef(mistaken.CaseRef!), "not CSAM")
            );
            return true;
        });

        Assert.Equal("Reversed", await StateAsync(server, mistaken));
        Assert.Equal("Reopened", await StateAsync(server, same));
        Assert.Equal("Active", await StateAsync(server, unrelated));
        Assert.Equal(1, await EventsAsync(server, "decisions.reopened"));
        Assert.Equal(entries[0].ListId, list);

        // Confirmed by a person it holds again; what was reversed does not.
        await server.ActAsync(async tx =>
        {
            await tx.RaiseAsync(new DecisionsConfirmed([same.ScanId, mistaken.ScanId]));
            return true;
        });

        Assert.Equal("Active", await StateAsync(server, same));
        Assert.Equal("Reversed", await StateAsync(server, mistaken));
    }

    private static Task<ReversedDecision> ReverseAsync(TestServer server, Decision decision) =>
        server.ActAsync(tx =>
            tx.AskAsync<DecisionReversal, ReversedDecision>(
                new DecisionReversal(decision.ScanId, new CaseRef(decision.CaseRef!), "not CSAM")
            )
        );

    private static Task<string?> StateAsync(TestServer server, Decision decision) =>
        server.AskAsync<string>(
            "select state from decision where tenant = @tenant and id = @id",
            new { id = decision.ScanId }
        );

    private static Task<long> EventsAsync(TestServer server, string type) =>
        server.AskAsync<long>(
            "select count(*) from outbox_event where tenant = @tenant and type = @type",
            new { type }
        );
}
