using System.Diagnostics;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Lists;

public class SpeedTests(ITestOutputHelper output)
{
    /// <summary>
    /// Rows of three fingerprints, 100,000 where VIGIL_TEST_ROWS says so; meanwhile others write, as scans do with
    /// their hits. The times are printed.
    /// </summary>
    [Fact(Timeout = 300_000)]
    public async Task Many_rows_go_in_while_others_get_their_turn_to_write()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("large");
        var rows = int.Parse(
            Environment.GetEnvironmentVariable("VIGIL_TEST_ROWS") ?? "20000",
            System.Globalization.CultureInfo.InvariantCulture
        );
        var file = ListsHere.Csv(0, rows);
        using var done = new CancellationTokenSource();
        var writing = WriteAsync(server, done.Token);
        var started = Stopwatch.GetTimestamp();

        using var client = server.ClientWith(server.FirstKey);
        client.Timeout = TimeSpan.FromMinutes(5);
        using var body = new StringContent(file);
        var cpu = Environment.CpuUsage.TotalTime;
        using var sent = await client.PostAsync("/v1/lists/large/imports", body);
        var begun = await ListsHere.ExpectAsync(sent, System.Net.HttpStatusCode.Accepted);
        var import = await server.EndAsync("large", begun.Text("id"));
        var took = Stopwatch.GetElapsedTime(started);
        await done.CancelAsync();
        var waits = await writing;

        waits.Sort();
        output.WriteLine(
            $"{took.TotalSeconds:0.0} s, {rows / took.TotalSeconds:0} rows/s, {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:0.0} s of processor; {waits.Count} other writes, "
                + $"median {waits[waits.Count / 2].TotalMilliseconds:0} ms, longest {waits[^1].TotalMilliseconds:0} ms"
        );
        Assert.True(import.Text("state") == "done", import.ToString());
        Assert.Equal(rows, import.Number("added"));
        // Between the transactions of the import others have their turn: no fewer than it has itself.
        Assert.InRange(waits.Count, rows / 5000, int.MaxValue);
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
