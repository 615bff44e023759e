using System.Diagnostics;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Index;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Deciding;

/// <summary>VIGIL_TEST_LONG=1: a million entries; otherwise a fiftieth of it. Prints what it measures.</summary>
public class MillionTests
{
    private static readonly int Count =
        Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 1_000_000 : 20_000;

    [Fact(Timeout = 600_000)]
    public async Task Many_entries_load_in_seconds_and_a_miss_costs_microseconds()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        for (var start = 0; start < Count; start += 2_000)
        {
            var first = start;
            await server.EntriesAsync(
                list,
                [.. Enumerable.Range(first, 2_000).Select(i => Made.File($"file {i}"))]
            );
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        var index = new TenantIndex(TenantId.Default, TimeProvider.System);
        await server.Get<ListReader>().FollowAsync(index, Made.Stop);
        await server.Get<ListReader>().FollowAsync(index, Made.Stop);
        var loaded = clock.Elapsed;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(index.IsLoaded);
        Assert.Equal(Count, index.Current!.Entries);

        await server.WithinASecondAsync(Made.Scan($"file {Count - 1}"), Outcome.Block);
        var decider = server.Get<Decider>();
        var (subject, facts) = (Made.Subject(), Made.Scan("nothing"));
        const int Scans = 20_000;
        clock.Restart();
        for (var i = 0; i < Scans; i++)
        {
            await decider.DecideAsync(Made.Scanner, subject, facts, cancellation: Made.Stop);
        }
        var micros = clock.Elapsed.TotalMicroseconds / Scans;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Count} entries: loaded in {loaded.TotalSeconds:0.0} s, {bytes / Count} bytes each; a miss {micros:0.0} us"
        );
        Assert.True(micros < 1000, $"a miss takes {micros} us");
        GC.KeepAlive(index);
    }
}
