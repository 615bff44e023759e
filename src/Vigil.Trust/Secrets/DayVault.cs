using Vigil.Files;

namespace Vigil.Trust;

/// <summary>
/// Sealed files of a tenant that are destroyed by the day: each day has an epoch key of its own, apart from the
/// tenant's others, and without it nothing of that day opens again, wherever a copy lies. They end with the tenant's
/// keys.
/// </summary>
public sealed class DayVault
{
    /// <summary>Behind the tenant's name, in the ring.</summary>
    private const string Apart = "/history";

    private readonly KeyRing _keys;

    internal DayVault(KeyRing keys) => _keys = keys;

    /// <summary>A key for one more day; what is sealed under it dies with it.</summary>
    /// <exception cref="KeyRingException">No recovery drill has passed: nothing of a day is kept yet.</exception>
    public int Begin(TenantId tenant)
    {
        // Else each row that is refused would leave an epoch behind.
        _keys.RequireDrill();
        return _keys.NewEpoch(NameOf(tenant));
    }

    /// <summary>Days whose keys live; none where the tenant has no such keys.</summary>
    public IReadOnlyList<int> Live(TenantId tenant)
    {
        try
        {
            return
            [
                .. _keys.Epochs(NameOf(tenant)).Where(epoch => !epoch.IsDestroyed).Select(epoch => epoch.Id),
            ];
        }
        catch (KeyRingException e) when (e.Problem == KeyRingProblem.UnknownTenant)
        {
            return [];
        }
    }

    /// <summary>Destroys the key of one day. No error when it is destroyed already.</summary>
    public void Destroy(TenantId tenant, int day) => _keys.DestroyEpoch(NameOf(tenant), day);

    /// <summary>Destroys the keys of all days. No error when there is none.</summary>
    public void DestroyAll(TenantId tenant) => DestroyAll(_keys, tenant);

    /// <summary>Opens or creates a log; a new one is sealed under the day.</summary>
    /// <inheritdoc cref="SealedLog.Open"/>
    public SealedLog OpenLog(string path, TenantId tenant, string name, int day, Action<byte[]> onRecord) =>
        SealedLog.Open(path, _keys, ContextOf(tenant, name, 1), onRecord, day);

    /// <summary>Writes a file under the day, durably, in place of the one before.</summary>
    public void Write(
        string path,
        TenantId tenant,
        string name,
        int version,
        int day,
        Action<Stream> write
    ) =>
        Durable.Replace(
            path,
            file =>
            {
                using var writer = SealedFile.CreateWriter(
                    file,
                    _keys,
                    ContextOf(tenant, name, version),
                    day
                );
                write(writer);
                writer.Complete();
            }
        );

    /// <summary>The plain bytes, verified as they are read.</summary>
    /// <exception cref="SealBrokenException">From here or from reading: cut, altered, another file's.</exception>
    /// <exception cref="KeyRingException">The day's key is destroyed.</exception>
    /// <exception cref="InputFileException">It is not there.</exception>
    public Stream OpenRead(string path, TenantId tenant, string name, int version) =>
        SealedFile.OpenReader(InputFile.OpenRead(path), _keys, ContextOf(tenant, name, version));

    internal static void DestroyAll(KeyRing keys, TenantId tenant) => keys.DestroyTenant(NameOf(tenant));

    private static string NameOf(TenantId tenant) => tenant.Value + Apart;

    private static SealContext ContextOf(TenantId tenant, string name, int version) =>
        new(NameOf(tenant), name, version);
}
