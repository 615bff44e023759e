using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Journal;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>
/// Two servers with a journal each on one database that is put back: whoever starts first, nothing is filed a second
/// time. The whole table of points, and the control that knows of no other server.
/// </summary>
public sealed class PeersTests(ITestOutputHelper output)
{
    private enum Other
    {
        Runs,
        Paused,
        Ended,
    }

    private enum Lost
    {
        None,
        OfFiler,
        OfOther,
    }

    /// <param name="Other">What the server that files nothing does meanwhile.</param>
    /// <param name="Backup">Before this step of the filing.</param>
    /// <param name="End">Before this step it is all over; the database is put back.</param>
    /// <param name="FilerLives">Put back under a server that runs.</param>
    /// <param name="Lost">Journals that are gone.</param>
    /// <param name="Order">Who starts after it: f, o, or n for a new server.</param>
    private sealed record Case(Other Other, int Backup, int End, bool FilerLives, Lost Lost, string Order);

    private static readonly string[] Orders = ["o", "f", "of", "fo", "n", "no"];

    private static IEnumerable<Case> Cases() =>
        from other in Enum.GetValues<Other>()
        from backup in Enumerable.Range(0, JournalServer.Steps + 1)
        from end in Enumerable.Range(backup, JournalServer.Steps + 1 - backup)
        from lives in new[] { false, true }
        from lost in Enum.GetValues<Lost>()
        from order in Orders
        where lost == Lost.None || (end == JournalServer.Steps && !lives)
        select new Case(other, backup, end, lives, lost, order);

    [Fact(Timeout = 1_200_000)]
    public async Task Wherever_the_backup_and_the_end_lie_and_whoever_starts_first_nothing_is_filed_twice()
    {
        await using var world = await JournalWorld.CreateAsync(reports: 2);
        var (runs, fenced) = (0, 0);
        foreach (var one in Cases())
        {
            await RunAsync(world, one, isNaive: false);
            Assert.True(world.FiledTwice == 0, $"{one}");
            fenced += await world.FencedAsync() > 0 ? 1 : 0;
            runs++;
        }
        Assert.True(runs > 1000, $"only {runs}");
        output.WriteLine($"runs={runs} stopped_for_people={fenced} filed_twice=0");
    }

    [Fact(Timeout = 600_000)]
    public async Task A_server_that_knows_of_no_other_files_twice()
    {
        await using var world = await JournalWorld.CreateAsync(reports: 2);
        var (runs, twice) = (0, 0);
        foreach (
            var one in Cases().Where(one => one is { Other: Other.Runs, Lost: Lost.None, Order: "o" or "of" })
        )
        {
            await RunAsync(world, one, isNaive: true);
            twice += world.FiledTwice > 0 ? 1 : 0;
            runs++;
        }
        Assert.True(twice > 0);
        output.WriteLine($"control: runs={runs} filed_twice={twice}");
    }

    [Theory(Timeout = 120_000)]
    [InlineData("of")]
    [InlineData("fo")]
    public async Task A_database_put_back_before_the_last_ten_filings_of_two_servers_files_none_twice(
        string order
    )
    {
        await using var world = await JournalWorld.CreateAsync(reports: 10);
        await world.ResetAsync();
        var (filer, other) = (world.Add("filer", false), world.Add("other", false));
        await filer.StartAsync();
        await other.StartAsync();
        await world.LookAsync();
        await world.BackUpAsync();
        await filer.FileAllAsync();
        Assert.Equal(10, world.Finished.Count);
        filer.Kill();
        other.Kill();
        await world.PutBackAsync();
        foreach (var who in order)
        {
            var server = who == 'f' ? filer : other;
            await server.StartAsync();
            for (var i = 0; i < 30; i++)
            {
                await world.LookAsync(times: 2);
                await server.FileAllAsync();
            }
        }
        Assert.Equal((10, 0), (world.Finished.Count, world.FiledTwice));
        // The one with the lines names each of them; the other knows only that lines are missing.
        Assert.True(await world.FencedAsync() >= 10);
    }

