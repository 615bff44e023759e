using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Trust;
using Vigil.Trust;

namespace Vigil.Server.Tests.Delivery;

public class AlarmAheadTests
{
    private static readonly Alarm Alarm = new("test_alarm", AlarmSeverity.Urgent, "A test.");

    [Fact(Timeout = 60_000)]
    public async Task An_alarm_of_a_clock_that_was_ahead_is_told_when_it_is_raised_again()
    {
        var time = new ManualTime();
        await using var opened = await OpenKernel.CreateAsync(time);
        var db = opened.Kernel.Db;
        time.Advance(TimeSpan.FromDays(30));
        await RaiseAsync();
        time.Advance(TimeSpan.FromDays(-30));
        Assert.Equal(0, await DueAsync());

        await RaiseAsync();
        Assert.Equal(1, await DueAsync());

        // What waits for its next time in the order of things keeps it.
        await SystemAsync(tx =>
            tx.ExecuteAsync(
                "update alert set tell_at = @later, last_at = @now where tenant = @tenant",
                new { later = tx.Now.AddHours(1), now = tx.Now }
            )
        );
        await RaiseAsync();
        Assert.Equal(0, await DueAsync());

        Task<bool> RaiseAsync() =>
            SystemAsync(async tx =>
            {
                await tx.RaiseAlarmAsync(Alarm);
                return true;
            });
        Task<long> DueAsync() =>
            SystemAsync(tx =>
                tx.FindAsync<long>(
                    "select count(*) from alert where tenant = @tenant and tell_at <= @now",
                    new { now = tx.Now }
                )
            );
        Task<T> SystemAsync<T>(Func<Tx, Task<T>> work) => db.SystemAsync("test", isWrite: true, work);
    }
}
