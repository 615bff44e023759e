using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Faults;

/// <summary>
/// kill -9 while several reviewers claim, decide and undo: no claim was given twice, every acknowledged decision stands
/// and leaves once, and none that was acknowledged as undone leaves.
/// </summary>
public sealed class ReviewCrashTests : IAsyncDisposable
{
    private const int Reviewers = 3;

    private static readonly int Crashes = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG")
        is { Length: > 0 }
        ? 100
        : 4;

    private readonly TestFolder _folder = new();
    private readonly ConcurrentBag<(string Ref, long Lease, string By)> _claims = [];
    private readonly ConcurrentDictionary<string, byte> _decided = new();
    private readonly ConcurrentDictionary<string, byte> _undone = new();

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact(Timeout = 3_600_000)]
    public async Task Claims_and_decisions_outlive_kills_and_leave_once()
    {
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {Crashes} crashes");
        var random = new Random(seed);
        Directory.CreateDirectory(_folder["data"]);
        await using var database = await TestDatabase.CreateAsync(new DirectoryInfo(_folder["data"]));
        await using var hooks = await RequestSink.StartAsync();
        var (admin, keys) = await PrepareAsync(database, hooks);
        for (var crash = 0; crash < Crashes; crash++)
        {
            await using var served = await StartAsync(database, hooks);
            using var stop = new CancellationTokenSource();
            var load = keys.Select(key => ReviewAsync(served, key, random.Next(), stop.Token)).ToList();
            var enough = _decided.Count + _undone.Count + random.Next(3, 15);
            await TestServer.EventuallyAsync(
                () => Task.FromResult(_decided.Count + _undone.Count >= enough ? "so" : null),
                $"{enough} acknowledged",
                deadlineSeconds: 120
            );
            await Task.Delay(random.Next(50));
            await served.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(load);
        }
        await CheckAsync(database, hooks, admin);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{_claims.Count} claims, {_decided.Count} decisions, {_undone.Count} undone; lost or told twice: 0"
        );
    }

    private async Task<(string Admin, List<string> Keys)> PrepareAsync(
        TestDatabase database,
        RequestSink hooks
    )
    {
        await using var served = await StartAsync(database, hooks);
        using var client = served.Client();
        using var form = new FormUrlEncodedContent([new("name", "cases.undoSeconds"), new("value", "2")]);
        using var set = await client.PostAsync(new Uri("/console/settings", UriKind.Relative), form);
        await client.AddWebhookAsync($"{hooks.Url}/hook");
        var keys = new List<string>();
        for (var number = 0; number < Reviewers; number++)
        {
            var made = await client.SendAsync(
                HttpMethod.Post,
                "/v1/keys",
                new
                {
                    label = $"reviewer {number}",
                    scopes = new[] { "cases" },
                    days = 7,
                }
            );
            keys.Add(made.GetProperty("secret").GetString()!);
        }
        await served.KillAsync();
        return (served.FirstKey!, keys);
    }

    private Task<ServedProcess> StartAsync(TestDatabase database, RequestSink hooks) =>
        ServedProcess.StartAsync(
            _folder["data"],
            ["--database", database.Source, "--allow-outbound", new Uri(hooks.Url).Authority]
        );

    private async Task ReviewAsync(ServedProcess served, string key, int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        using var client = served.Client(key);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await OnceAsync(client, key, random);
            }
            catch (HttpRequestException e)
                when (e.StatusCode
                        is null
                            or HttpStatusCode.NotFound
                            or HttpStatusCode.Conflict
                            or HttpStatusCode.Unauthorized
                    || e.StatusCode >= HttpStatusCode.InternalServerError
                )
            {
                // Not acknowledged; or somebody else was first.
            }
            catch (Exception e)
                when (e is IOException or OperationCanceledException or System.Net.Sockets.SocketException)
            {
                // Killed in the middle of the answer, or between connecting and asking.
            }
        }
    }

    private async Task OnceAsync(HttpClient client, string key, Random random)
    {
        await client.SendAsync(
            HttpMethod.Post,
            "/v1/cases",
            new
            {
                surface = "comment",
                text = "What somebody said.",
                reason = "A call came.",
            }
        );
        var claim = await client.SendAsync(HttpMethod.Post, "/v1/cases/next", new { });
        var (reference, lease) = (
            claim.GetProperty("caseRef").GetString()!,
            claim.GetProperty("lease").GetInt64()
        );
        _claims.Add((reference, lease, key));
        await client.SendAsync(
            HttpMethod.Post,
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict = "confirmed",
                reason = "Seen.",
                lease,
                person = "anna",
            }
        );
        _decided[reference] = 0;
        if (random.Next(4) == 0)
        {
            // What is asked for may be done though nobody hears of it.
            _decided.TryRemove(reference, out _);
            await client.SendAsync(HttpMethod.Post, $"/v1/cases/{reference}/undo", new { person = "anna" });
            // Closed, so that nobody decides it again.
            await client.SendAsync(
                HttpMethod.Post,
                $"/v1/cases/{reference}/close",
                new
                {
                    because = "other",
                    reason = "Undone.",
                    person = "anna",
                }
            );
            _undone[reference] = 0;
        }
    }

    private async Task CheckAsync(TestDatabase database, RequestSink hooks, string admin)
    {
        await using var served = await StartAsync(database, hooks);
        using var client = served.Client(admin);
        // A claim of the same person is renewed, with the same number; another's has another.
        Assert.Empty(
            _claims
                .GroupBy(claim => (claim.Ref, claim.Lease))
                .Where(same => same.Select(claim => claim.By).Distinct().Count() > 1)
        );
        foreach (var reference in _decided.Keys)
        {
            using var answer = await client.GetAsync(
                new Uri($"/v1/cases/{reference}/file", UriKind.Relative)
            );
            var file = await TestServer.JsonOf(answer);
            Assert.Equal("decided", file.GetProperty("case").GetProperty("state").GetString());
        }
        await TestServer.EventuallyAsync(
            () =>
                Task.FromResult(
                    _decided.Keys.All(reference => ToldOf(hooks, reference).Any()) ? "all" : null
                ),
            "every decision is told",
            deadlineSeconds: 300
        );
        // A delivery may come twice, with the same words; the event itself is one.
        Assert.Empty(_decided.Keys.Where(reference => ToldOf(hooks, reference).Distinct().Count() != 1));
        var wrongly = _undone.Keys.Where(reference =>
            !_decided.ContainsKey(reference) && ToldOf(hooks, reference).Any()
        );
        Assert.Empty(wrongly);
        Assert.True(_decided.Count > Crashes && !_undone.IsEmpty, "There was hardly any load.");
        await served.KillAsync();
    }

    /// <summary>Events that say that a case is decided.</summary>
    private static IEnumerable<string> ToldOf(RequestSink hooks, string reference) =>
        from hook in hooks.Taken
        let text = Encoding.UTF8.GetString(hook.Body)
        where text.Contains(reference, StringComparison.Ordinal)
        let json = JsonDocument.Parse(text).RootElement
        where json.GetProperty("type").GetString() == "case.decided"
        select text;
}
