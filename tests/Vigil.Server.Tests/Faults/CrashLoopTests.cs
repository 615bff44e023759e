using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vigil.Evidence;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Faults;

/// <summary>
/// kill -9 at a random moment under load, again and again: everything that was acknowledged is there after the
/// restart, and every webhook of it arrives.
/// </summary>
public sealed class CrashLoopTests : IAsyncDisposable
{
    private const string List = "crash-loop";
    private const int Workers = 4;

    private static readonly int Crashes = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG")
        is { Length: > 0 }
        ? 100
        : 20;

    private readonly TestFolder _folder = new();
    private readonly ConcurrentBag<string> _cases = [];
    private readonly ConcurrentBag<(string Id, string Sha256)> _entries = [];
    private readonly ConcurrentQueue<string> _unexpected = new();

    /// <summary>Listed before the first crash.</summary>
    private readonly string _known = Fresh();

    private int Acknowledged => _cases.Count + _entries.Count;

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact(Timeout = 3_600_000)]
    public async Task Nothing_that_was_acknowledged_is_lost()
    {
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {Crashes} crashes");
        var random = new Random(seed);
        Directory.CreateDirectory(_folder["data"]);
        await using var database = await TestDatabase.CreateAsync(new DirectoryInfo(_folder["data"]));
        await using var hooks = await RequestSink.StartAsync();
        var key = await PrepareAsync(database, hooks);
        for (var crash = 0; crash < Crashes; crash++)
        {
            var (cases, entries) = (_cases.ToHashSet(), _entries.ToHashSet());
            await using var served = await StartAsync(database, hooks);
            using var client = served.Client(key);
            using var stop = new CancellationTokenSource();
            var load = Enumerable
                .Range(0, Workers)
                .Select(worker => LoadAsync(client, random.Next(), worker, stop.Token))
                .ToList();
            // By what was done, not by time: a slow machine must be under load too.
            var enough = Acknowledged + random.Next(1, 60);
            await TestServer.EventuallyAsync(
                () => Task.FromResult(Acknowledged >= enough ? "so" : null),
                $"{enough} acknowledged",
                deadlineSeconds: 60
            );
            await Task.Delay(random.Next(50));
            await served.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(load);
            await CheckAsync(database, hooks, key, _cases.Except(cases), _entries.Except(entries));
        }
        await CheckAsync(database, hooks, key, _cases, _entries, allHooks: true);
        await AssertLedgerAsync(database, hooks, key);
        Assert.Empty(_unexpected);
        Assert.True(_cases.Count > Crashes && _entries.Count > Crashes, "There was hardly any load.");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{_cases.Count} cases, {_entries.Count} entries acknowledged; lost 0"
        );
    }

    private async Task<string> PrepareAsync(TestDatabase database, RequestSink hooks)
    {
        await using (var probe = await ServedProcess.StartAsync(_folder["data-of-probe"]))
        {
            using var asking = probe.Client();
            Assert.SkipUnless(
                await Ask.HasAsync(asking, "/v1/scan")
                    && await Ask.HasAsync(asking, "/v1/lists")
                    && await Ask.HasAsync(asking, "/v1/flags")
                    && await Ask.HasAsync(asking, "/v1/webhooks"),
                "Scans, lists, flags or webhooks are not in this build."
            );
        }
        await using var served = await StartAsync(database, hooks);
        using var client = served.Client();
        await client.CreateListAsync(List);
        await client.AddWebhookAsync($"{hooks.Url}/hook");
        _entries.Add((await client.AddEntryAsync(List, _known), _known));
        await served.KillAsync();
        return served.FirstKey!;
    }

    private Task<ServedProcess> StartAsync(TestDatabase database, RequestSink hooks) =>
        ServedProcess.StartAsync(
            _folder["data"],
            ["--database", database.Source, "--allow-outbound", new Uri(hooks.Url).Authority]
        );

    private async Task LoadAsync(HttpClient client, int seed, int worker, CancellationToken stop)
    {
        var random = new Random(seed);
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var fresh = string.Create(CultureInfo.InvariantCulture, $"{seed:x}-{worker}-{i}");
            try
            {
                switch (random.Next(3))
                {
                    case 0:
                        var sha256 = Fresh();
                        _entries.Add((await client.AddEntryAsync(List, sha256), sha256));
                        break;
                    case 1:
                        _cases.Add(await client.FlagAsync(fresh));
                        break;
                    default:
                        await ScanAsync(client, fresh);
                        break;
                }
            }
            catch (HttpRequestException e)
                when (e.StatusCode is null or >= System.Net.HttpStatusCode.InternalServerError)
            {
                // Not acknowledged: it may be there or not. 503 while it starts and ends.
            }
            catch (Exception e)
                when (e is IOException or OperationCanceledException or System.Net.Sockets.SocketException)
            {
                // Killed in the middle of the answer, or between connecting and asking.
            }
        }
    }

    private async Task ScanAsync(HttpClient client, string account)
    {
        var answer = await client.ScanAsync(_known, account);
        var decision = answer.GetProperty("decision").GetString();
        if (decision is "block" or "review")
        {
            _cases.Add(answer.GetProperty("caseRef").GetString()!);
        }
        else if (decision is not "not_scanned")
        {
            // Listed before the first crash: "none" would be a miss.
            _unexpected.Enqueue($"A listed fingerprint was answered with {decision}");
        }
    }

    private async Task CheckAsync(
        TestDatabase database,
        RequestSink hooks,
        string key,
        IEnumerable<string> cases,
        IEnumerable<(string Id, string Sha256)> entries,
        bool allHooks = false
    )
    {
        await using var served = await StartAsync(database, hooks);
        using var client = served.Client(key);
        var lost = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(
            cases,
            new ParallelOptions { MaxDegreeOfParallelism = Workers },
            async (reference, _) =>
            {
                if (!await client.IsThereAsync($"/v1/cases/{reference}"))
                {
                    lost.Enqueue($"case {reference}");
                }
            }
        );
        await Parallel.ForEachAsync(
            entries,
            new ParallelOptions { MaxDegreeOfParallelism = Workers },
            async (entry, _) =>
            {
                if (!await client.IsThereAsync($"/v1/lists/{List}/entries/{entry.Id}"))
                {
                    lost.Enqueue($"entry {entry.Id}");
                }
            }
        );
        Assert.Empty(lost);
        if (allHooks)
        {
            await AllHooksAsync(hooks);
        }
        await served.KillAsync();
    }

    /// <summary>Each row is in the signed ledger once, in its place, whatever was killed.</summary>
    private async Task AssertLedgerAsync(TestDatabase database, RequestSink hooks, string key)
    {
        await using (var served = await StartAsync(database, hooks))
        {
            using var client = served.Client(key);
            await TestServer.EventuallyAsync(
                async () =>
                    (await client.GetStringAsync("/v1/ledger?limit=1")).Contains(
                        "\"isSigned\":true",
                        StringComparison.Ordinal
                    )
                        ? "so"
                        : null,
                "the newest act is signed"
            );
            await served.KillAsync();
        }
        using var audit = new LedgerAudit(DbOptions.Parse(database.Source));
        var verifier = VerifierKey.Parse((await audit.VerifierAsync())!);
        var folder = new LedgerFolder(Path.Combine(_folder["data"], "ledger"), verifier);
        Assert.Empty(folder.Verify().Findings);
        var report = await audit.RunAsync(folder, folder.ReadCheckpoint());
        Assert.Empty(report.Findings);
        Assert.Equal(0, report.Waiting);
        Assert.InRange(folder.ReadCheckpoint().Size, _entries.Count, long.MaxValue);
    }

    private Task<string> AllHooksAsync(RequestSink hooks) =>
        TestServer.EventuallyAsync(
            () =>
            {
                var told = string.Concat(hooks.Taken.Select(hook => Encoding.UTF8.GetString(hook.Body)));
                return Task.FromResult(
                    _cases.All(reference => told.Contains(reference, StringComparison.Ordinal)) ? "all" : null
                );
            },
            "a webhook of every case",
            deadlineSeconds: 300
        );

    private static string Fresh() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}
