using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Lists;

public class GenerationTests
{
    /// <summary>
    /// Eight writers change lists at once while one follows, always asking for what came after the last
    /// generation it saw. In the end it must have seen the same as one who reads everything.
    /// </summary>
    [Fact(Timeout = 180_000)]
    public async Task Who_follows_the_generations_misses_nothing_while_eight_write()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 4; i++)
        {
            await server.CreateListAsync($"list-{i}");
        }
        using var done = new CancellationTokenSource();
        var following = FollowAsync(server, done.Token);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => WriteAsync(server, writer)));
        await done.CancelAsync();
        var seen = await following;

        var all = (await server.ScanEntriesAsync()).ToDictionary(
            row => row.Row.EntryId,
            row => row.Row.State
        );
        Assert.Equal(8 * 10 * 5, all.Count);
        Assert.Equal(8 * 10, all.Values.Count(state => state == "Quarantined"));
        Assert.Equal(all.OrderBy(one => one.Key), seen.OrderBy(one => one.Key));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_change_is_announced_after_its_commit_and_never_when_it_failed()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("told");
        var changes = server.Server.Services.GetRequiredService<ListChanges>();

        var waiting = changes.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        await server.PatchAsync(
            "/v1/lists/told",
            new { mode = "sideways", reason = "x" },
            System.Net.HttpStatusCode.BadRequest
        );
        var toldTooEarly = waiting.IsCompleted;
        await server.PatchAsync("/v1/lists/told", new { mode = "review", reason = "x" });
        await waiting;

        Assert.False(toldTooEarly);
        var row = await server.ReadAsync(tx =>
            tx.FindAsync<string>("select mode from scan_list where tenant = @tenant and name = 'told'")
        );
        Assert.Equal("Review", row);
    }

    private static async Task<Dictionary<Guid, string>> FollowAsync(TestServer server, CancellationToken done)
    {
        var seen = new Dictionary<Guid, string>();
        var last = 0L;
        while (true)
        {
            var isLast = done.IsCancellationRequested;
            foreach (var (row, _) in await server.ScanEntriesAsync(last))
            {
                seen[row.EntryId] = row.State;
                last = Math.Max(last, row.Generation);
            }
            if (isLast)
            {
                return seen;
            }
        }
    }

    private static async Task WriteAsync(TestServer server, int writer)
    {
        for (var turn = 0; turn < 10; turn++)
        {
            var list = $"list-{(writer + turn) % 4}";
            var added = await server.PostAsync(
                $"/v1/lists/{list}/entries",
                new
                {
                    entries = Enumerable
                        .Range(0, 5)
                        .Select(i => new { md5 = ListsHere.Md5($"{writer} {turn} {i}") }),
                }
            );
            var id = added.GetProperty("entries")[0].Text("entryId");
            await server.PostAsync($"/v1/lists/{list}/entries/{id}/quarantine", new { reason = "test" });
        }
    }
}
