using System.Runtime.ExceptionServices;
using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>The end of a tenant: first the keys, then the rows. Its ledger rows stay.</summary>
public sealed partial class Tenants
{
    /// <summary>Rows removed in one transaction, so that nobody waits long for the turn to write.</summary>
    private const int RowsPerTransaction = 2000;

    /// <summary>What outlives a tenant: that it was, and what was done.</summary>
    private static readonly string[] Kept =
    [
        "tenant",
        "tenant_end",
        "ledger_event",
        "ledger_leaf",
        "ledger_salt",
    ];

    /// <summary>
    /// The second step. When it returns, the act is signed and the tenant's keys are destroyed; its rows, unreadable
    /// now, are removed by <see cref="FinishEndsAsync"/>.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">Not signed in time: the keys go when it is.</exception>
    /// <exception cref="SecondPersonException">Not asked for, not as read, not ripe, or by the same person.</exception>
    /// <exception cref="TenantException">It holds contents: nothing under hold is destroyed.</exception>
    public async Task DestroyAsync(
        Actor actor,
        TenantId tenant,
        string? read,
        CancellationToken cancellation = default
    )
    {
        RequireOther(tenant);
        await _db.InstallationSignedAsync(
            actor,
            Permission.SettingsWrite,
            async tx =>
            {
                await RequireAsync(tx, tenant, TenantState.Suspended);
                await RequireNothingHeldAsync(tx.In(tenant));
                await SecondPerson.ConfirmAsync(tx, Destruction, tenant.Value, read);
                await SetStateAsync(tx, tenant, TenantState.Destroyed);
                await tx.ExecuteAsync(
                    "insert into tenant_end (tenant, destroyed_at) values (@id, @at)",
                    new { id = tenant.Value, at = tx.Now }
                );
                await tx.RecordAsync(new LedgerAct(Destruction, tenant.Value));
                await tx.In(tenant).RaiseAsync(new TenantEnded(tenant));
                return true;
            },
            cancellation
        );
        await DestroyKeysAsync(tenant, cancellation);
    }

    /// <summary>
    /// Finishes what <see cref="DestroyAsync"/> began, also when the program was ended in between. Gives the
    /// number of rows removed.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">The act is not signed yet.</exception>
    public async Task<long> FinishEndsAsync(CancellationToken cancellation = default)
    {
        var open = await _db.SystemAsync(
            "tenant ends",
            isWrite: false,
            tx =>
                tx.QueryAsync<string>(
                    "select tenant from tenant_end where rows_gone_at is null order by tenant limit 100"
                ),
            cancellation: cancellation
        );
        if (open.Count > 0)
        {
            await _db.SignedSoFarAsync(cancellation);
        }
        long removed = 0;
        ExceptionDispatchInfo? failed = null;
        foreach (var tenant in open.Select(name => new TenantId(name)))
        {
            try
            {
                await DestroyKeysAsync(tenant, cancellation);
                removed += await RemoveRowsAsync(tenant, cancellation);
                await MarkAsync(tenant, "rows_gone_at", cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                // One that cannot be ended holds up no other.
                failed ??= ExceptionDispatchInfo.Capture(e);
            }
        }
        failed?.Throw();
        return removed;
    }

    /// <summary>A suspended tenant's contents are still destroyed when they are due; then nothing stands in the
    /// way.</summary>
    private async Task RequireNothingHeldAsync(Tx tx)
    {
        if (!Contents.ExistIn(_profile()))
        {
            return;
        }
        var held = (await CustodyTables.HeldAsync(tx)).Count;
        if (held > 0)
        {
            throw new TenantException(
                "contents_held",
                $"{held} contents of this tenant are held, and nothing under hold is destroyed: wait until "
                    + "they are due, or have them destroyed early, each by two persons."
            );
        }
        if (await RecordClocks.CountAsync(tx) is > 0 and var records)
        {
            throw new TenantException(
                "records_held",
                $"{records} records of filed reports are kept as the law asks, and are not destroyed before: the page "
                    + "of what is held says until when. Leave the tenant suspended until then."
            );
        }
    }

    private async Task DestroyKeysAsync(TenantId tenant, CancellationToken cancellation)
    {
        await _contents.Kept.EndAsync(tenant, cancellation);
        _vault.Destroy(tenant);
        await _db.SystemAsync(
            "tenant ends",
            isWrite: false,
            async tx =>
            {
                await tx.RaiseAsync(new TenantErased(tenant));
                return true;
            },
            tenant,
            cancellation
        );
        await MarkAsync(tenant, "keys_gone_at", cancellation);
    }

    private async Task<long> RemoveRowsAsync(TenantId tenant, CancellationToken cancellation)
    {
        var tables = new Queue<TenantTable>(await TablesAsync(cancellation));
        long removed = 0;
        // A table that others still point to waits until theirs are gone.
        for (var stuck = 0; tables.TryDequeue(out var table); )
        {
            try
            {
                removed += await RemoveRowsAsync(tenant, table, cancellation);
                stuck = 0;
            }
            catch (Exception e) when (_db.Dialect.IsStillReferenced(e) && ++stuck <= tables.Count)
            {
                tables.Enqueue(table);
            }
        }
        return removed;
    }

    private async Task<long> RemoveRowsAsync(
        TenantId tenant,
        TenantTable table,
        CancellationToken cancellation
    )
    {
        var key = string.Join(", ", table.Key.Select(column => $"\"{column}\""));
        var sql = $"""
            delete from "{table.Name}" where tenant = @tenant and ({key}) in
                (select {key} from "{table.Name}" where tenant = @tenant limit @limit)
            """;
        long removed = 0;
        for (var last = RowsPerTransaction; last == RowsPerTransaction; removed += last)
        {
            last = await _db.SystemAsync(
                "tenant ends",
                isWrite: true,
                tx => tx.ExecuteAsync(sql, new { limit = RowsPerTransaction }),
                tenant,
                cancellation
            );
        }
        return removed;
    }

    private Task<int> MarkAsync(TenantId tenant, string column, CancellationToken cancellation) =>
        _db.SystemAsync(
            "tenant ends",
            isWrite: true,
            tx =>
                tx.ExecuteAsync(
                    $"update tenant_end set {column} = @at where tenant = @tenant and {column} is null",
                    new { at = tx.Now }
                ),
            tenant,
            cancellation
        );

    private async Task<IReadOnlyList<TenantTable>> TablesAsync(CancellationToken cancellation)
    {
        var columns = await _db.SystemAsync(
            "tenant tables",
            isWrite: false,
            tx => tx.QueryAsync<KeyColumn>(_db.Dialect.TenantTables),
            cancellation: cancellation
        );
        return
        [
            .. columns
                .Where(column => !Kept.Contains(column.Name))
                .GroupBy(column => column.Name, StringComparer.Ordinal)
                .Select(table => new TenantTable(table.Key, [.. table.Select(column => column.Column)])),
        ];
    }

    private sealed record TenantTable(string Name, IReadOnlyList<string> Key);

    private sealed class KeyColumn
    {
        public string Name { get; init; } = "";
        public string Column { get; init; } = "";
    }
}
