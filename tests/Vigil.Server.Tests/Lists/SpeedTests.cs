using System.Diagnostics;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Lists;

public class SpeedTests(ITestOutputHelper output)
{
    /// <summary>
    /// A hundred thousand rows of three fingerprints; meanwhile others write, as scans do with their hits. The
    /// bounds are for a slow and busy machine; the times of a quiet one are printed.
    /// </summary>
    [Fact(Timeout = 180_000)]
    public async Task A_hundred_thousand_rows_go_in_while_others_get_their_turn_to_write()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("large");
        var file = ListsHere.Csv(0, 100_000);
        using var done = new CancellationTokenSource();
        var writing = WriteAsync(server, done.Token);
        var started = Stopwatch.GetTimestamp();

        var import = await server.ImportAsync("large", file);
        var took = Stopwatch.GetElapsedTime(started);
        await done.CancelAsync();
        var waits = await writing;

        waits.Sort();
        output.WriteLine(
            $"{took.TotalSeconds:0.0} s, {100_000 / took.TotalSeconds:0} rows/s; {waits.Count} other writes, "
                + $"median {waits[waits.Count / 2].TotalMilliseconds:0} ms, longest {waits[^1].TotalMilliseconds:0} ms"
        );
        Assert.Equal(100_000, import.Number("added"));
        Assert.InRange(took.TotalSeconds, 0, 100);
        Assert.InRange(waits[^1].TotalSeconds, 0, 3);
    }

    private static async Task<List<TimeSpan>> WriteAsync(TestServer server, CancellationToken done)
    {
        var waits = new List<TimeSpan>();
        do
        {
            var started = Stopwatch.GetTimestamp();
            await server.WriteAsync(tx =>
                tx.ExecuteAsync(
                    """
                    insert into setting (tenant, name, value, changed_at) values (@tenant, 'beat', 'x', @at)
                    on conflict (tenant, name) do update set changed_at = excluded.changed_at
                    """,
                    new { at = tx.Now }
                )
            );
            waits.Add(Stopwatch.GetElapsedTime(started));
            await Task.Delay(10, CancellationToken.None);
        } while (!done.IsCancellationRequested);
        return waits;
    }
}
