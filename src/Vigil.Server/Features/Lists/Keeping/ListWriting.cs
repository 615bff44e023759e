using System.Collections.Concurrent;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Keeping;

/// <summary>
/// The one way in which lists, entries and suppressions change: each transaction takes the tenant's next
/// generation and holds its row until the commit. Generations are thus committed in their order, and who asks
/// "what changed since G?" misses nothing.
/// </summary>
internal sealed class ListWriting(Db db, ListChanges changes)
{
    /// <summary>
    /// The race it prevents: on PostgreSQL, writers of one tenant losing against each other on the clock's row
    /// again and again. Other processes are met by the database's own conflict and retry.
    /// </summary>
    private readonly ConcurrentDictionary<TenantId, SemaphoreSlim> _turns = new();

    /// <summary>A privileged act; the work records it and gets the generation that its rows carry.</summary>
    public Task<T> ActAsync<T>(
        Actor actor,
        Permission permission,
        Func<Tx, long, Task<T>> work,
        CancellationToken cancellation
    ) =>
        InTurnAsync(
            actor,
            () =>
                db.ActAsync(
                    actor,
                    permission,
                    async tx => await work(tx, await NextAsync(tx, changes)),
                    cancellation
                ),
            cancellation
        );

    /// <summary>A part of an act that is in the ledger already, as one batch of an import.</summary>
    public Task<T> WriteAsync<T>(
        Actor actor,
        Permission permission,
        Func<Tx, long, Task<T>> work,
        CancellationToken cancellation
    ) =>
        InTurnAsync(
            actor,
            () =>
                db.WriteAsync(
                    actor,
                    permission,
                    async tx => await work(tx, await NextAsync(tx, changes)),
                    cancellation
                ),
            cancellation
        );

    /// <summary>The next generation, in a transaction of another feature.</summary>
    public static async Task<long> NextAsync(Tx tx, ListChanges changes)
    {
        var generation = await tx.FindAsync<long>(
            """
            insert into list_clock (tenant, generation) values (@tenant, 1)
            on conflict (tenant) do update set generation = list_clock.generation + 1
            returning generation
            """
        );
        var tenant = tx.Tenant;
        tx.OnCommitted(() => changes.Announce(tenant));
        return generation;
    }

    private async Task<T> InTurnAsync<T>(Actor actor, Func<Task<T>> work, CancellationToken cancellation)
    {
        var turn = _turns.GetOrAdd(actor.Tenant, _ => new SemaphoreSlim(1, 1));
        if (!await turn.WaitAsync(db.Deadline, cancellation))
        {
            throw new DatabaseUnavailableException(
                "Lists are being changed and the database is slow. Try again later."
            );
        }
        try
        {
            return await work();
        }
        finally
        {
            turn.Release();
        }
    }
}
