using System.Collections.Concurrent;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>
/// The journals of this process, each opened once and compared with the database before anything is filed.
/// </summary>
/// <param name="kernel">Whose database they are compared with.</param>
/// <param name="limits">For how long other servers are waited for.</param>
/// <param name="files">Where they lie.</param>
internal sealed class FilingJournals(TrustKernel kernel, FilingLimits limits, Journals files) : IDisposable
{
    private readonly ConcurrentDictionary<TenantId, FilingJournal> _open = new();
    private readonly ConcurrentDictionary<TenantId, Peers> _peers = new();

    /// <summary>Another process has it, and compares; or it begins now.</summary>
    private readonly ConcurrentDictionary<TenantId, bool> _notRead = new();

    /// <summary>Of whom it is known whether the database was put back; true: all waits since this look.</summary>
    private readonly ConcurrentDictionary<TenantId, bool> _looked = new();

    /// <summary>The race it prevents: a worker and a package that open one journal twice.</summary>
    private readonly SemaphoreSlim _opening = new(1);

    /// <summary>The race it prevents: two looks of which the second finds what the first wrote.</summary>
    private readonly SemaphoreSlim _looking = new(1);

    /// <summary>Nothing of this tenant is filed without one.</summary>
    public FilingJournal? Find(TenantId tenant) => _open.GetValueOrDefault(tenant);

    /// <summary>Beside the servers of the other journals; of one that is open.</summary>
    public Peers PeersOf(TenantId tenant) => _peers[tenant];

    public bool Exists(TenantId tenant) => files.Exists(tenant, FilingJournal.Name);

    /// <summary>What it knows of a report beyond the database.</summary>
    public async Task<JournalTold> TellAsync(Tx tx, Guid reportId) =>
        Find(tx.Tenant) is { } journal
            ? new(IsCompared: true, await Fence.IsBehindAsync(tx, journal, reportId))
            : new(
                (!Exists(tx.Tenant) || _notRead.ContainsKey(tx.Tenant)) && _looked.ContainsKey(tx.Tenant),
                IsAhead: false
            );

    /// <summary>
    /// Once in each process, since no server runs while one goes on from a database that was put back: where that was
    /// done since the last look, all that may leave stands behind the fence then, whatever the journal knows.
    /// </summary>
    public async Task LookForRestoreAsync(Actor actor, CancellationToken cancellation)
    {
        if (_looked.ContainsKey(actor.Tenant))
        {
            return;
        }
        await _looking.WaitAsync(cancellation);
        try
        {
            if (!_looked.ContainsKey(actor.Tenant))
            {
                _looked[actor.Tenant] = await IsPutBackSinceAsync(actor, cancellation);
            }
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>What is new since the last look: the whole ledger is read by the first look of all alone.</summary>
    private async Task<bool> IsPutBackSinceAsync(Actor actor, CancellationToken cancellation)
    {
        var known = await kernel.Db.ReadAsync(
            actor,
            Permission.ReportFile,
            ResumeRow.FindAsync,
            cancellation
        );
        var (newest, wasResumed) = await ReadActsAsync(
            tx => LedgerResume.SinceAsync(tx, known),
            cancellation
        );
        return newest > known
            && await kernel.Db.WriteAsync(
                actor,
                Permission.ReportFile,
                tx => Fence.ResumedAsync(tx, known, newest, wasResumed, Exists(actor.Tenant)),
                cancellation
            );
    }

    /// <summary>Opens it and compares: what it knows and the database does not stands behind the fence then.</summary>
    /// <exception cref="Files.FileInUseException">Another process has it, and files.</exception>
    public async Task<FilingJournal> OpenAsync(Actor actor, CancellationToken cancellation)
    {
        if (Find(actor.Tenant) is { } known)
        {
            return known;
        }
        await _opening.WaitAsync(cancellation);
        try
        {
            return Find(actor.Tenant) ?? await OpenNowAsync(actor, cancellation);
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<FilingJournal> OpenNowAsync(Actor actor, CancellationToken cancellation)
    {
        await LookForRestoreAsync(actor, cancellation);
        var over = await kernel.Db.ReadAsync(actor, Permission.ReportFile, FilingRow.OverAsync, cancellation);
        var journal = Open(actor.Tenant, over);
        try
        {
            // What persons decided since all waits for that act is not asked for again.
            var wasPutBack =
                journal.Last.IsEmpty
                && !_looked.GetValueOrDefault(actor.Tenant)
                && await kernel.Db.ReadAsync(
                    actor,
                    Permission.ReportFile,
                    ResumeRow.WasResumedAsync,
                    cancellation
                );
            await kernel.Db.WriteAsync(
                actor,
                Permission.ReportFile,
                tx => Fence.CompareAsync(tx, journal, wasPutBack),
                cancellation
            );
        }
        catch
        {
            journal.Dispose();
            throw;
        }
        journal.Shorten();
        _peers[actor.Tenant] = new Peers(kernel, journal, limits);
        return _open[actor.Tenant] = journal;
    }

    private FilingJournal Open(TenantId tenant, IReadOnlySet<Guid> over)
    {
        if (!Exists(tenant))
        {
            _notRead[tenant] = true;
        }
        try
        {
            var id = Guid.CreateVersion7(kernel.Time.GetUtcNow());
            return FilingJournal.Open(files, tenant, id, over);
        }
        catch (Files.FileInUseException)
        {
            _notRead[tenant] = true;
            throw;
        }
    }

    /// <summary>Acts of the installation are the default tenant's.</summary>
    private Task<T> ReadActsAsync<T>(Func<Tx, Task<T>> read, CancellationToken cancellation) =>
        kernel.Db.ReadAsync(
            Actor.Machine(TenantId.Default, "filing", Permission.ReportFile),
            Permission.ReportFile,
            read,
            cancellation
        );

    /// <summary>The tenant is destroyed: its keys go, and nothing opens it again.</summary>
    public void End(TenantId tenant)
    {
        if (_open.TryRemove(tenant, out var journal))
        {
            journal.Dispose();
        }
        if (_peers.TryRemove(tenant, out var peers))
        {
            peers.Dispose();
        }
        try
        {
            files.Remove(tenant, FilingJournal.Name);
        }
        catch (IOException)
        {
            // Without the tenant's keys it opens to nobody.
        }
    }

    public void Dispose()
    {
        _opening.Dispose();
        _looking.Dispose();
        foreach (var journal in _open.Values)
        {
            journal.Dispose();
        }
        foreach (var peers in _peers.Values)
        {
            peers.Dispose();
        }
    }
}
