using System.Collections.Concurrent;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>
/// The journals of this process, each opened once and compared with the database before anything is filed.
/// </summary>
internal sealed class FilingJournals(TrustKernel kernel) : IDisposable
{
    private readonly ConcurrentDictionary<TenantId, FilingJournal> _open = new();

    /// <summary>Nothing of this tenant is filed without one.</summary>
    public FilingJournal? Find(TenantId tenant) => _open.GetValueOrDefault(tenant);

    public bool Exists(TenantId tenant) => kernel.Journals.Exists(tenant, FilingJournal.Name);

    /// <summary>Opens it and compares: what it knows and the database does not stands behind the fence then.</summary>
    /// <exception cref="Files.FileInUseException">Another process has it, and files.</exception>
    public async Task<FilingJournal> OpenAsync(Actor actor, CancellationToken cancellation)
    {
        if (Find(actor.Tenant) is { } known)
        {
            return known;
        }
        var over = await kernel.Db.ReadAsync(actor, Permission.ReportFile, FilingRow.OverAsync, cancellation);
        var journal = FilingJournal.Open(
            kernel.Journals,
            actor.Tenant,
            Guid.CreateVersion7(kernel.Time.GetUtcNow()),
            over
        );
        try
        {
            await kernel.Db.WriteAsync(
                actor,
                Permission.ReportFile,
                tx => Fence.CompareAsync(tx, journal),
                cancellation
            );
        }
        catch
        {
            journal.Dispose();
            throw;
        }
        journal.Shorten();
        return _open[actor.Tenant] = journal;
    }

    /// <summary>The tenant is destroyed: its keys go, and nothing opens it again.</summary>
    public void End(TenantId tenant)
    {
        if (_open.TryRemove(tenant, out var journal))
        {
            journal.Dispose();
        }
        try
        {
            kernel.Journals.Remove(tenant, FilingJournal.Name);
        }
        catch (IOException)
        {
            // Without the tenant's keys it opens to nobody.
        }
    }

    public void Dispose()
    {
        foreach (var journal in _open.Values)
        {
            journal.Dispose();
        }
    }
}
