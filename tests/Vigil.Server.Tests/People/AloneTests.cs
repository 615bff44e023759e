using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

/// <summary>Since when a team of one is one for something: one admin sends the others away alone.</summary>
public class AloneTests
{
    [Fact(Timeout = 120_000)]
    public async Task Who_is_the_only_one_counts_as_alone_from_when_the_last_other_one_lost_it()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        await SoloTests.PersonAsync(server, Role.Admin);
        var viewer = await SoloTests.PersonAsync(server, Role.SeniorReviewer);
        var (other, watch) = (
            await SoloTests.PersonAsync(server, Role.SeniorReviewer),
            await SoloTests.PersonAsync(server, Role.OnCall)
        );
        Assert.Null(await SinceAsync());
        await SoloReleaseTests.DeclareAsync(server);
        var declared = time.GetUtcNow();
        Assert.Null(await SinceAsync());

        await LaterAsync(() => SetRolesAsync(other, Role.OnCall));
        // What somebody else loses, or who had lost it before, is nothing to it.
        await KeptAsync(() => SetRolesAsync(watch, Role.Auditor));
        await KeptAsync(() => server.DisableAsync(other.Pseudonym));
        await KeptAsync(() => server.DisableAsync(other.Pseudonym));
        await EnableAsync(other);

        // For a while: it ends by itself, or by hand.
        await StandInAsync();
        Assert.Null(await SinceAsync());
        time.Advance(TimeSpan.FromHours(3));
        Near(time.GetUtcNow().AddHours(-1), await SinceAsync());
        var second = await StandInAsync();
        await LaterAsync(() => server.AdminAsync(tx => StandIns.EndAsync(tx, second)));
        await StandInAsync();
        await LaterAsync(() => server.DisableAsync(other.Pseudonym));
        Assert.True(await SinceAsync() > declared);

        async Task LaterAsync(Func<Task> act)
        {
            time.Advance(TimeSpan.FromHours(1));
            await act();
            Near(time.GetUtcNow(), await SinceAsync());
            time.Advance(TimeSpan.FromDays(2));
        }
        async Task KeptAsync(Func<Task> act)
        {
            var before = await SinceAsync();
            await act();
            Assert.Equal(before, await SinceAsync());
            time.Advance(TimeSpan.FromHours(1));
        }
        Task<DateTimeOffset?> SinceAsync() =>
            server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    tx => WhoMay.AloneSinceAsync(tx, Permission.AppealDecide, $"person:{viewer.Pseudonym}"),
                    TenantId.Default
                );
        Task SetRolesAsync(Person person, Role role) =>
            server.AdminAsync(async tx =>
            {
                Assert.Null(await Vigil.Trust.People.SetRolesAsync(tx, person.Id, [role]));
                return true;
            });
        Task EnableAsync(Person person) =>
            server.AdminAsync(async tx =>
            {
                await Vigil.Trust.People.SetStateAsync(tx, person.Id, PersonState.Active);
                return true;
            });
        Task<Guid> StandInAsync() =>
            server.AdminAsync(tx =>
                StandIns.GiveAsync(
                    tx,
                    other.Id,
                    viewer.Id,
                    Role.SeniorReviewer,
                    tx.Now,
                    tx.Now.AddHours(2),
                    "Away."
                )
            );
    }

    /// <summary>The machine's own time goes on beside the time that is set.</summary>
    private static void Near(DateTimeOffset expected, DateTimeOffset? since) =>
        Assert.InRange((expected - since!.Value).TotalMinutes, -2, 2);
}
