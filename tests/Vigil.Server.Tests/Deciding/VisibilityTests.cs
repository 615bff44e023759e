using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Deciding;

public class VisibilityTests
{
    [Fact(Timeout = 60_000)]
    public async Task An_entry_is_found_within_a_second_and_gone_within_a_second_when_quarantined()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        Assert.Equal(Outcome.None, (await server.DecideAsync(Made.Scan("one"))).Outcome);

        var entry = await server.EntryAsync(list, Made.File("one"));
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.Block);
        Assert.Equal(Outcome.None, (await server.DecideAsync(Made.Scan("two"))).Outcome);

        await server.StateAsync(entry, "Quarantined");
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.None);
        await server.StateAsync(entry, "Active");
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.Block);
        await server.StateAsync(entry, "Removed");
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_s_mode_and_radius_change_within_a_second()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        await server.EntryAsync(list, new SignalValue { Pdq = Made.Bytes(Made.Pdq("p")), PdqQuality = 100 });
        await server.WithinASecondAsync(Made.Near("p", 20), Outcome.Review);

        await server.ModeAsync(list, "Enforce", radius: 10);
        await server.WithinASecondAsync(Made.Near("p", 20), Outcome.None);
        await server.WithinASecondAsync(Made.Near("p", 10), Outcome.Review);
        await server.ModeAsync(list, "Off");
        await server.WithinASecondAsync(Made.Near("p", 10), Outcome.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_search_that_is_cancelled_decides_nothing()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        await server.EntryAsync(list, Made.File("one"));
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.Block);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        // A miss asks no database, which would have ended it too.
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            server
                .Get<Decider>()
                .DecideAsync(Made.Scanner, Made.Subject(), Made.Scan("two"), cancellation: stop.Token)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Lists_of_before_are_loaded_at_the_start()
    {
        await using var server = await TestServer.StartAsync();
        var list = await server.ListAsync("made");
        await server.EntriesAsync(list, [.. Enumerable.Range(0, 500).Select(i => Made.File($"file {i}"))]);
        var second = new TenantId("second");

        // Another tenant is followed when it is first asked for, from the beginning, and sees nothing of this.
        var decider = server.Get<Decider>();
        var actor = Actor.Machine(second, "test", Permission.ScanSubmit);
        var refused = await Assert.ThrowsAsync<Vigil.Server.Http.ProblemException>(() =>
            decider.DecideAsync(actor, Made.Subject(), Made.Scan("file 7"), cancellation: Made.Stop)
        );
        Assert.Equal("lists_loading", refused.Code);

        var index = new Vigil.Server.Features.Scan.Index.TenantIndex(TenantId.Default, TimeProvider.System);
        var reader = server.Get<Vigil.Server.Features.Scan.Index.ListReader>();
        await reader.FollowAsync(index, Made.Stop);
        await reader.FollowAsync(index, Made.Stop);
        Assert.Equal(500, index.Current!.Entries);
        Assert.Single(index.Current.Find(Made.Scan("file 7"), DateTimeOffset.UtcNow));
    }

    [Fact(Timeout = 60_000)]
    public async Task Addresses_match_whole_and_by_their_domain()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var list = await server.ListAsync("addresses");
        var (url, domain) = await server.ActAsync(tx =>
            Task.FromResult(
                (
                    ListSecrets.UrlDigest(tx.Secrets, Parse("http://a.example/x").Url),
                    ListSecrets.DomainDigest(tx.Secrets, "b.example")
                )
            )
        );
        await server.EntryAsync(list, new SignalValue { Digest = url }, SignalKind.Url);
        await server.EntryAsync(list, new SignalValue { Digest = domain }, SignalKind.Domain);

        await server.WithinASecondAsync(new ScanFacts { Url = "HTTP://A.example:80/x" }, Outcome.Block);
        await server.WithinASecondAsync(new ScanFacts { Url = "https://deep.b.example/y" }, Outcome.Review);
        Assert.Equal(
            Outcome.None,
            (await server.DecideAsync(new ScanFacts { Url = "http://a.example/z" })).Outcome
        );

        static UrlSignal Parse(string text) => UrlSignal.TryParse(text, out var signal) ? signal! : null!;
    }

    [Fact(Timeout = 60_000)]
    public async Task Lists_that_cannot_be_read_for_too_long_refuse_and_recover()
    {
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                ListsStaleAfter = TimeSpan.FromSeconds(1),
            }
        );
        await server.LoadedAsync();
        await server.ActAsync(tx => Run(tx, "drop view scan_clock"));

        await RefusedAsync(server);

        await server.ActAsync(tx =>
            Run(tx, "create view scan_clock as select tenant, generation from list_clock")
        );
        await server.LoadedAsync();
        Assert.Equal(Outcome.None, (await server.DecideAsync(Made.Scan("one"))).Outcome);

        static Task<int> Run(Tx tx, string sql) => tx.ExecuteAsync($"{sql} /* @tenant */");
    }

    [Fact(Timeout = 60_000)]
    public async Task Lists_whose_clock_is_gone_refuse_and_are_not_taken_for_empty()
    {
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                ListsStaleAfter = TimeSpan.FromSeconds(1),
            }
        );
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        await server.EntryAsync(list, Made.File("one"));
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.Block);
        var clock = await server.AskAsync<long>("select generation from list_clock where tenant = @tenant");
        await server.ActAsync(tx => tx.ExecuteAsync("delete from list_clock where tenant = @tenant"));

        await RefusedAsync(server);

        await server.ActAsync(tx =>
            tx.ExecuteAsync(
                "insert into list_clock (tenant, generation) values (@tenant, @clock)",
                new { clock }
            )
        );
        await server.LoadedAsync();
        Assert.Equal(Outcome.Block, (await server.DecideAsync(Made.Scan("one"))).Outcome);
    }

    private static Task<object> RefusedAsync(TestServer server) =>
        TestServer.EventuallyAsync<object>(
            async () =>
            {
                try
                {
                    await server.DecideAsync(Made.Scan("one"));
                    return null;
                }
                catch (Vigil.Server.Http.ProblemException e) when (e.Code == "lists_stale")
                {
                    return e;
                }
            },
            "scans are refused"
        );
}
