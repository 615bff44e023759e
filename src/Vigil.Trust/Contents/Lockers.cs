using Vigil.Evidence;
using Vigil.Files;

namespace Vigil.Trust.Custody;

/// <summary>One tenant's locker and journal, held by this process.</summary>
internal sealed record TenantCustody(Locker Locker, CustodyJournal Journal) : IDisposable
{
    public void Dispose()
    {
        Journal.Dispose();
        Locker.Dispose();
    }
}

/// <summary>
/// The lockers of this data folder: one folder a tenant, all under a key ring of their own (<see cref="RootKeys"/>),
/// because closing an epoch destroys whatever was sealed under it. Opened when first needed.
/// </summary>
internal sealed class Lockers(string folder, KeyRing keys, KeyRing records) : IDisposable
{
    private const string Objects = "objects";
    private const string JournalFile = "custody.log";

    /// <summary>The race it prevents: two openings of one locker, of which the second finds it in use.</summary>
    private readonly Lock _gate = new();

    private readonly Dictionary<TenantId, TenantCustody> _open = [];

    /// <summary>The race it prevents: a tenant that ends, or a second look, under a look at what is due.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>Tenants that ever kept a content here.</summary>
    public IReadOnlyList<TenantId> Tenants =>
        Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateDirectories(folder)
                    .Select(path => Path.GetFileName(path))
                    .Where(TenantId.IsName)
                    .Order(StringComparer.Ordinal)
                    .Select(name => new TenantId(name)),
            ]
            : [];

    /// <exception cref="FileInUseException">Another process keeps it.</exception>
    public TenantCustody Of(TenantId tenant)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(tenant, out var known))
            {
                return known;
            }
            var path = Path.Combine(folder, tenant.Value);
            Durable.CreateFolder(path);
            var locker = Locker.Open(Path.Combine(path, Objects), KeysOf(tenant), tenant.Value);
            try
            {
                var journal = new CustodyJournal(Path.Combine(path, JournalFile), records, tenant);
                return _open[tenant] = new TenantCustody(locker, journal);
            }
            catch
            {
                locker.Dispose();
                throw;
            }
        }
    }

    /// <summary>Epochs of a tenant's locker whose keys are gone.</summary>
    public IReadOnlyList<long> ClosedEpochs(TenantId tenant)
    {
        lock (_gate)
        {
            return
            [
                .. KeysOf(tenant)
                    .Epochs(tenant.Value)
                    .Where(epoch => epoch.IsDestroyed)
                    .Select(epoch => (long)epoch.Id),
            ];
        }
    }

    /// <summary>The end of a tenant: its locker's keys, then its files.</summary>
    public async Task EndAsync(TenantId tenant, CancellationToken cancellation)
    {
        await Turn.WaitAsync(cancellation);
        try
        {
            End(tenant);
        }
        finally
        {
            Turn.Release();
        }
    }

    private void End(TenantId tenant)
    {
        lock (_gate)
        {
            if (_open.Remove(tenant, out var open))
            {
                open.Dispose();
            }
            var path = Path.Combine(folder, tenant.Value);
            if (Directory.Exists(path))
            {
                keys.DestroyTenant(tenant.Value);
                Directory.Delete(path, recursive: true);
            }
        }
    }

    public void Dispose()
    {
        foreach (var open in _open.Values)
        {
            open.Dispose();
        }
        Turn.Dispose();
    }

    private KeyRing KeysOf(TenantId tenant)
    {
        try
        {
            _ = keys.Epochs(tenant.Value);
        }
        catch (KeyRingException e) when (e.Problem == KeyRingProblem.UnknownTenant)
        {
            keys.NewEpoch(tenant.Value);
        }
        return keys;
    }
}
