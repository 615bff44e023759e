using Vigil.Files;
using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>What one look at a tenant's contents did.</summary>
/// <param name="Destroyed">Contents whose objects were removed.</param>
/// <param name="Closed">Epochs whose keys were destroyed.</param>
/// <param name="Clock">Whether it could go by the clock.</param>
/// <param name="Overdue">Contents that should have been destroyed more than 48 hours ago.</param>
public sealed record SweepReport(int Destroyed, int Closed, ClockTrust Clock, int Overdue);

/// <summary>
/// Destroys what is due, and nothing else. Every step may be cut off at any moment and is taken up again: decided
/// and signed in the ledger, written to the journal outside the database, removed from the locker, marked with its
/// certificate; once a day the epoch's key.
/// </summary>
public sealed partial class Retention
{
    /// <summary>Contents of one act.</summary>
    private const int Batch = 200;

    private static readonly TimeSpan CloseEvery = TimeSpan.FromHours(24);

    private readonly Db _db;
    private readonly KernelServices _kernel;
    private readonly Contents _contents;
    private readonly string _holder = $"{Environment.MachineName}/{Environment.ProcessId}";

    internal Retention(Db db, KernelServices kernel, Contents contents) =>
        (_db, _kernel, _contents) = (db, kernel, contents);

    /// <summary>Tenants that ever kept a content in this data folder, suspended ones too.</summary>
    public IReadOnlyList<TenantId> Tenants => _contents.Kept.Tenants;

    /// <summary>Until something that is held changed, or this long.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellation) =>
        _kernel.Custody.WaitAsync(atMost, cancellation);

    /// <summary>
    /// Brings the journals up to date, or a database that was put back to an older state. Before anything else is
    /// done.
    /// </summary>
    public async Task CatchUpAsync(CancellationToken cancellation = default)
    {
        foreach (var tenant in Tenants)
        {
            try
            {
                await JournalAsync(tenant, _contents.CustodyOf(tenant).Journal, cancellation);
            }
            catch (ContentException e) when (e.Problem == ContentProblem.Elsewhere)
            {
                // The process that keeps the locker keeps its journal.
            }
        }
    }

    /// <summary>
    /// After something that is held changed: journals it, and removes what two persons had destroyed early.
    /// </summary>
    /// <exception cref="ContentException">Another process keeps this locker.</exception>
    public Task FollowAsync(TenantId tenant, CancellationToken cancellation = default) =>
        InTurnAsync(
            tenant,
            async custody =>
                await TakeAsync(tenant, cancellation) is not null
                    ? await ResumeAsync(tenant, custody, cancellation)
                    : 0,
            cancellation
        );

    /// <summary>One look: all that is due now is gone when it returns, unless the report says why not.</summary>
    /// <returns>Null: another process has its turn, or the tenant keeps nothing here.</returns>
    /// <exception cref="ContentException">Another process keeps this locker.</exception>
    /// <exception cref="DatabaseUnavailableException">Tried again with the next look.</exception>
    public Task<SweepReport?> SweepAsync(TenantId tenant, CancellationToken cancellation = default) =>
        InTurnAsync(
            tenant,
            async custody =>
            {
                var state = await TakeAsync(tenant, cancellation);
                return state is null ? null : await SweepAsync(tenant, custody, state, cancellation);
            },
            cancellation
        );

    /// <summary>The lease, and what is thought of the clock. Null: another process has its turn.</summary>
    private Task<RetentionState?> TakeAsync(TenantId tenant, CancellationToken cancellation) =>
        SystemAsync(tenant, tx => RetentionState.TakeAsync(tx, _holder, _db.Engine), cancellation);

