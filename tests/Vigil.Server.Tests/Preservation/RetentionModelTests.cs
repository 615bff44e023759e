using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Preservation;

/// <summary>
/// 100,000 sequences in --long, a fifth otherwise: nine in ten in memory, by the program's rule and its judge of the
/// clock; one in ten by the whole engine, database and locker, against the reference: many contents at once live through holds, reports,
/// time, a clock that is set, a database that is put back, and sweeps that are cut off. None goes early, none is
/// overdue.
/// </summary>
public sealed class RetentionModelTests
{
    private const int AtOnce = 500;
    private const int Steps = 12;

    [Fact(Timeout = 1_800_000)]
    public async Task No_content_goes_early_and_none_is_overdue_after_a_look()
    {
        var (random, sequences) = RetentionRuleTests.Seeded(100_000);
        var lives = sequences / 10;
        LiveInMemory(random, sequences - lives);
        var (destroyed, restores, cut) = (0, 0, 0);
        for (var batch = 0; batch < Math.Max(1, lives / AtOnce); batch++)
        {
            await using var custody = await CustodyKernel.OpenAsync();
            var run = new Run(custody, random);
            await run.SealAsync(AtOnce);
            for (var step = 0; step < Steps; step++)
            {
                await run.StepAsync(step);
            }
            await run.CheckAllOpenAsync();
            destroyed += run.Destroyed;
            restores += run.Restores;
            cut += run.CutOff;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{lives} in database and locker: {destroyed} destroyed, {restores} restores, {cut} sweeps cut off; early "
                + "0, overdue 0"
        );
        Assert.True(destroyed > lives / 10 && restores > 0 && cut > 0, "Hardly anything happened.");
    }

