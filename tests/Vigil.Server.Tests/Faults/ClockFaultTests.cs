using System.Net;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Faults;

public class ClockFaultTests
{
    [Theory(Timeout = 120_000)]
    [InlineData(366)]
    [InlineData(-366)]
    public async Task A_clock_that_jumps_by_a_year_and_back_neither_stops_the_server_nor_loses_a_row(int days)
    {
        var clock = new JumpingClock();
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Time = clock,
            }
        );
        using var anyone = server.ClientWith(null);
        await Ask.UntilReadyIsAsync(anyone, HttpStatusCode.OK);
        await Ask.WriteAsync(server.Server, "before", "1");

        clock.Offset = TimeSpan.FromDays(days);

        // Three seconds of its own clock: a probe that went by the wall clock would be stale at once.
        for (var end = Environment.TickCount64 + 3000; Environment.TickCount64 < end; )
        {
            Assert.Equal(HttpStatusCode.OK, (await anyone.GetAsync("/health/ready")).StatusCode);
            await Task.Delay(100);
        }
        await Ask.WriteAsync(server.Server, "during", "1");
        clock.Offset = TimeSpan.Zero;
        await Ask.WriteAsync(server.Server, "after", "1");

        foreach (var name in new[] { "before", "during", "after" })
        {
            Assert.Equal("1", await Ask.ReadAsync(server.Server, name));
        }
        Assert.Equal(HttpStatusCode.OK, (await anyone.GetAsync("/health/ready")).StatusCode);
        // A key that seemed expired for a while holds again; one never holds longer than it may.
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/v1/lists")).StatusCode);
    }

    private sealed class JumpingClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
