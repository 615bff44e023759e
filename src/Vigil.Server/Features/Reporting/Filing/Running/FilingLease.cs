using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <param name="Report">As it stands.</param>
/// <param name="State">The last that is durable.</param>
/// <param name="Version">Of that state.</param>
/// <param name="Epoch">Higher than any before: who saves by a lower one saves nothing.</param>
internal sealed record LeasedFiling(ReportRow Report, FilingState State, long Version, long Epoch)
{
    /// <summary>Where the report of this attempt was opened; null: of an earlier version, or none is open.</summary>
    public string? Address { get; init; }
}

/// <summary>What there is room for.</summary>
internal enum FilingSlots
{
    None,
    HighPriority,
    Any,
}

/// <summary>One worker a report: a lease that is renewed, and a number that fences off who lost it.</summary>
internal static class FilingLease
{
    /// <summary>No wait between two tries is so long; a time beyond it was set by a clock that was wrong.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private const string Due = """
        (f.next_at <= @now or f.next_at > @beyond)
          and (f.lease_until is null or f.lease_until <= @now or f.lease_until > @untilAtMost)
        """;

    /// <summary>Whether anything is due and nobody's, whether or not its environment takes it.</summary>
    public static async Task<bool> IsAnyDueAsync(Tx tx, TimeSpan lease) =>
        await tx.FindAsync<long>(
            $"select count(*) from (select 1 from filing f where f.tenant = @tenant and {Due} limit 1) as found",
            new
            {
                now = tx.Now,
                untilAtMost = tx.Now + lease + LongestWait,
                beyond = tx.Now + LongestWait,
            }
        ) > 0;

    /// <summary>High priority first, then the oldest knowledge. Null: nothing is due that can leave.</summary>
    public static async Task<LeasedFiling?> TakeAsync(
        Tx tx,
        string owner,
        TimeSpan lease,
        FilingSlots slots,
        EnvironmentStanding test,
        EnvironmentStanding production
    )
    {
        var id = await tx.FindAsync<Guid?>(
            $"""
            select f.report_id from filing f join report r on r.tenant = @tenant and r.id = f.report_id
            where f.tenant = @tenant and {Due} and (@any or r.is_high_priority)
              and (r.destination <> @cybertip or (f.environment = 'Test' and @test)
                or (f.environment = 'Production' and @production))
            order by r.is_high_priority desc, r.knowledge_at, r.id limit 1{tx.ForUpdateSkipLocked}
            """,
            new
            {
                now = tx.Now,
                // Clocks that are trusted may differ by so much.
                untilAtMost = tx.Now + lease + LongestWait,
                beyond = tx.Now + LongestWait,
                any = slots == FilingSlots.Any,
                test = test.CanFile,
                production = production.CanFile,
                cybertip = FilingKinds.CyberTip,
            }
        );
        if (id is not { } reportId)
        {
            return null;
        }
        await tx.ExecuteAsync(
            """
            update filing set epoch = epoch + 1, lease_owner = @owner, lease_until = @until
            where tenant = @tenant and report_id = @reportId
            """,
            new
            {
                reportId,
                owner,
                until = tx.Now + lease,
            }
        );
        var row = (await FilingRow.LockAsync(tx, reportId))!;
        var report = (await ReportRow.FindAsync(tx, reportId))!;
        var state = row.Parsed;
        return new(
            report,
            state.NotBefore > tx.Now + LongestWait ? state with { NotBefore = tx.Now } : state,
            row.Version,
            row.Epoch
        )
        {
            Address = row.Address,
        };
    }

    /// <summary>False: another worker has it.</summary>
    public static async Task<bool> RenewAsync(Tx tx, Guid reportId, long epoch, TimeSpan lease) =>
        await tx.ExecuteAsync(
            """
            update filing set lease_until = @until
            where tenant = @tenant and report_id = @reportId and epoch = @epoch
            """,
            new
            {
                reportId,
                epoch,
                until = tx.Now + lease,
            }
        ) == 1;

    /// <summary>Given back, so that the next is not kept waiting.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="reportId">Whose.</param>
    /// <param name="epoch">Of who gives it back.</param>
    /// <param name="delay">Not before; null: when its state says.</param>
    public static Task<int> ReleaseAsync(Tx tx, Guid reportId, long epoch, TimeSpan? delay) =>
        tx.ExecuteAsync(
            """
            update filing set lease_owner = null, lease_until = null,
                next_at = case when @isDelayed and next_at is not null then @at else next_at end
            where tenant = @tenant and report_id = @reportId and epoch = @epoch
            """,
            new
            {
                reportId,
                epoch,
                isDelayed = delay is not null,
                at = tx.Now + (delay ?? TimeSpan.Zero),
            }
        );
}