    private static void LiveInMemory(Random random, int count)
    {
        var (gone, jumps) = (0, 0);
        for (var i = 0; i < count; i++)
        {
            var life = new LifeInMemory(random);
            life.Run(random.Next(1, 2 * Steps));
            Assert.Equal((0, 0), (life.Early, life.Overdue));
            gone += life.IsGone ? 1 : 0;
            jumps += life.Jumps;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} in memory: {gone} destroyed, {jumps} looks by a clock that jumped; early 0, overdue 0"
        );
        Assert.True(gone > count / 10 && jumps > count / 10, "Hardly anything happened.");
    }

    private sealed class Run(CustodyKernel custody, Random random)
    {
        private readonly Dictionary<
            Guid,
            (ReferenceLife Life, List<Guid> Holds, List<string> Reports)
        > _lives = [];
        private readonly HashSet<Guid> _gone = [];
        private bool _hasBackup;

        public int Destroyed => _gone.Count;

        public int Restores { get; private set; }

        public int CutOff { get; private set; }

        public async Task SealAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                // A case each, so that reports are of one content.
                var id = await custody.SealAsync(BitConverter.GetBytes(i), CaseRef.New());
                var life = new ReferenceLife(custody.Time.GetUtcNow());
                // By law, from the sealing on: the hold that comes with it.
                life.AddHold(ReferenceLife.YearAndADayAfter((await custody.FindAsync(id))!.SealedAt));
                _lives[id] = (life, [Guid.Empty], []);
            }
            // As the server does when something was sealed: from here on the clock is known.
            await custody.Kernel.Retention.FollowAsync(TenantId.Default);
        }

        public async Task StepAsync(int step)
        {
            await custody.ActAsync(ChangeAsync);
            if (step == 4)
            {
                await custody.SweepAsync();
                await custody.ReopenAsync(custody.Database.BackUpAsync);
                _hasBackup = true;
            }
            if (random.Next(4) == 0)
            {
                await JumpAsync();
            }
            custody.Time.Pass(TimeSpan.FromHours(random.Next(1, 2500)));
            if (random.Next(3) == 0)
            {
                await CutOffAsync();
            }
            if (_hasBackup && random.Next(4) == 0)
            {
                // What was acknowledged is journaled within a second; here at once.
                await custody.Kernel.Retention.FollowAsync(TenantId.Default);
                await custody.ReopenAsync(custody.Database.PutBackAsync);
                Restores++;
            }
            var report = await custody.SweepAsync();
            Assert.Equal(ClockTrust.Trusted, report.Clock);
            Assert.Equal(0, report.Overdue);
            await CheckAsync();
        }

        /// <summary>What was not destroyed opens, with its own bytes.</summary>
        public async Task CheckAllOpenAsync()
        {
            foreach (var id in _lives.Keys.Except(_gone).Take(50))
            {
                Assert.Equal(4, (await custody.OpenAsync(id)).Length);
            }
        }

        private async Task ChangeAsync(Tx tx)
        {
            await tx.RecordAsync(new LedgerAct("test.step", "model"));
            foreach (var (id, (life, holds, reports)) in _lives.Where(one => !_gone.Contains(one.Key)))
            {
                switch (random.Next(6))
                {
                    case 0:
                        DateTimeOffset? end =
                            random.Next(2) == 0 ? null : tx.Now.AddHours(random.Next(1, 9000));
                        holds.Add(await Holds.AddAsync(tx, CustodyKernel.Legal(id, end)));
                        life.AddHold(end);
                        break;
                    case 1 or 2 when holds.Count > 1:
                        await LiftAsync(tx, life, holds, random.Next(1, holds.Count));
                        break;
                    case 3 when reports.Count < 2:
                        var name = $"{id:n}-{reports.Count}";
                        var reference = (await HeldContents.FindAsync(tx, id))!.CaseRef;
                        await ReportClocks.BeginAsync(tx, new CaseRef(reference), name, "US");
                        reports.Add(name);
                        life.BeginReport();
                        break;
                    case 4 when reports.Count > 0:
                        await ReportClocks.FinishAsync(tx, reports[^1], tx.Now);
                        life.FinishOnce(reports.Count - 1, tx.Now);
                        break;
                }
            }
        }

        private static async Task LiftAsync(Tx tx, ReferenceLife life, List<Guid> holds, int at)
        {
            try
            {
                await Holds.LiftAsync(tx, holds[at], "A test.");
                life.Lift(at, tx.Now);
            }
            catch (RetentionException e) when (e.Code == "hold_over")
            {
                // It expired, or was lifted before.
            }
        }

        /// <summary>The clock is set far ahead: nothing is destroyed by it. Then it is set right.</summary>
        private async Task JumpAsync()
        {
            var by = TimeSpan.FromDays(random.Next(2) == 0 ? 800 : -800);
            custody.Time.Advance(by);
            var report = await custody.SweepAsync();
            Assert.Equal((0, ClockTrust.Jumped), (report.Destroyed, report.Clock));
            custody.Time.Advance(-by);
        }

        /// <summary>A look that is stopped somewhere, and a process that starts again.</summary>
        private async Task CutOffAsync()
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 150)));
            try
            {
                await custody.Kernel.Retention.SweepAsync(TenantId.Default, stop.Token);
            }
            catch (OperationCanceledException)
            {
                CutOff++;
            }
            await custody.ReopenAsync();
        }

        private async Task CheckAsync()
        {
            var now = custody.Time.GetUtcNow();
            var states = await custody.Kernel.Db.SystemAsync(
                "test",
                isWrite: false,
                async tx =>
                    (
                        await tx.QueryAsync<(Guid Id, string State)>(
                            "select id, state from content where tenant = @tenant"
                        )
                    ).ToDictionary(row => row.Id, row => row.State)
            );
            Assert.Equal(_lives.Count, states.Count);
            foreach (var (id, (life, _, _)) in _lives)
            {
                if (_gone.Contains(id))
                {
                    Assert.Equal("Destroyed", states[id]);
                    Assert.Empty(custody.ObjectFiles(id));
                    continue;
                }
                Assert.True(
                    states[id] == (life.MayGo(now) ? "Destroyed" : "Sealed"),
                    $"{id} is {states[id]} at {now:O}"
                );
                if (states[id] == "Destroyed")
                {
                    _gone.Add(id);
                }
            }
        }
    }
}
