using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Faults;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Signing;

/// <summary>No audit, no service: what is refused, what goes on, and that it heals by itself.</summary>
[Collection(AloneTests.Name)]
public sealed class LedgerFaultTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 180_000)]
    public async Task A_full_disk_of_the_ledger_stops_acts_and_exports_and_nothing_else()
    {
        Directory.CreateDirectory(_folder["data/ledger"]);
        using var disk = SmallDisk.Mount(_folder["data/ledger"], megabytes: 1);
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                DataFolder = _folder["data"],
                Database = TestDatabase.PostgresServer is null ? _folder["data/vigil.db"] : options.Database,
            }
        );
        using var anyone = server.ClientWith(null);
        await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.OK);
        await server.Client.CreateListAsync("known");
        var filler = Path.Combine(disk.Path, "filler");
        disk.Fill(filler);

        // The export is asked for at once: it waits for its signature.
        var export = server.Client.PostAsync(
            "/v1/lists/known/exports",
            new StringContent("""{"format":"csv","reason":"A test."}""", null, "application/json")
        );
        await RefusedAsync(server);
        Assert.False(export.IsCompleted);

        // Refused at once by now, and nothing of it is done.
        var before = await ActsAsync(server);
        await RefusedAsync(server);
        Assert.Equal(before, await ActsAsync(server));
        Assert.Matches("^VC-", await server.Client.FlagAsync("post/1"));
        var scan = await server.Client.ScanAsync(new string('a', 64), "someone");
        Assert.Equal("none", scan.GetProperty("decision").GetString());
        var (ready, _) = await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.OK);
        var part = Ask.Part(ready, "ledger");
        Assert.Equal("warning", part.GetProperty("state").GetString());
        Assert.Contains("Free space", part.GetProperty("advice").GetString(), StringComparison.Ordinal);
        await AlarmAsync(server, isOpen: true);
        await CheckAcknowledgedAsync(server);

        File.Delete(filler);

        using var exported = await export;
        Assert.Equal(HttpStatusCode.OK, exported.StatusCode);
        await TestServer.EventuallyAsync(
            async () => await StatusAsync(server) == HttpStatusCode.Created ? "so" : null,
            "acts go on",
            deadlineSeconds: 5
        );
        await AlarmAsync(server, isOpen: false);
        await server.Kernel().Db.SignedSoFarAsync(CancellationToken.None);
        Assert.Equal(0, await CountAsync(server, "ledger_leaf where position is null"));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_frozen_database_refuses_acts_within_two_seconds_and_goes_on_by_itself()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Database = cluster.Source,
            }
        );
        using var anyone = server.ClientWith(null);
        await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.OK);
        Assert.True(await Ask.WriteAsync(server.Server, "before", "1"));

        cluster.Freeze();
        await TestServer.EventuallyAsync(
            async () =>
            {
                var began = TimeProvider.System.GetTimestamp();
                try
                {
                    await Ask.WriteAsync(server.Server, "during", "1");
                    return null;
                }
                catch (LedgerUnavailableException)
                {
                    return TimeProvider.System.GetElapsedTime(began).TotalSeconds < 2 ? "so" : null;
                }
                catch (DatabaseUnavailableException)
                {
                    return null; // Came before two seconds were over, and waited for the database.
                }
            },
            "refused at once"
        );

        cluster.Thaw();
        await TestServer.EventuallyAsync(
            async () =>
            {
                try
                {
                    return await Ask.WriteAsync(server.Server, "after", "1") ? "so" : null;
                }
                catch (DatabaseUnavailableException)
                {
                    return null;
                }
            },
            "acts go on"
        );
        await server.Kernel().Db.SignedSoFarAsync(CancellationToken.None);
    }

    [Theory(Timeout = 180_000)]
    [InlineData("update ledger_event set actor = 'x' where seq = 1")]
    [InlineData("tile/entries/000")]
    [InlineData("checkpoint")]
    public async Task What_is_altered_while_the_server_runs_stops_acts_and_pages_somebody(string what)
    {
        await using var server = await TestServer.StartAsync();
        using var anyone = server.ClientWith(null);
        for (var i = 0; i < 5; i++)
        {
            await Ask.WriteAsync(server.Server, $"n{i}", "1");
        }
        await server.Kernel().Db.SignedSoFarAsync(CancellationToken.None);

        if (what.StartsWith("update", StringComparison.Ordinal))
        {
            await server.Kernel().Db.SystemAsync("test", isWrite: true, tx => tx.ExecuteAsync(what));
        }
        else
        {
            var folder = Path.Combine(server.DataFolder, "ledger");
            var path =
                what == "checkpoint"
                    ? what
                    : Directory.GetFiles(Path.Combine(folder, what + ".p")).Order().Last();
            var file = Path.Combine(folder, path);
            foreach (
                var one in what == "checkpoint" ? [file] : Directory.GetFiles(Path.GetDirectoryName(file)!)
            )
            {
                var bytes = await File.ReadAllBytesAsync(one);
                bytes[^9] ^= 1;
                await File.WriteAllBytesAsync(one, bytes);
            }
        }

        await TestServer.EventuallyAsync(
            async () =>
            {
                try
                {
                    await Ask.WriteAsync(server.Server, "probe", "1");
                    return null;
                }
                catch (LedgerUnavailableException e)
                {
                    return e.Message.Contains("not as it was signed", StringComparison.Ordinal) ? "so" : null;
                }
            },
            "acts are refused"
        );
        await RefusedAsync(server);
        Assert.Matches("^VC-", await server.Client.FlagAsync("post/1"));
        var (ready, _) = await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.OK);
        Assert.Equal("warning", Ask.Part(ready, "ledger").GetProperty("state").GetString());
        Assert.Equal("Page", await AlarmAsync(server, isOpen: true));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_clock_that_jumps_by_a_year_refuses_nothing()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        foreach (var days in new[] { 366, -732, 366 })
        {
            time.Advance(TimeSpan.FromDays(days));
            Assert.True(await Ask.WriteAsync(server.Server, $"after {days}", "1"));
            await server.Kernel().Db.SignedSoFarAsync(CancellationToken.None);
        }
    }

    /// <summary>An act over HTTP is answered with 503 and the ledger's code, within two seconds, soon.</summary>
    private static Task<string> RefusedAsync(TestServer server) =>
        TestServer.EventuallyAsync(
            async () =>
            {
                var began = TimeProvider.System.GetTimestamp();
                using var answer = await AskAsync(server);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    return null;
                }
                Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 2);
                var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
                Assert.Equal("ledger_unavailable", problem.GetProperty("code").GetString());
                return "so";
            },
            "an act is refused",
            deadlineSeconds: 6
        );

    private static async Task<HttpStatusCode> StatusAsync(TestServer server)
    {
        using var answer = await AskAsync(server);
        return answer.StatusCode;
    }

    private static Task<HttpResponseMessage> AskAsync(TestServer server) =>
        server.Client.PostAsync(
            "/v1/lists",
            new StringContent(
                $$"""{"name":"l{{Guid.NewGuid():n}}","purpose":"harmless","source":"A test"}""",
                null,
                "application/json"
            )
        );

    private static Task<long> ActsAsync(TestServer server) => CountAsync(server, "ledger_event");

    private static Task<long> CountAsync(TestServer server, string what) =>
        server
            .Kernel()
            .Db.SystemAsync("test", isWrite: false, tx => tx.FindAsync<long>($"select count(*) from {what}"));

    /// <summary>Who sees to it says so and is recorded; to close it waits for the ledger.</summary>
    private static async Task CheckAcknowledgedAsync(TestServer server)
    {
        var alarm = (await server.GetJsonAsync("/v1/alarms"))
            .GetProperty("alarms")
            .EnumerateArray()
            .Single(one => one.GetProperty("code").GetString() == "ledger_not_signed")
            .GetProperty("id")
            .GetGuid();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(server, $"/v1/alarms/{alarm}/close"));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(server, $"/v1/alarms/{alarm}/acknowledge"));
        Assert.Single(await server.LedgerAsync("alarm.acknowledged"));
        var state = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.FindAsync<string>("select state from alert where id = @alarm", new { alarm })
            );
        Assert.Equal("Acknowledged", state);
    }

    private static async Task<HttpStatusCode> SendAsync(TestServer server, string path)
    {
        using var answer = await server.Client.PostAsync(path, null);
        return answer.StatusCode;
    }

    /// <summary>Its severity.</summary>
    private static Task<string> AlarmAsync(TestServer server, bool isOpen) =>
        TestServer.EventuallyAsync(
            async () =>
            {
                var severity = await server
                    .Kernel()
                    .Db.SystemAsync(
                        "test",
                        isWrite: false,
                        tx =>
                            tx.FindAsync<string>(
                                "select severity from alert where code = 'ledger_not_signed' and state <> 'Closed'"
                            )
                    );
                return isOpen ? severity
                    : severity is null ? "closed"
                    : null;
            },
            isOpen ? "an alarm" : "no alarm"
        );
}
