using System.Text.Json;
using Vigil.Server.Features.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Decisions of one case that wait beside each other: what each tells, and what an undo puts back.</summary>
public class UndoAmongTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_confirmation_that_was_set_aside_and_put_back_leaves_after_all()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time);
        var (reference, items) = await TwoAsync(server);
        await DecideAsync(server, reference, "confirmed", items[0]);
        time.Advance(TimeSpan.FromSeconds(400));
        await DecideAsync(server, reference, "not_csam", items[0]);
        time.Advance(TimeSpan.FromSeconds(201));
        // The first came due, and found nothing that stands.
        await LeftAsync(server, 1);
        Assert.Equal(["case.opened", "case.updated"], await server.OutboxAsync(reference));

        await UndoAsync(server, reference);

        Assert.Equal("confirmed", await StateAsync(server, reference, 0));
        Assert.Equal(0, await KnownAsync(server, items[0]));
        time.Advance(TimeSpan.FromSeconds(300));
        await UndoAsync(server, reference);
        Assert.Equal("open", await StateAsync(server, reference, 0));
        await DecideAsync(server, reference, "confirmed", items[0]);
        time.Advance(TimeSpan.FromSeconds(1));
        await DecideAsync(server, reference, "not_csam", items[0]);
        time.Advance(TimeSpan.FromSeconds(1));
        // Both wait still: one of them leaves with it, not two.
        await UndoAsync(server, reference);
        Assert.Equal(1, await WaitingAsync(server));
        time.Advance(TimeSpan.FromSeconds(400));
        await DecideAsync(server, reference, "not_csam", items[0]);
        time.Advance(TimeSpan.FromSeconds(200));
        await LeftAsync(server, 2);
        await UndoAsync(server, reference);
        time.Advance(TimeSpan.FromSeconds(601));
        await LeftAsync(server, 3);

        Assert.Equal(["case.opened", "case.updated", "case.updated"], await server.OutboxAsync(reference));
        var told = (await ToldAsync(server, reference))[^1];
        Assert.Equal("confirmed", told.GetProperty("items")[0].Text("state"));
        Assert.Equal("open", told.GetProperty("case").Text("state"));
        // Known since the confirmation itself, not since it was put back.
        Assert.Equal(1, await KnownAsync(server, items[0]));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_first_of_two_decisions_does_not_tell_the_second()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time);
        using var platform = await server.ClientOfAsync(Scope.Scan);
        var (reference, items) = await TwoAsync(server);
        await DecideAsync(server, reference, "confirmed", items[0]);
        time.Advance(TimeSpan.FromSeconds(400));
        await DecideAsync(server, reference, "not_csam", items[1]);
        time.Advance(TimeSpan.FromSeconds(201));
        await LeftAsync(server, 1);

        var told = (await ToldAsync(server, reference))[^1];
        Assert.Equal("open", told.GetProperty("case").Text("state"));
        Assert.Equal(JsonValueKind.Null, told.GetProperty("case").GetProperty("outcome").ValueKind);
        Assert.Equal("confirmed", told.GetProperty("items")[0].Text("state"));
        Assert.Equal(
            "open",
            (await server.GetJsonAsync($"/v1/cases/{reference}", client: platform)).Text("state")
        );
        time.Advance(TimeSpan.FromSeconds(400));
        await LeftAsync(server, 2);
        Assert.Equal(
            ["case.opened", "case.updated", "case.updated", "case.decided"],
            await server.OutboxAsync(reference)
        );
        told = (await ToldAsync(server, reference))[^1];
        Assert.Equal("decided", told.GetProperty("case").Text("state"));
        Assert.Equal("not_csam", Assert.Single(told.GetProperty("items").EnumerateArray()).Text("state"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_case_is_told_as_decided_by_the_last_decision_that_leaves_whichever_it_is()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time);
        var (reference, items) = await TwoAsync(server);
        await DecideAsync(server, reference, "confirmed", items[0]);
        time.Advance(TimeSpan.FromSeconds(1));
        await DecideAsync(server, reference, "confirmed", items[1]);

        // The first was put off, say.
        await LeaveAsync(server, "desc");
        var told = (await ToldAsync(server, reference))[^1];
        Assert.Equal("open", told.GetProperty("case").Text("state"));
        time.Advance(TimeSpan.FromSeconds(1));
        await LeaveAsync(server, "asc");

        Assert.Equal(
            ["case.opened", "case.updated", "case.updated", "case.decided"],
            await server.OutboxAsync(reference)
        );
        told = (await ToldAsync(server, reference))[^1];
        Assert.Equal("decided", told.GetProperty("case").Text("state"));
    }

    /// <summary>Decisions wait for ten minutes: what a slow machine takes between two of them matters not.</summary>
    private static async Task<TestServer> StartAsync(ManualTime time)
    {
        var server = await TestServer.StartAsync(
            change: options => options with { Time = time },
            canUndo: true
        );
        await server.SetAsync("cases.undoSeconds", "600");
        return server;
    }

    /// <summary>A case of two open items, by their order.</summary>
    private static async Task<(string Reference, List<string> Items)> TwoAsync(TestServer server)
    {
        var reference = await server.OpenAsync("user-1");
        Assert.Equal(reference, await server.OpenAsync("user-1"));
        var items = (await server.FileAsync(reference)).GetProperty("items").EnumerateArray();
        return (reference, [.. items.Select(item => item.Text("id"))]);
    }

    private static Task<JsonElement> DecideAsync(
        TestServer server,
        string reference,
        string verdict,
        string item
    ) =>
        server.PostAsync(
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict,
                reason = ReviewWork.Why,
                items = new[] { item },
                person = ReviewWork.Person,
            }
        );

    private static Task<JsonElement> UndoAsync(TestServer server, string reference) =>
        server.PostAsync($"/v1/cases/{reference}/undo", new { person = ReviewWork.Person });

    private static async Task<string> StateAsync(TestServer server, string reference, int item) =>
        (await server.FileAsync(reference)).GetProperty("items")[item].Text("state");

    /// <summary>So many decisions came due, whatever they found.</summary>
    private static Task<string> LeftAsync(TestServer server, int count) =>
        TestServer.EventuallyAsync(
            async () => (await server.LedgerAsync("case.decision_left")).Count == count ? "left" : null,
            $"{count} decisions leave"
        );

    private static Task<bool> LeaveAsync(TestServer server, string order) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                    await DecisionEffects.LeaveAsync(
                        tx,
                        await tx.FindAsync<Guid>(
                            $"select id from case_effect where tenant = @tenant order by at {order}, id limit 1"
                        )
                    )
            );

    private static Task<long> WaitingAsync(TestServer server) =>
        CountAsync(server, "select count(*) from case_effect where tenant = @tenant", Guid.Empty);

    /// <summary>1: known since it was confirmed.</summary>
    private static Task<long> KnownAsync(TestServer server, string item) =>
        CountAsync(
            server,
            "select count(*) from case_item where tenant = @tenant and id = @id and known_at = decided_at",
            Guid.Parse(item)
        );

    private static Task<long> CountAsync(TestServer server, string sql, Guid id) =>
        server.Kernel().Db.SystemAsync("test", isWrite: false, tx => tx.FindAsync<long>(sql, new { id }));

    /// <summary>What the platform was told of a case, oldest first.</summary>
    private static Task<List<JsonElement>> ToldAsync(TestServer server, string reference) =>
        server
            .Kernel()
            .Db.SystemAsync("test", isWrite: false, async tx => (
                        await tx.QueryAsync<(Guid Id, byte[] Data)>(
                            """
                            select id, data from outbox_event where tenant = @tenant and subject = @reference
                            order by created_at, id
                            """,
                            new { reference }
                        )
                    ).Select(row => JsonDocument.Parse(tx.Secrets.Sealer("outbox event").Open(row.Data, row.Id.ToByteArray())).RootElement).ToList());
}
