using System.Security.Cryptography;
using System.Text;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Scan;

public class HitTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_hit_sent_five_times_at_once_under_one_key_is_one_decision_and_looks_like_a_miss_by_its_length()
    {
        await using var server = await ListedAsync();
        var bytes = Encoding.UTF8.GetBytes("one");

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(_ =>
                    server.ScanAsync(
                        bytes,
                        type: "application/octet-stream",
                        change: request => request.Headers.Add("Idempotency-Key", "same")
                    )
                )
        );
        var miss = await server.ScanAsync("nothing"u8.ToArray(), type: "application/octet-stream");

        Assert.All(answers, answer => Assert.Equal((200, "block"), (answer.Status, answer.Decision)));
        Assert.All(answers, answer => Assert.NotNull(answer.Text("caseRef")));
        Assert.Single(answers.Select(answer => answer.ScanId).Distinct());
        Assert.Equal(1, await CountAsync(server, answers[0].ScanId));
        Assert.Equal(miss.LengthBytes, answers[0].LengthBytes);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_pending_scan_that_hits_is_told_its_case()
    {
        await using var server = await ListedAsync();
        using var workers = await StoppedWorkers.OfAsync(server);
        var known = KnownPicture;

        var pending = await server.ScanAsync(known, "surface=comment&wait=0");
        workers.Continue();
        var done = await TestServer.EventuallyAsync(
            async () =>
                await server.FindAsync(pending.ScanId) is { Decision: not "pending" } answer ? answer : null,
            "the scan is answered"
        );

        Assert.Equal((202, "block"), (pending.Status, done.Decision));
        Assert.NotNull(done.Text("caseRef"));
        Assert.Equal(1, await CountAsync(server, pending.ScanId));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_file_that_kills_its_worker_is_still_found_by_its_digests()
    {
        await using var server = await ListedAsync();
        using var workers = await StoppedWorkers.OfAsync(server);

        var scan = server.ScanAsync(KnownPicture);
        await workers.JobsAsync(1);
        workers.Kill();

        Assert.Equal("block", (await scan).Decision);
    }

    /// <summary>Another file than <see cref="Scanning.Picture"/>, which is on no list.</summary>
    private static byte[] KnownPicture => [.. Scanning.Picture, 0];

    private static async Task<TestServer> ListedAsync()
    {
        var server = await TestServer.StartAsync();
        server.AnswerCases();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        await server.EntryAsync(list, new SignalValue { Sha256 = SHA256.HashData(KnownPicture) });
        await server.EntryAsync(list, Made.File("one"));
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.Block);
        return server;
    }

    private static Task<long> CountAsync(TestServer server, Guid scanId) =>
        server.Server.CountAsync(
            $"select count(*) from outbox_event where tenant = @tenant and type = 'decision.made' and subject = '{scanId}'"
        );
}
