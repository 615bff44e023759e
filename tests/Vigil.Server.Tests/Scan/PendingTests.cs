using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Pending;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Scan;

public class PendingTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_scan_that_takes_long_is_pending_then_answered_and_told_of()
    {
        await using var server = await TestServer.StartAsync();
        using var workers = await StoppedWorkers.OfAsync(server);

        var pending = await server.ScanAsync(Scanning.Picture, "surface=comment&wait=1");
        var meanwhile = await server.FindAsync(pending.ScanId);
        workers.Continue();
        var done = await TestServer.EventuallyAsync(
            async () =>
                await server.FindAsync(pending.ScanId) is { Decision: not "pending" } answer ? answer : null,
            "the scan is answered"
        );

        Assert.Equal((202, "pending"), (pending.Status, pending.Decision));
        Assert.Equal($"/v1/scan/{pending.ScanId}", pending.Response.Headers.Location!.OriginalString);
        Assert.Equal((200, "pending"), (meanwhile.Status, meanwhile.Decision));
        Assert.Equal(("none", pending.ScanId), (done.Decision, done.ScanId));
        Assert.Equal(pending.LengthBytes, done.LengthBytes);
        Assert.Equal(1, await CompletedAsync(server.Server));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_caller_that_does_not_wait_is_answered_at_once()
    {
        await using var server = await TestServer.StartAsync();
        using var workers = await StoppedWorkers.OfAsync(server);

        var preferred = await server.ScanAsync(
            Scanning.Picture,
            change: request => request.Headers.Add("Prefer", "respond-async")
        );
        var zero = await server.ScanAsync(Scanning.Picture, "surface=comment&wait=0");

        Assert.Equal((202, 202), (preferred.Status, zero.Status));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_pending_scan_whose_server_ended_is_closed_as_interrupted_and_told_of()
    {
        ServerOptions? options = null;
        await using var server = await TestServer.StartAsync(change: defaults =>
            options = defaults with { Scan = defaults.Scan with { PendingLease = TimeSpan.FromSeconds(2) } }
        );
        using var workers = await StoppedWorkers.OfAsync(server);
        var pending = await server.ScanAsync(Scanning.Picture, "surface=comment&wait=0&onFailure=open");

        await server.Server.DisposeAsync();
        await using var again = await VigilServer.StartAsync(options!, TestContext.Current.CancellationToken);
        using var client = server.ClientWith(server.FirstKey);
        client.BaseAddress = null;
        var path = new Uri($"{again.Addresses[0]}/v1/scan/{pending.ScanId}");
        var answer = await TestServer.EventuallyAsync(
            async () =>
                await Scanning.AnsweredAsync(await client.GetAsync(path)) is { Decision: not "pending" } found
                    ? found
                    : null,
            "the scan is closed"
        );

        Assert.Equal(
            ("not_scanned", "interrupted", "allow"),
            (answer.Decision, answer.Code, answer.Text("action"))
        );
        Assert.Equal(1, await CompletedAsync(again));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_pending_scan_of_a_process_that_was_killed_is_closed_as_interrupted()
    {
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Scan = options.Scan with { PendingLease = TimeSpan.FromSeconds(2) },
            }
        );
        var options = server.Server.Get<ServerOptions>();
        var subject = new ScanSubject { ScanId = Guid.NewGuid(), Surface = Surface.Comment };
        var actor = Actor.Machine(TenantId.Default, "test", Permission.ScanSubmit);

        // Another process's: it acknowledged the scan and is no more.
        await server
            .Server.Get<Db>()
            .WriteAsync(
                actor,
                Permission.ScanSubmit,
                async tx =>
                {
                    await new PendingScans(options).AddAsync(tx, subject);
                    return true;
                }
            );
        var answer = await TestServer.EventuallyAsync(
            async () =>
                await server.FindAsync(subject.ScanId) is { Decision: not "pending" } found ? found : null,
            "the scan is closed"
        );

        Assert.Equal(
            ("not_scanned", "interrupted", "allow"),
            (answer.Decision, answer.Code, answer.Text("action"))
        );
        Assert.Equal(1, await CompletedAsync(server.Server));
    }

    [Fact(Timeout = 120_000)]
    public async Task Scans_beyond_the_limit_of_pending_ones_are_refused_before_they_are_read()
    {
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Scan = options.Scan with { MaxPending = 1 },
            }
        );
        using var workers = await StoppedWorkers.OfAsync(server);

        var first = await server.ScanAsync(Scanning.Picture, "surface=comment&wait=0");
        var second = await server.ScanAsync(Scanning.Picture, "surface=comment&wait=0&onFailure=open");

        Assert.Equal(202, first.Status);
        Assert.Equal((429, "too_many_pending"), (second.Status, second.Code));
        Assert.Equal(("open", "allow"), (second.Text("onFailure"), second.Text("action")));
        Assert.NotNull(second.Response.Headers.RetryAfter);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_clock_that_jumps_ends_no_scan_and_old_answers_are_forgotten()
    {
        var clock = new JumpingTime();
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Time = clock,
                Scan = options.Scan with { PendingLease = TimeSpan.FromSeconds(1) },
            }
        );
        using var workers = await StoppedWorkers.OfAsync(server);
        var pending = await server.ScanAsync(Scanning.Picture, "surface=comment&wait=0");

        clock.Jump(TimeSpan.FromHours(5));
        await Task.Delay(1500, TestContext.Current.CancellationToken); // Several rounds of the keeper.
        var meanwhile = await server.FindAsync(pending.ScanId);
        clock.Jump(TimeSpan.FromHours(-10));
        workers.Continue();
        var done = await TestServer.EventuallyAsync(
            async () =>
                await server.FindAsync(pending.ScanId) is { Decision: not "pending" } answer ? answer : null,
            "the scan is answered"
        );
        clock.Jump(TimeSpan.FromDays(2));
        await server.Server.Get<KeepPendingScans>().ForgetAsync(TestContext.Current.CancellationToken);

        Assert.Equal("pending", meanwhile.Decision);
        Assert.Equal("none", done.Decision);
        Assert.Equal(404, (await server.FindAsync(pending.ScanId)).Status);
        Assert.Equal(
            0,
            await server.Server.CountAsync("select count(*) from scan_pending where tenant = @tenant")
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_scan_nobody_was_told_of_is_not_found()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(404, (await server.FindAsync(Guid.NewGuid())).Status);
    }

    private static Task<long> CompletedAsync(VigilServer server) =>
        server.CountAsync(
            "select count(*) from outbox_event where tenant = @tenant and type = 'scan.completed'"
        );
}

/// <summary>A wall clock that is set while the server runs; time that passes, passes as ever.</summary>
internal sealed class JumpingTime : TimeProvider
{
    private TimeSpan _offset;

    public void Jump(TimeSpan by) => _offset += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _offset;
}
