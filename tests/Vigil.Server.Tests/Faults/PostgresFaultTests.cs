using System.Net;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Scan;
using Vigil.Trust;

namespace Vigil.Server.Tests.Faults;

[Collection(AloneTests.Name)]
public class PostgresFaultTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_frozen_database_is_red_in_5_s_an_error_in_10_s_and_green_again_by_itself()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var server = await OnAsync(cluster);
        using var anyone = server.ClientWith(null);
        await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.OK);
        Assert.True(await Ask.WriteAsync(server.Server, "before", "1"));
        var hasLists = await Ask.HasAsync(server.Client, "/v1/lists");

        cluster.Freeze();
        var began = TimeProvider.System.GetTimestamp();
        var refused = Assert.ThrowsAsync<DatabaseUnavailableException>(() =>
            Ask.WriteAsync(server.Server, "during", "1")
        );
        var asked = hasLists ? server.Client.GetAsync("/v1/lists") : null;
        var (red, redAfter) = await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.ServiceUnavailable);

        Assert.InRange(redAfter, 0, 5);
        Assert.Equal("broken", Ask.Part(red, "database").GetProperty("state").GetString());
        Assert.Equal("ready", Ask.Part(red, "data_folder").GetProperty("state").GetString());
        await refused;
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 10);
        if (asked is not null)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await asked).StatusCode);
        }
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 10);

        cluster.Thaw();
        var (_, greenAfter) = await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.OK);
        Assert.InRange(greenAfter, 0, 10);
        await TestServer.EventuallyAsync(
            async () => await TryWriteAsync(server, "after") ? "written" : null,
            "a write after the thaw",
            10
        );
        Assert.Equal("1", await Ask.ReadAsync(server.Server, "before"));
    }

    /// <summary>A miss needs no database: of all that are asked at once, at most the two that read rules and keys wait.</summary>
    [Fact(Timeout = 180_000)]
    public async Task A_frozen_database_holds_no_scan_up()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var server = await OnAsync(cluster);
        using var anyone = server.ClientWith(null);
        await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.OK);
        Assert.Equal("none", await MissAsync(server));

        cluster.Freeze();
        // What was read before is now older than two seconds.
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        var times = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TimedAsync(server)));
        cluster.Thaw();

        Assert.True(
            times.Count(time => time > 0.9) <= 2,
            string.Join(' ', times.Select(time => $"{time:F2}"))
        );
        Assert.All(times, time => Assert.InRange(time, 0, 4));
    }

    private static async Task<string?> MissAsync(TestServer server) =>
        (
            await server.ScanJsonAsync(new { surface = "comment", hashes = new { sha256 = Scanning.Sha256 } })
        ).Decision;

    private static async Task<double> TimedAsync(TestServer server)
    {
        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal("none", await MissAsync(server));
        return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    [Fact(Timeout = 180_000)]
    public async Task A_database_server_that_dies_and_comes_back_loses_nothing_acknowledged()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var server = await OnAsync(cluster);
        using var anyone = server.ClientWith(null);
        await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.OK);
        var written = new List<string>();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                if (await TryWriteAsync(server, $"n{i}"))
                {
                    written.Add($"n{i}");
                }
            }
        });
        await TestServer.EventuallyAsync(
            () => Task.FromResult(written.Count > 20 ? "so" : null),
            "20 writes"
        );

        await cluster.CrashAsync();
        var (red, _) = await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.ServiceUnavailable, 6);
        var before = written.Count;
        await cluster.StartAgainAsync();
        await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.OK);
        await TestServer.EventuallyAsync(
            () => Task.FromResult(written.Count > before ? "so" : null),
            "writes after the restart"
        );
        await stop.CancelAsync();
        await writing;

        Assert.DoesNotContain("Port=", red.GetRawText(), StringComparison.Ordinal);
        foreach (var name in written)
        {
            Assert.Equal("1", await Ask.ReadAsync(server.Server, name));
        }
    }

    private static Task<TestServer> OnAsync(PostgresCluster cluster) =>
        TestServer.StartAsync(change: options => options with { Database = cluster.Source });

    private static async Task<bool> TryWriteAsync(TestServer server, string name)
    {
        try
        {
            return await Ask.WriteAsync(server.Server, name, "1");
        }
        catch (DatabaseUnavailableException)
        {
            return false;
        }
    }
}
