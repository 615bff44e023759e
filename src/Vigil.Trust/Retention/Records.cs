using System.Globalization;
using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>Destroys records of filed reports when their time is over, by the same rule as contents.</summary>
public sealed partial class Retention
{
    private const string RecordsOverdue = "records_overdue";

    /// <summary>One look. What is due is gone when it returns, or the clock is in doubt, or a hold is there.</summary>
    /// <returns>How many were destroyed.</returns>
    public async Task<int> SweepRecordsAsync(TenantId tenant, CancellationToken cancellation = default)
    {
        if (await ReadAsync(tenant, RecordClocks.CountAsync, cancellation) == 0)
        {
            return 0;
        }
        if (await TakeAsync(tenant, cancellation) is not { } state)
        {
            return 0;
        }
        var destroyed = 0;
        for (var last = Batch; state.Trust == ClockTrust.Trusted && last == Batch; destroyed += last)
        {
            last = await DestroyRecordsAsync(tenant, cancellation);
        }
        await SystemAsync(tenant, TellRecordsAsync, cancellation);
        return destroyed;
    }

    private async Task<int> DestroyRecordsAsync(TenantId tenant, CancellationToken cancellation)
    {
        var due = await ReadAsync(tenant, tx => RecordClocks.DueAsync(tx, tx.Now, Batch), cancellation);
        return due.Count == 0
            ? 0
            : await ActAsync(
                tenant,
                isSigned: true,
                async tx =>
                {
                    var state = await RetentionState.FindAsync(tx);
                    var gone = 0;
                    // Asked again in the transaction that decides: a hold may have been placed since.
                    foreach (var row in await RecordClocks.DueAsync(tx, tx.Now, Batch))
                    {
                        var claims = await RecordClocks.ClaimsAsync(tx, row);
                        if (
                            state?.Holder == _holder
                            && RetentionRule.Destroyable(claims, tx.Now, state.Trust)
                        )
                        {
                            await DestroyRecordAsync(tx, row);
                            gone++;
                        }
                    }
                    await tx.RecordAsync(
                        new LedgerAct("retention.records_decided", tx.Tenant.Value)
                        {
                            Facts = Facts(("records", $"{gone}")),
                        }
                    );
                    return gone;
                },
                cancellation
            );
    }

    private static async Task DestroyRecordAsync(Tx tx, RecordRow row)
    {
        await tx.ExecuteAsync(
            "update record_clock set destroyed_at = @now where tenant = @tenant and report_id = @id",
            new { id = row.ReportId, now = tx.Now }
        );
        await tx.RecordAsync(
            new LedgerAct("record.destroyed", row.ReportId)
            {
                Facts = Facts(
                    ("jurisdiction", row.Jurisdiction),
                    ("keptUntil", row.KeepUntil.ToString("O", CultureInfo.InvariantCulture))
                ),
            }
        );
        await tx.RaiseAsync(new RecordDue(row.ReportId));
    }

    private static async Task<bool> TellRecordsAsync(Tx tx)
    {
        var overdue = 0;
        foreach (var row in await RecordClocks.DueAsync(tx, tx.Now - RetentionRule.OverdueAfter, OverdueRows))
        {
            var due = RetentionRule.DueAt(await RecordClocks.ClaimsAsync(tx, row), row.FiledAt);
            overdue += due < tx.Now - RetentionRule.OverdueAfter ? 1 : 0;
        }
        if (overdue == 0)
        {
            await tx.ClearAlarmAsync(RecordsOverdue);
            return true;
        }
        await tx.RaiseAlarmAsync(
            new Alarm(
                RecordsOverdue,
                AlarmSeverity.Page,
                $"The records of {overdue} filed reports should have been destroyed more than 48 hours ago. The page "
                    + "of what is held says which; a clock in doubt is the usual reason, and is put right there."
            )
        );
        return true;
    }
}
