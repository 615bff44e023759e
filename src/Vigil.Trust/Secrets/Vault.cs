using System.Collections.Concurrent;
using Vigil.Files;

namespace Vigil.Trust;

/// <summary>The key ring as the kernel uses it: per tenant, and per purpose.</summary>
internal sealed class Vault(KeyRing keys)
{
    private readonly ConcurrentDictionary<TenantId, TenantSecrets> _tenants = new();

    public TenantSecrets Of(TenantId tenant) => _tenants.GetOrAdd(tenant, id => new TenantSecrets(keys, id));

    /// <summary>Destroys the tenant's keys: nothing that was sealed for it opens again.</summary>
    public void Destroy(TenantId tenant)
    {
        DayVault.DestroyAll(keys, tenant);
        keys.DestroyTenant(tenant.Value);
        _tenants.TryRemove(tenant, out _);
    }

    /// <summary>Makes the tenant's first keys where it has none.</summary>
    public void Open(TenantId tenant)
    {
        try
        {
            _ = keys.Epochs(tenant.Value);
        }
        catch (KeyRingException e) when (e.Problem == KeyRingProblem.UnknownTenant)
        {
            keys.NewEpoch(tenant.Value);
        }
    }
}

/// <summary>One tenant's keyed digests and sealers, each for a purpose of its own.</summary>
public sealed class TenantSecrets
{
    private readonly KeyRing _keys;
    private readonly string _tenant;
    private readonly ConcurrentDictionary<string, KeyedDigest> _digests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ValueSealer> _sealers = new(StringComparer.Ordinal);

    internal TenantSecrets(KeyRing keys, TenantId tenant) => (_keys, _tenant) = (keys, tenant.Value);

    /// <summary>Finds equal values again without keeping them, as a blind index.</summary>
    public KeyedDigest Digest(string purpose) =>
        _digests.GetOrAdd(purpose, name => new KeyedDigest(_keys, _tenant, name));

    /// <summary>Keeps files so that only this installation reads them, each under its name.</summary>
    public FileSealer Files(string purpose, int version = 1) => new(_keys, _tenant, purpose, version);

    /// <summary>Keeps values so that only this installation reads them.</summary>
    public ValueSealer Sealer(string purpose) =>
        _sealers.GetOrAdd(purpose, name => new ValueSealer(_keys, _tenant, name));
}
