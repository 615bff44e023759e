using Vigil.Evidence;
using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>What else a look does: journal, close of epochs, what is overdue.</summary>
public sealed partial class Retention
{
    private const int JournalBatch = 1000;

    /// <summary>Rows that are looked at for how long they were due.</summary>
    private const int OverdueRows = 1000;

    /// <summary>
    /// A database that is behind its journal was put back to an older state: the rows come back first. Then what
    /// changed since the last look is journaled.
    /// </summary>
    private async Task JournalAsync(TenantId tenant, CustodyJournal journal, CancellationToken cancellation)
    {
        var seq = await ReadAsync(tenant, CustodyTables.SeqAsync, cancellation);
        if (seq < journal.Last)
        {
            await RestoreAsync(tenant, journal, seq, cancellation);
        }
        for (var count = JournalBatch; count == JournalBatch; )
        {
            var rows = await ReadAsync(
                tenant,
                tx => CustodyTables.SinceAsync(tx, journal.Last, JournalBatch),
                cancellation
            );
            journal.Append(rows);
            count = rows.Count;
        }
    }

    private async Task RestoreAsync(
        TenantId tenant,
        CustodyJournal journal,
        long seq,
        CancellationToken cancellation
    )
    {
        foreach (var part in journal.Since(seq).Chunk(Batch))
        {
            await SystemAsync(
                tenant,
                async tx =>
                {
                    foreach (var row in part)
                    {
                        await CustodyTables.WriteAsync(tx, row);
                    }
                    return true;
                },
                cancellation
            );
        }
        // Last, so that a restore that was cut off begins again.
        await ActAsync(
            tenant,
            isSigned: false,
            async tx =>
            {
                await CustodyTables.RaiseSeqAsync(tx, journal.Last);
                await tx.RecordAsync(
                    new LedgerAct("custody.restored", tx.Tenant.Value)
                    {
                        Facts = Facts(("from", $"{seq}"), ("to", $"{journal.Last}")),
                    }
                );
                await tx.RaiseAlarmAsync(
                    new Alarm(
                        "custody_restored",
                        AlarmSeverity.Urgent,
                        "The database is older than the journal of what is held, as after a restore. "
                            + "Contents, holds and destructions were brought up to date from the journal. "
                            + "Compare cases and reports by hand."
                    )
                );
                return true;
            },
            cancellation
        );
    }

    /// <summary>Stored since the list was made.</summary>
    private static bool IsThere(TenantCustody custody, Guid id)
    {
        try
        {
            custody.Locker.Get(Contents.ObjectOf(id)).Dispose();
            return true;
        }
        catch (Exception e) when (e is LockerException or Files.SealBrokenException or Files.KeyRingException)
        {
            return false;
        }
    }

    private static async Task<bool> MissingAsync(Tx tx, Guid id, bool isMissing)
    {
        var row = await CustodyTables.ContentAsync(tx, id);
        if (row is not { State: ContentRow.Sealed })
        {
            return false;
        }
        row.MissingAt = isMissing ? tx.Now : null;
        await CustodyTables.PutAsync(tx, row);
        if (isMissing)
        {
            await tx.RaiseAlarmAsync(Contents.MissingAlarm(id));
        }
        else
        {
            await tx.ClearAlarmAsync("content_missing", id.ToString());
        }
        return true;
    }

    private static async Task<bool> RecordRemainsAsync(Tx tx, string name)
    {
        await RetentionState.NoteRemovalAsync(tx, 1);
        await tx.RecordAsync(new LedgerAct("content.remains_destroyed", name));
        return true;
    }

    private async Task<int> StraysAsync(
        TenantId tenant,
        TenantCustody custody,
        IReadOnlyList<string> strays,
        bool isTrusted,
        CancellationToken cancellation
    )
    {
        var old = await SystemAsync(
            tenant,
            tx => StrayTable.SeeAsync(tx, strays, tx.Now - _contents.Limits.StrayLife),
            cancellation
        );
        if (!isTrusted)
        {
            return 0;
        }
        foreach (var name in old)
        {
            var isStray = await ActAsync(
                tenant,
                isSigned: true,
                async tx =>
                {
                    var hasNoRow =
                        Contents.IdOf(name) is not { } id || await CustodyTables.ContentAsync(tx, id) is null;
                    await StrayTable.ForgetAsync(tx, name);
                    await RetentionState.NoteRemovalAsync(tx, hasNoRow ? 1 : 0);
                    await tx.RecordAsync(
                        new LedgerAct(hasNoRow ? "content.stray_destroyed" : "content.stray_kept", name)
                    );
                    return hasNoRow;
                },
                cancellation
            );
            if (isStray)
            {
                Remove(custody, name);
            }
        }
        return old.Count;
    }

    /// <summary>The newest epoch, with which it dies. No error when an interrupted look removed it already.</summary>
    private static long Remove(TenantCustody custody, string name)
    {
        try
        {
            // Decided in a signed act; no hold can be placed on it since.
            return custody.Locker.Destroy(name, _ => false).Epoch;
        }
        catch (LockerException e) when (e.Problem == LockerProblem.NotFound)
        {
            return custody.Locker.NewestEpoch();
        }
    }

