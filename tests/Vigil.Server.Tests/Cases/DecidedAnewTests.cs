using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Cases;

/// <summary>A decision that was set aside does not leave by the next one's state.</summary>
public class DecidedAnewTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_decision_made_anew_waits_for_its_own_time_and_can_be_undone_in_it()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            change: options => options with { Time = time },
            canUndo: true
        );
        await server.SetAsync("cases.undoSeconds", "600");
        var reference = await server.OpenAsync("user-1", "known_csam", "US");
        await server.DecideAsync(reference);
        time.Advance(TimeSpan.FromSeconds(300));
        await server.DisputeAsync(reference);
        await server.DecideAsync(reference);

        time.Advance(TimeSpan.FromSeconds(310));
        await LeftAsync(server, 1);

        // The first is over and told nobody; the second can be undone still.
        Assert.DoesNotContain("case.decided", await server.OutboxAsync(reference));
        Assert.DoesNotContain("case.updated", await server.OutboxAsync(reference));
        Assert.Equal(0, await KnownAsync(server));
        await server.PostAsync($"/v1/cases/{reference}/undo", new { person = ReviewWork.Person });
        Assert.Equal("open", (await server.FileAsync(reference)).GetProperty("items")[0].Text("state"));

        await server.DecideAsync(reference);
        time.Advance(TimeSpan.FromSeconds(601));
        await LeftAsync(server, 2);
        Assert.Single(await server.OutboxAsync(reference), type => type == "case.decided");
        Assert.Equal(1, await KnownAsync(server));
    }

    private static Task<long> KnownAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.FindAsync<long>(
                        "select count(*) from case_item where tenant = @tenant and known_at is not null"
                    )
            );

    private static Task<string> LeftAsync(TestServer server, int count) =>
        TestServer.EventuallyAsync(
            async () => (await server.LedgerAsync("case.decision_left")).Count >= count ? "left" : null,
            "the decision leaves"
        );
}