    private async Task<T?> InTurnAsync<T>(
        TenantId tenant,
        Func<TenantCustody, Task<T?>> look,
        CancellationToken cancellation
    )
    {
        var turn = _contents.Kept.Turn;
        await turn.WaitAsync(cancellation);
        try
        {
            if (!Tenants.Contains(tenant))
            {
                // It ended a moment ago.
                return default;
            }
            var custody = _contents.CustodyOf(tenant);
            await JournalAsync(tenant, custody.Journal, cancellation);
            return await look(custody);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<SweepReport> SweepAsync(
        TenantId tenant,
        TenantCustody custody,
        RetentionState state,
        CancellationToken cancellation
    )
    {
        var isTrusted = state.Trust == ClockTrust.Trusted;
        int destroyed;
        int overdue;
        try
        {
            destroyed = await DestroyDueAsync(tenant, custody, isTrusted, cancellation);
        }
        finally
        {
            // Told before all that may take long, and also where destroying failed.
            overdue = await OverdueAsync(tenant, cancellation);
        }
        var strays = await CompareAsync(tenant, custody, isTrusted, cancellation);
        var closed = isTrusted
            ? await CloseAsync(tenant, custody, state, destroyed + strays > 0, cancellation)
            : 0;
        await JournalAsync(tenant, custody.Journal, cancellation);
        return new SweepReport(destroyed, closed, state.Trust, overdue);
    }

    /// <summary>What was begun, then all that is due where the clock is trusted. Gives how many.</summary>
    private async Task<int> DestroyDueAsync(
        TenantId tenant,
        TenantCustody custody,
        bool isTrusted,
        CancellationToken cancellation
    )
    {
        var destroyed = await ResumeAsync(tenant, custody, cancellation);
        for (var last = Batch; isTrusted && last == Batch; destroyed += last)
        {
            var decided = await DecideAsync(tenant, cancellation);
            last = decided.Count;
            await RemoveAsync(tenant, custody, decided, cancellation);
        }
        return destroyed;
    }

    /// <summary>Decides and records; from the moment it is committed nothing opens these any more.</summary>
    private async Task<IReadOnlyList<Guid>> DecideAsync(TenantId tenant, CancellationToken cancellation)
    {
        var due = await ReadAsync(tenant, tx => ClaimTables.DueAsync(tx, tx.Now, Batch), cancellation);
        return due.Count == 0
            ? []
            : await ActAsync(
                tenant,
                isSigned: true,
                async tx =>
                {
                    var decided = new List<Guid>();
                    var state = await RetentionState.FindAsync(tx);
                    foreach (var id in due)
                    {
                        if (await IsDestroyableAsync(tx, state, id) is { } row)
                        {
                            await BeginAsync(tx, row, "Nothing keeps it any more.", isEarly: false);
                            decided.Add(id);
                        }
                    }
                    await RetentionState.NoteRemovalAsync(tx, decided.Count);
                    await tx.RecordAsync(
                        new LedgerAct("retention.decided", tx.Tenant.Value)
                        {
                            Facts = Facts(("contents", $"{decided.Count}")),
                        }
                    );
                    return (IReadOnlyList<Guid>)decided;
                },
                cancellation
            );
    }

    /// <summary>Asked again in the transaction that decides: a hold may have been placed since.</summary>
    private async Task<ContentRow?> IsDestroyableAsync(Tx tx, RetentionState? state, Guid id)
    {
        var row = await CustodyTables.ContentAsync(tx, id);
        return
            row is { State: ContentRow.Sealed }
            && state?.Holder == _holder
            && RetentionRule.Destroyable(await ClaimTables.OfAsync(tx, row), tx.Now, state.Trust)
            ? row
            : null;
    }

    internal static async Task BeginAsync(Tx tx, ContentRow row, string because, bool isEarly)
    {
        row.State = ContentRow.Destroying;
        row.DestroyingAt = tx.Now;
        row.DestroyedBecause = because;
        await CustodyTables.PutAsync(tx, row);
        await tx.RecordAsync(Destroying(row.Id, because, ("early", isEarly ? "yes" : "no")));
        await tx.RaiseAsync(new ContentDestroyed(new CaseRef(row.CaseRef), row.Id));
    }

    private async Task RemoveAsync(
        TenantId tenant,
        TenantCustody custody,
        IReadOnlyList<Guid> ids,
        CancellationToken cancellation
    )
    {
        if (ids.Count == 0)
        {
            return;
        }
        // Outside the database first: a backup of it that is put back must not bring them back.
        await JournalAsync(tenant, custody.Journal, cancellation);
        var removed = new Dictionary<Guid, (DateTimeOffset At, long Epoch)>();
        foreach (var id in ids)
        {
            removed[id] = (_kernel.Time.GetUtcNow(), Remove(custody, Contents.ObjectOf(id)));
        }
        await ActAsync(tenant, isSigned: false, tx => MarkAsync(tx, removed), cancellation);
    }

    private static async Task<bool> MarkAsync(
        Tx tx,
        IReadOnlyDictionary<Guid, (DateTimeOffset At, long Epoch)> removed
    )
    {
        foreach (var (id, (at, epoch)) in removed)
        {
            var row = (await CustodyTables.ContentAsync(tx, id))!;
            row.State = ContentRow.Destroyed;
            row.RemovedAt = at;
            row.Epoch = epoch;
            row.MissingAt = null;
            await CustodyTables.PutAsync(tx, row);
            await tx.ClearAlarmAsync("content_missing", id.ToString());
            await tx.RecordAsync(
                new LedgerAct("content.destroyed", id.ToString()) { Facts = Facts(("epoch", $"{epoch}")) }
            );
        }
        return true;
    }

    private static LedgerAct Destroying(Guid id, string because, params (string, string)[] facts) =>
        new("content.destroying", id.ToString())
        {
            Reason = because.Length == 0 ? null : because,
            Facts = Facts(facts),
        };

    private static Dictionary<string, string> Facts(params (string Name, string Value)[] facts) =>
        facts.ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal);

    private Task<T> ActAsync<T>(
        TenantId tenant,
        bool isSigned,
        Func<Tx, Task<T>> work,
        CancellationToken cancellation
    )
    {
        var actor = Actor.Machine(tenant, "retention", Permission.HoldManage);
        return isSigned
            ? _db.SignedAsync(actor, Permission.HoldManage, work, cancellation)
            : _db.ActAsync(actor, Permission.HoldManage, work, cancellation);
    }

    private Task<T> ReadAsync<T>(TenantId tenant, Func<Tx, Task<T>> work, CancellationToken cancellation) =>
        _db.SystemAsync("retention", isWrite: false, work, tenant, cancellation);

    private Task<T> SystemAsync<T>(TenantId tenant, Func<Tx, Task<T>> work, CancellationToken cancellation) =>
        _db.SystemAsync("retention", isWrite: true, work, tenant, cancellation);
}