    /// <summary>Once a day, when something was removed: then backups open nothing of it either.</summary>
    private async Task<int> CloseAsync(
        TenantId tenant,
        TenantCustody custody,
        RetentionState state,
        bool hasRemoved,
        CancellationToken cancellation
    )
    {
        var now = _kernel.Time.GetUtcNow();
        var isTime = state.ClosedAt is not { } last || now - last >= CloseEvery || now < last;
        var closed = 0;
        state.HasRemoved |= hasRemoved;
        if (state.HasRemoved && isTime && await TryCloseAsync(tenant, custody, cancellation) is { } epochs)
        {
            (closed, state.HasRemoved, state.ClosedAt) = (epochs, false, now);
        }
        state.SweptAt = now;
        await SystemAsync(tenant, state.SaveAsync, cancellation);
        // Also what an earlier look closed and did not come to mark.
        var gone = _contents.Kept.ClosedEpochs(tenant).DefaultIfEmpty(0).Max();
        var most = _contents.Limits.RowsAtOnce;
        for (var count = most; count == most; )
        {
            count = await SystemAsync(tenant, tx => CertifyAsync(tx, gone, most), cancellation);
        }
        return closed;
    }

    /// <summary>Null: an object's key is lost, and so no epoch's is destroyed; an alarm says so.</summary>
    private async Task<int?> TryCloseAsync(
        TenantId tenant,
        TenantCustody custody,
        CancellationToken cancellation
    )
    {
        await ActAsync(
            tenant,
            isSigned: true,
            async tx =>
            {
                await tx.RecordAsync(new LedgerAct("locker.epochs_closing", tx.Tenant.Value));
                return true;
            },
            cancellation
        );
        // After that act: what is sealed while this is read has its head, and is kept as well.
        var kept = await ObjectsAsync(tenant, cancellation);
        try
        {
            var epochs = custody.Locker.CloseEpochs(kept);
            await ActAsync(
                tenant,
                isSigned: false,
                async tx =>
                {
                    await tx.RecordAsync(
                        new LedgerAct("locker.epochs_closed", tx.Tenant.Value)
                        {
                            Facts = Facts(("epochs", string.Join(' ', epochs))),
                        }
                    );
                    return await tx.ClearAlarmAsync("epoch_not_closed");
                },
                cancellation
            );
            return epochs.Count;
        }
        catch (LockerException e) when (e.Problem == LockerProblem.Damaged)
        {
            await SystemAsync(
                tenant,
                async tx =>
                {
                    await tx.RaiseAlarmAsync(
                        new Alarm(
                            "epoch_not_closed",
                            AlarmSeverity.Page,
                            "The key of a held content is lost or damaged, so no epoch was closed: what was "
                                + "destroyed can still be opened from backups. Put the head back from a "
                                + "backup, or destroy the content early, by two persons."
                        )
                    );
                    return true;
                },
                cancellation
            );
            return null;
        }
    }

    /// <summary>Names of what is held.</summary>
    private async Task<HashSet<string>> ObjectsAsync(TenantId tenant, CancellationToken cancellation)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        await EachSealedAsync(
            tenant,
            page =>
            {
                kept.UnionWith(page.Select(row => Contents.ObjectOf(row.Id)));
                return Task.CompletedTask;
            },
            cancellation
        );
        return kept;
    }

    /// <returns>How many; as many as at once: there may be more.</returns>
    private static async Task<int> CertifyAsync(Tx tx, long upTo, int most)
    {
        var rows = await tx.QueryAsync<ContentRow>(
            $"""
            select {ContentRow.Columns} from content
            where tenant = @tenant and state = 'Destroyed' and closed_at is null and epoch <= @upTo
            order by id limit @most
            """,
            new { upTo, most }
        );
        foreach (var row in rows)
        {
            row.ClosedAt = tx.Now;
            await CustodyTables.PutAsync(tx, row);
        }
        return rows.Count;
    }

    private Task<int> OverdueAsync(TenantId tenant, CancellationToken cancellation) =>
        SystemAsync(
            tenant,
            async tx =>
            {
                var overdue = await CountOverdueAsync(tx);
                if (overdue > 0)
                {
                    await tx.RaiseAlarmAsync(
                        new Alarm(
                            "contents_overdue",
                            AlarmSeverity.Page,
                            $"{overdue} contents should have been destroyed more than 48 hours ago. The page "
                                + "of what is held says why they were not, and what to do."
                        )
                    );
                }
                else
                {
                    await tx.ClearAlarmAsync("contents_overdue");
                }
                return overdue;
            },
            cancellation
        );

    private static async Task<int> CountOverdueAsync(Tx tx)
    {
        var limit = tx.Now - RetentionRule.OverdueAfter;
        var stuck = await tx.FindAsync<long>(
            "select count(*) from content where tenant = @tenant and state = 'Destroying' and destroying_at < @limit",
            new { limit }
        );
        var overdue = (int)stuck;
        foreach (var id in await ClaimTables.DueAsync(tx, tx.Now, OverdueRows))
        {
            var row = (await CustodyTables.ContentAsync(tx, id))!;
            var due = RetentionRule.DueAt(await ClaimTables.OfAsync(tx, row), row.SealedAt);
            overdue += due < limit ? 1 : 0;
        }
        return overdue;
    }
}
