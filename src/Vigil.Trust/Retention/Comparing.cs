using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>
/// Rows against objects, in pages of bounded size: each call is over in time, however much is held or ever was. Rows of
/// what was destroyed stay for ever, and are looked up only where an object has such a name.
/// </summary>
public sealed partial class Retention
{
    /// <summary>
    /// Rows without an object raise an alarm. Objects without a row were never acknowledged: destroyed when a day old.
    /// Objects whose row says destroyed came back with a backup: removed at once. Gives how many were removed.
    /// </summary>
    private async Task<int> CompareAsync(
        TenantId tenant,
        TenantCustody custody,
        bool isTrusted,
        CancellationToken cancellation
    )
    {
        // The objects first: a row is written after its object, never before.
        var objects = custody.Locker.List().ToHashSet(StringComparer.Ordinal);
        var others = new HashSet<string>(objects, StringComparer.Ordinal);
        await EachSealedAsync(
            tenant,
            async page =>
            {
                foreach (var row in page)
                {
                    var name = Contents.ObjectOf(row.Id);
                    others.Remove(name);
                    var isMissing = !objects.Contains(name) && !IsThere(custody, row.Id);
                    if (isMissing != row.MissingAt is not null)
                    {
                        await SystemAsync(tenant, tx => MissingAsync(tx, row.Id, isMissing), cancellation);
                    }
                }
            },
            cancellation
        );
        var (removed, strays) = (0, new List<string>());
        foreach (var names in others.Chunk(Batch))
        {
            foreach (var (name, state) in await ReadAsync(tenant, tx => StatesAsync(tx, names), cancellation))
            {
                if (state is null)
                {
                    strays.Add(name);
                }
                else if (state == ContentRow.Destroyed)
                {
                    await ActAsync(tenant, isSigned: true, tx => RecordRemainsAsync(tx, name), cancellation);
                    Remove(custody, name);
                    removed++;
                }
            }
        }
        return removed + await StraysAsync(tenant, custody, strays, isTrusted, cancellation);
    }

    /// <summary>All that is sealed, a page a call; what is sealed meanwhile may be among it or not.</summary>
    private async Task EachSealedAsync(
        TenantId tenant,
        Func<IReadOnlyList<SealedRow>, Task> each,
        CancellationToken cancellation
    )
    {
        var (at, id) = (DateTimeOffset.UnixEpoch, Guid.Empty);
        var most = _contents.Limits.RowsAtOnce;
        for (var count = most; count == most; )
        {
            var page = await ReadAsync(tenant, tx => SealedAsync(tx, at, id, most), cancellation);
            await each(page);
            count = page.Count;
            if (count > 0)
            {
                (at, id) = (page[^1].SealedAt, page[^1].Id);
            }
        }
    }

    private static Task<IReadOnlyList<SealedRow>> SealedAsync(Tx tx, DateTimeOffset at, Guid id, int most) =>
        tx.QueryAsync<SealedRow>(
            """
            select id, sealed_at, missing_at from content
            where tenant = @tenant and state = 'Sealed' and sealed_at >= @at and (sealed_at > @at or id > @id)
            order by sealed_at, id limit @most
            """,
            new
            {
                at,
                id,
                most,
            }
        );

    /// <summary>What the rows of these objects say; null: there is no row.</summary>
    private static async Task<IReadOnlyList<(string Name, string? State)>> StatesAsync(
        Tx tx,
        IEnumerable<string> names
    )
    {
        var states = new List<(string, string?)>();
        foreach (var name in names)
        {
            states.Add(
                (
                    name,
                    Contents.IdOf(name) is { } id
                        ? await tx.FindAsync<string>(
                            "select state from content where tenant = @tenant and id = @id",
                            new { id }
                        )
                        : null
                )
            );
        }
        return states;
    }

    private sealed class SealedRow
    {
        public Guid Id { get; init; }
        public DateTimeOffset SealedAt { get; init; }
        public DateTimeOffset? MissingAt { get; init; }
    }
}
