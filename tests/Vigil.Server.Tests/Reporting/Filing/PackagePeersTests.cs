using Vigil.Server.Features.Reporting.Filing.Journal;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>Two servers with a journal each that give packages out, on one database that is put back.</summary>
public sealed class PackagePeersTests
{
    [Theory(Timeout = 120_000)]
    [InlineData("fs")]
    [InlineData("sf")]
    public async Task What_two_servers_gave_out_after_the_backup_neither_gives_again(string order)
    {
        await using var world = await BeginAsync();
        var (one, two) = (world.Reports[0], world.Reports[1]);
        var (first, second) = await StartAsync(world);
        Assert.True(await first.NoteAsync(one, PackageStep.Given));
        Assert.True(await second.NoteAsync(two, PackageStep.Given));
        await PutBackAsync(world, first, second);
        foreach (var who in order)
        {
            var server = who == 'f' ? first : second;
            await server.StartAsync();
            await world.LookAsync(times: 30);
            Assert.False(await server.NoteAsync(one, PackageStep.Given));
            Assert.False(await server.NoteAsync(two, PackageStep.Given));
        }
        Assert.Equal(world.Reports, world.Given);
        // Each is named by the journal of who gave it.
        foreach (var id in world.Reports)
        {
            var row = await world.WriteAsync(tx => FenceRow.LockAsync(tx, id));
            Assert.Equal((FenceRow.Ahead, 1L), (row!.Why, row.KnownCall));
        }
    }

    /// <summary>Built at one, handed over at the other, as whoever shares calls among servers does.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData("fs", false)]
    [InlineData("sf", false)]
    [InlineData("fs", true)]
    [InlineData("sf", true)]
    public async Task What_one_gave_out_and_another_handed_over_is_decided_once(string order, bool isGone)
    {
        await using var world = await BeginAsync();
        var id = world.Reports[0];
        var (first, second) = await StartAsync(world);
        Assert.True(await first.NoteAsync(id, PackageStep.Given));
        Assert.True(await second.NoteAsync(id, PackageStep.HandedOver));
        await PutBackAsync(world, first, second);
        if (isGone)
        {
            await world.ForgetAsync(id);
        }
        await RestartAsync(world, order, first, second);
        var row = await world.WriteAsync(tx => FenceRow.LockAsync(tx, id));
        Assert.Equal((FenceRow.Ahead, 2L), (row!.Why, row.KnownCall));

        await world.DecideAsync(FenceDecision.IsFiled);
        await RestartAsync(world, order, first, second);
        Assert.Equal(0, await world.FencedAsync());
        await RestartAsync(world, new string([.. order.Reverse()]), first, second);
        Assert.Equal(0, await world.FencedAsync());
        Assert.True(await second.NoteAsync(world.Reports[1], PackageStep.Given));
    }

    private static async Task<JournalWorld> BeginAsync()
    {
        var world = await JournalWorld.CreateAsync(reports: 2);
        await world.ResetAsync();
        return world;
    }

    private static async Task<(JournalServer First, JournalServer Second)> StartAsync(JournalWorld world)
    {
        var (first, second) = (world.Add("first", false), world.Add("second", false));
        await first.StartAsync();
        await second.StartAsync();
        await world.LookAsync();
        await world.BackUpAsync();
        return (first, second);
    }

    private static Task PutBackAsync(JournalWorld world, params JournalServer[] servers)
    {
        foreach (var server in servers)
        {
            server.Kill();
        }
        return world.PutBackAsync();
    }

    private static async Task RestartAsync(
        JournalWorld world,
        string order,
        JournalServer first,
        JournalServer second
    )
    {
        first.Kill();
        second.Kill();
        foreach (var who in order)
        {
            await (who == 'f' ? first : second).StartAsync();
            await world.LookAsync(times: 5);
        }
    }
}
