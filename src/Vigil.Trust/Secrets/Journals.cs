using Vigil.Files;

namespace Vigil.Trust;

/// <summary>
/// Sealed journals of a tenant, outside the database and outside its backups: what was about to leave is known here
/// when
/// the database is put back to an older state. One process opens one at a time.
/// </summary>
public sealed class Journals
{
    private readonly string _folder;
    private readonly KeyRing _keys;

    internal Journals(string folder, KeyRing keys) => (_folder, _keys) = (folder, keys);

    /// <summary>Those of another server of the same installation, as tests need them.</summary>
    internal Journals At(string folder) => new(folder, _keys);

    public bool Exists(TenantId tenant, string name) => Path.Exists(PathOf(tenant, name));

    /// <summary>Opens or creates it, and reads what is there.</summary>
    /// <inheritdoc cref="SealedLog.Open"/>
    public SealedLog Open(TenantId tenant, string name, Action<byte[]> onRecord)
    {
        Durable.CreateFolder(Path.Combine(_folder, name));
        return SealedLog.Open(
            PathOf(tenant, name),
            _keys,
            new SealContext(tenant.Value, $"{name} journal", 1) { BeforeDrill = true },
            onRecord
        );
    }

    /// <summary>Of a tenant that has ended; no error when there is none.</summary>
    public void Remove(TenantId tenant, string name) => Durable.Delete(PathOf(tenant, name));

    private string PathOf(TenantId tenant, string name) => Path.Combine(_folder, name, $"{tenant.Value}.log");
}
