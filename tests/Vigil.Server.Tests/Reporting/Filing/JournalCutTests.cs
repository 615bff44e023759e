using System.Diagnostics;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>A journal whose end is cut off is noticed, and nothing is filed twice because of it.</summary>
public sealed class JournalCutTests
{
    /// <summary>Look, announce, write: the call that was announced is not made.</summary>
    private const int Announced = 3;

    [Fact(Timeout = 600_000)]
    public async Task At_each_byte_of_the_last_two_lines_it_is_noticed_and_nothing_is_filed_twice()
    {
        await using var world = await JournalWorld.CreateAsync(reports: 3);
        await world.ResetAsync();
        var server = world.Add("one", isNaive: false);
        await server.StartAsync();
        await StepsAsync(server, world.Reports[0], JournalServer.Steps);
        var before = 0L;
        await StepsAsync(server, world.Reports[1], JournalServer.Steps, last: () => before = Length(server));
        // What was written is noted by the next look.
        await world.LookAsync(times: 1);
        var filed = Length(server);
        await StepsAsync(server, world.Reports[2], Announced);
        server.Kill();
        var whole = Bytes(server);
        await world.BackUpAsync();
        Assert.Equal(2, world.Finished.Count);

        for (var length = whole.Length; length >= before; length--)
        {
            await world.PutBackAsync();
            Write(server, whole.AsSpan(0, length));
            await server.StartAsync();
            var isMissing = length < filed;
            var isTorn = length != whole.Length && length != filed;
            Assert.Equal((length, isMissing), (length, await world.FencedAsync() > 0));
            Assert.Equal((length, isMissing || isTorn), (length, await IsToldAsync(world)));
            await server.FileAllAsync();
            Assert.Equal((length, isMissing ? 2 : 3), (length, world.Finished.Count));
            Assert.Equal(0, world.FiledTwice);
            world.Finished.Remove(world.Finished.FirstOrDefault(one => one.Value == world.Reports[2]).Key);
            server.Kill();
        }
    }

    [Fact(Timeout = 600_000)]
    public async Task With_a_database_that_is_put_back_besides_the_other_servers_know()
    {
        await using var world = await JournalWorld.CreateAsync(reports: 2);
        await world.ResetAsync();
        var (one, two) = (world.Add("one", isNaive: false), world.Add("two", isNaive: false));
        await one.StartAsync();
        await two.StartAsync();
        await world.LookAsync();
        await StepsAsync(one, world.Reports[0], JournalServer.Steps, world);
        await world.LookAsync();
        await world.BackUpAsync();
        var before = Length(one);
        await StepsAsync(one, world.Reports[1], JournalServer.Steps, world);
        one.Kill();
        two.Kill();
        var (whole, others) = (Bytes(one), Bytes(two));
        Assert.Equal(2, world.Finished.Count);
        for (var length = whole.Length; length >= before; length -= 29)
        {
            one.Kill();
            two.Kill();
            await world.PutBackAsync();
            Write(one, whole.AsSpan(0, length));
            Write(two, others);
            await one.StartAsync();
            await two.StartAsync();
            await world.LookAsync();
            Assert.NotEqual(0, await world.FencedAsync());
            await one.FileAllAsync();
            await two.FileAllAsync();
            Assert.Equal((length, 0), (length, world.FiledTwice));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_finds_its_last_line_torn_says_so_and_goes_on()
    {
        await using var filing = await FilingServer.StartAsync();
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        await filing.Server.RestartAsync(_ =>
        {
            // As a power loss leaves it: something of a line that was being written.
            using var file = File.Open(PathOf(filing.Server.DataFolder), FileMode.Append);
            file.Write(new byte[5]);
            return Task.CompletedTask;
        });
        await filing.UntilAlarmAsync(JournalCut.Alarm);
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        Assert.Equal(2, filing.Finished);
        await filing.Server.RestartAsync();
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        Assert.DoesNotContain(JournalCut.Alarm, await filing.AlarmsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task Cut_while_a_server_has_it_open_it_stops_filing_until_people_decided()
    {
        await using var filing = await FilingServer.StartAsync();
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        // The server holds a lock that this platform's own files respect; others do not.
        using (var cut = Process.Start("truncate", ["-s", "-1", PathOf(filing.Server.DataFolder)]))
        {
            await cut.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, cut.ExitCode);
        }
        await filing.UntilAlarmAsync(JournalCut.Alarm);
        await filing.UntilAlarmAsync(Fence.Alarm);
        var waits = await filing.ApproveAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Equal(1, filing.Finished);
        await filing.Server.RestartAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Equal((1, ReportState.Approved), (filing.Finished, (await filing.ReportAsync(waits)).State));
        Assert.Contains(Fence.Alarm, await filing.AlarmsAsync());
        Assert.Contains(JournalCut.Alarm, await filing.AlarmsAsync());
    }

    private static async Task StepsAsync(
        JournalServer server,
        Guid id,
        int steps,
        JournalWorld? world = null,
        Action? last = null
    )
    {
        _ = server.Filing(id, out var next);
        for (var i = 0; i < steps; i++)
        {
            if (i == steps - 1)
            {
                last?.Invoke();
            }
            Assert.True(await next(), $"step {i}");
        }
        await (world?.LookAsync(times: 1) ?? Task.CompletedTask);
    }

    private static Task<bool> IsToldAsync(JournalWorld world) =>
        world.WriteAsync(async tx =>
            await tx.FindAsync<long>(
                "select count(*) from alert where tenant = @tenant and code = @code and state <> 'Closed'",
                new { code = JournalCut.Alarm }
            ) > 0
        );

    private static long Length(JournalServer server) => new FileInfo(PathOf(server.Folder)).Length;

    private static byte[] Bytes(JournalServer server) => File.ReadAllBytes(PathOf(server.Folder));

    private static void Write(JournalServer server, ReadOnlySpan<byte> bytes) =>
        File.WriteAllBytes(PathOf(server.Folder), bytes);

    private static string PathOf(string folder) =>
        Directory
            .GetFiles(folder, $"{TenantId.Default.Value}.log", SearchOption.AllDirectories)
            .Single(path => path.Contains("filing", StringComparison.Ordinal));
}
