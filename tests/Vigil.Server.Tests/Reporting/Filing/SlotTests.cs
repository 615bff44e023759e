using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

public sealed class SlotTests
{
    [Fact(Timeout = 120_000)]
    public async Task What_is_of_high_priority_is_filed_while_others_fill_the_slots()
    {
        using var goesOn = new ManualResetEventSlim();
        using var isHeld = new SemaphoreSlim(0);
        await using var filing = await FilingServer.StartAsync(
            limits: FilingServer.Quick with
            {
                AtOnce = 2,
                KeptForHighPriority = 1,
                CallTimeout = TimeSpan.FromMinutes(1),
            }
        );
        var first = 0;
        filing.Test.OnCall = _ =>
        {
            if (Interlocked.Increment(ref first) == 1)
            {
                isHeld.Release();
                goesOn.Wait(TimeSpan.FromMinutes(1));
            }
        };
        var held = await filing.ApproveAsync();
        Assert.True(await isHeld.WaitAsync(TimeSpan.FromMinutes(1)));
        var waits = await filing.ApproveAsync();
        await TestServer.EventuallyAsync(async () => await filing.FilingAsync(waits), "it is taken in");
        await filing.UntilAsync(
            await filing.ApproveAsync(new MadeReport { IsHighPriority = true }),
            ReportState.Filed
        );
        Assert.Equal(ReportState.Approved, (await filing.ReportAsync(waits)).State);
        goesOn.Set();
        await filing.UntilAsync(held, ReportState.Filed);
        await filing.UntilAsync(waits, ReportState.Filed);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_withdrawn_before_anything_left_is_not_late()
    {
        var time = new ManualTime();
        await using var filing = await FilingServer.StartAsync(time, isReady: false);
        var (withdrawn, waits) = (await filing.ApproveAsync(), await filing.ApproveAsync());
        await TestServer.EventuallyAsync(async () => await filing.FilingAsync(withdrawn), "it is taken in");
        await filing.ActAsync(
            FilingServer.Officer,
            Permission.ReportFile,
            async tx =>
            {
                var report = (await ReportRow.LockAsync(tx, withdrawn))!;
                await report.MoveAsync(tx, ReportState.Withdrawn, tx.Actor.Name);
                await tx.RecordAsync(new LedgerAct("report.withdrawn", withdrawn.ToString()));
            }
        );
        time.Pass(TimeSpan.FromMinutes(31));
        await filing.UntilAlarmAsync(FilingAlarms.Late);
        Assert.Equal(
            [waits.ToString()],
            await filing.ReadAsync(tx =>
                tx.QueryAsync<string>(
                    "select about from alert where tenant = @tenant and code = @code",
                    new { code = FilingAlarms.Late }
                )
            )
        );
    }
}
