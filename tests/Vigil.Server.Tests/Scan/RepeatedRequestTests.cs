using Vigil.Server.Features.Scan.Pending;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Scan;

public class RepeatedRequestTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_same_request_under_a_key_has_the_first_answer_and_another_body_is_refused()
    {
        await using var server = await TestServer.StartAsync();

        var first = await server.ScanAsync(Scanning.Picture, change: Key("a"));
        var again = await server.ScanAsync(Scanning.Picture, change: Key("a"));
        var other = await server.ScanAsync(Scanning.Picture, "surface=comment", change: Key("a"));
        var bytes = await server.ScanAsync([.. Scanning.Picture, 1], change: Key("a"));
        var fresh = await server.ScanAsync(Scanning.Picture, change: Key("b"));

        Assert.Equal(first.ScanId, again.ScanId);
        Assert.Equal(first.LengthBytes, again.LengthBytes);
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, other.Code));
        Assert.Equal((422, "hold"), (bytes.Status, bytes.Text("action")));
        Assert.NotEqual(first.ScanId, fresh.ScanId);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_same_request_ten_times_at_once_has_one_answer()
    {
        await using var server = await TestServer.StartAsync();
        var asked = new { surface = "comment", hashes = new { sha256 = Scanning.Sha256 } };

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => server.ScanJsonAsync(asked, change: Key("same")))
        );

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Single(answers.Select(answer => answer.ScanId).Distinct());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_repeated_request_of_a_pending_scan_is_told_the_same_scan()
    {
        await using var server = await TestServer.StartAsync();
        using var workers = await StoppedWorkers.OfAsync(server);

        var first = await server.ScanAsync(Scanning.Picture, "surface=comment&wait=0", change: Key("a"));
        var again = await server.ScanAsync(Scanning.Picture, "surface=comment&wait=0", change: Key("a"));

        Assert.Equal((202, 202), (first.Status, again.Status));
        Assert.Equal(first.ScanId, again.ScanId);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_kept_answer_is_forgotten_after_a_day()
    {
        var clock = new JumpingTime();
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Time = clock,
            }
        );
        var asked = new { surface = "comment", hashes = new { sha256 = Scanning.Sha256 } };
        var first = await server.ScanJsonAsync(asked, change: Key("a"));

        clock.Jump(TimeSpan.FromHours(23));
        await server.Server.Get<KeepPendingScans>().ForgetAsync(TestContext.Current.CancellationToken);
        var kept = await server.ScanJsonAsync(asked, change: Key("a"));
        clock.Jump(TimeSpan.FromHours(2));
        await server.Server.Get<KeepPendingScans>().ForgetAsync(TestContext.Current.CancellationToken);
        var fresh = await server.ScanJsonAsync(asked, change: Key("a"));

        Assert.Equal(first.ScanId, kept.ScanId);
        Assert.NotEqual(first.ScanId, fresh.ScanId);
    }

    private static Action<HttpRequestMessage> Key(string key) =>
        request => request.Headers.Add("Idempotency-Key", key);
}