    [Fact(Timeout = 120_000)]
    public async Task Servers_that_live_take_in_a_new_one_and_a_dead_one_is_put_out_and_retired()
    {
        await using var world = await JournalWorld.CreateAsync(reports: 3);
        await world.ResetAsync();
        var (first, second) = (world.Add("first", false), world.Add("second", false));
        await first.StartAsync();
        await FileAsync(first, world.Reports[0]);
        await second.StartAsync();
        await world.LookAsync();
        await FileAsync(second, world.Reports[1]);
        // It does not answer: the call waits for it, then goes without.
        first.Kill();
        await FileAsync(second, world.Reports[2]);
        Assert.Equal((3, 0L), (world.Finished.Count, await world.FencedAsync()));
        var gone = (await world.WriteAsync(RetireJournal.ReadAsync)).Single(row => row.State == "waits");
        await world.WriteAsync(async tx =>
        {
            await RetireJournal.RunAsync(tx, gone.Id, "The machine burnt down.");
            return true;
        });
        await world.LookAsync();
        var states = (await world.WriteAsync(RetireJournal.ReadAsync)).Select(row => row.State);
        Assert.Equal(["files", "retired"], states.Order(StringComparer.Ordinal));
        // It was not gone after all: it comes in anew.
        await first.StartAsync();
        await world.LookAsync();
        Assert.All(await world.WriteAsync(RetireJournal.ReadAsync), row => Assert.Equal("files", row.State));
        Assert.Equal(0, await world.FencedAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_starts_alone_waits_and_goes_on_with_the_other_or_when_two_people_decided()
    {
        await using var world = await JournalWorld.CreateAsync(reports: 2);
        await world.ResetAsync();
        var (first, second) = (world.Add("first", false), world.Add("second", false));
        await first.StartAsync();
        await second.StartAsync();
        await world.LookAsync();
        first.Kill();
        second.Kill();
        await second.StartAsync();
        await world.LookAsync(times: 30);
        await second.FileAllAsync();
        Assert.Equal((0, 0L), (world.Finished.Count, await world.FencedAsync()));
        Assert.Equal(1, await CountAlarmsAsync());
        await first.StartAsync();
        await world.LookAsync();
        await FileAsync(second, world.Reports[0]);
        Assert.Equal((1, 0), (world.Finished.Count, await CountAlarmsAsync()));

        first.Kill();
        second.Kill();
        await second.StartAsync();
        await world.WriteAsync(async tx =>
        {
            foreach (var row in await JournalRow.ReadAsync(tx, isLocked: false))
            {
                await RetireJournal.RunAsync(tx, row.Id, "Gone for good.");
            }
            return true;
        });
        await world.LookAsync(times: 30);
        Assert.True(await world.FencedAsync() >= 2);
        await world.DecideAsync(FenceDecision.GoOn);
        await world.LookAsync();
        await FileAsync(second, world.Reports[1]);
        Assert.Equal((2, 0), (world.Finished.Count, world.FiledTwice));

        Task<int> CountAlarmsAsync() =>
            world.WriteAsync(tx =>
                tx.FindAsync<int>(
                    "select count(*) from alert where tenant = @tenant and state <> 'Closed' and code = @code",
                    new { code = Peers.Alarm }
                )
            );
    }

    /// <summary>Who filed it has the line that names it, and is away; the backup knows it as a draft.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_draft_that_another_server_filed_since_the_backup_waits_for_people_too()
    {
        await using var world = await JournalWorld.CreateAsync(reports: 1);
        await world.ResetAsync();
        var (filer, other) = (world.Add("filer", false), world.Add("other", false));
        await filer.StartAsync();
        await other.StartAsync();
        await world.LookAsync();
        await world.BackUpAsync();
        await FileAsync(filer, world.Reports[0]);
        filer.Kill();
        other.Kill();
        await world.PutBackAsync();
        await world.WriteAsync(tx =>
            tx.ExecuteAsync("update report set state = 'Draft', approved_at = null where tenant = @tenant")
        );
        await other.StartAsync();
        await world.LookAsync();
        Assert.Contains(world.Reports[0], await world.WriteAsync(FenceRow.WaitingIdsAsync));
    }

    private static async Task RunAsync(JournalWorld world, Case one, bool isNaive)
    {
        await world.ResetAsync();
        var (filer, other) = (world.Add("filer", isNaive), world.Add("other", isNaive));
        await filer.StartAsync();
        await other.StartAsync();
        await world.LookAsync();
        // Both were in and filed something before.
        await FileAsync(filer, world.Reports[0]);
        await world.LookAsync(times: 1);
        if (one.Other == Other.Ended)
        {
            other.Kill();
        }
        other.IsPaused = one.Other == Other.Paused;
        await FileUntilAsync(world, filer, one);
        if (!one.FilerLives)
        {
            filer.Kill();
        }
        if (one.Lost != Lost.None)
        {
            other.Kill();
            (one.Lost == Lost.OfFiler ? filer : other).LoseJournal();
        }
        await world.PutBackAsync();
        other.IsPaused = false;
        foreach (var who in one.Order)
        {
            var server = who switch
            {
                'f' => filer,
                'o' => other,
                _ => world.Add("new", isNaive),
            };
            if (!server.IsRunning)
            {
                await server.StartAsync();
            }
            await TryAllAsync(world, server);
        }
    }

    /// <summary>Long enough that whoever is waited for in vain is given up.</summary>
    private static async Task TryAllAsync(JournalWorld world, JournalServer server)
    {
        for (var i = 0; i < 3; i++)
        {
            await server.FileAllAsync();
            await world.LookAsync(times: 1);
            world.Time.Pass(JournalWorld.Limits.PeerGone / 3);
            await world.LookAsync(times: 1);
        }
        await server.FileAllAsync();
    }

    private static async Task FileUntilAsync(JournalWorld world, JournalServer filer, Case one)
    {
        var goesOn = true;
        foreach (var step in filer.Filing(world.Reports[1], out var next))
        {
            if (step == one.Backup)
            {
                await world.BackUpAsync();
            }
            if (step == one.End)
            {
                return;
            }
            goesOn = goesOn && await next();
        }
        if (one.Backup == JournalServer.Steps)
        {
            await world.BackUpAsync();
        }
    }

    private static async Task FileAsync(JournalServer server, Guid id)
    {
        foreach (var step in server.Filing(id, out var next))
        {
            Assert.True(await next(), $"step {step}");
        }
    }
}
