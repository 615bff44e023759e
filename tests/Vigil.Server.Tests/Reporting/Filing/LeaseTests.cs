using Vigil.CyberTip;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Reporting.Filing;

public sealed class LeaseTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Nothing leaves of its own: no environment is set, so that the server's own worker takes none.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_lease_is_not_taken_by_a_clock_a_second_behind_and_not_kept_by_one_that_was_far_ahead()
    {
        await using var filing = await FilingServer.StartAsync(isReady: false);
        var id = await filing.ApproveAsync(
            new MadeReport
            {
                Environment = ReportEnvironment.Production,
                SecondBy = "person:filing-officer-2",
            }
        );
        await TestServer.EventuallyAsync(async () => await filing.FilingAsync(id), "it is taken in");

        // Another worker renewed it just now, by a clock that goes before this one.
        foreach (var ahead in (int[])[0, 1, 5, 60, 300])
        {
            await LeaseUntilAsync(Lease + TimeSpan.FromSeconds(ahead));
            Assert.Null(await TakeAsync());
        }
        await LeaseUntilAsync(TimeSpan.FromSeconds(-1));
        Assert.Equal(id, (await TakeAsync())?.Report.Id);
        // Nobody could have set this one but by a clock that was wrong.
        await LeaseUntilAsync(TimeSpan.FromHours(1));
        Assert.Equal(id, (await TakeAsync())?.Report.Id);
        // A wait that no rule gives is none, and one that a rule gives is kept.
        await LeaseUntilAsync(TimeSpan.FromSeconds(-1), nextIn: TimeSpan.FromMinutes(9));
        Assert.Null(await TakeAsync());
        await LeaseUntilAsync(TimeSpan.FromSeconds(-1), nextIn: TimeSpan.FromDays(730));
        Assert.Equal(id, (await TakeAsync())?.Report.Id);

        // As the state itself says it, which is what the next call goes by.
        await CheckWaitAsync(TimeSpan.FromMinutes(9), isKept: true);
        await CheckWaitAsync(TimeSpan.FromDays(730), isKept: false);

        await Fencing.CheckAsync(filing, Lease, (await TakeAgainAsync())!, (await TakeAgainAsync())!);

        async Task CheckWaitAsync(TimeSpan wait, bool isKept)
        {
            var row = await filing.FilingAsync(id);
            await filing.ReadAsync(tx =>
            {
                var state = row.Parsed with { NotBefore = tx.Now + wait };
                return FilingRow.ReplaceAsync(tx, id, row.Version, state, null, "", []);
            });
            var taken = (await TakeAgainAsync())!;
            var soon = TimeProvider.System.GetUtcNow().AddMinutes(1);
            Assert.Equal(isKept, taken.State.NotBefore > soon);
        }

        async Task<LeasedFiling?> TakeAgainAsync()
        {
            await LeaseUntilAsync(TimeSpan.FromSeconds(-1));
            return await TakeAsync();
        }

        Task<int> LeaseUntilAsync(TimeSpan by, TimeSpan nextIn = default) =>
            filing.ReadAsync(tx =>
                tx.ExecuteAsync(
                    """
                    update filing set lease_owner = 'other', lease_until = @until, next_at = @next
                    where tenant = @tenant and report_id = @id
                    """,
                    new
                    {
                        id,
                        until = tx.Now + by,
                        next = tx.Now + nextIn,
                    }
                )
            );

        Task<LeasedFiling?> TakeAsync() =>
            filing.ReadAsync(tx =>
                FilingLease.TakeAsync(
                    tx,
                    "this",
                    Lease,
                    FilingSlots.Any,
                    new EnvironmentStanding(ReportEnvironment.Test, null, false),
                    new EnvironmentStanding(ReportEnvironment.Production, null, false)
                )
            );
    }
}
