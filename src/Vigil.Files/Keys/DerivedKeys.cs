using System.Security.Cryptography;
using System.Text;

namespace Vigil.Files.Keys;

/// <summary>
/// Keys derived from a tenant's or an epoch's (HKDF-SHA256, RFC 5869), kept because a database asks for the
/// same ones for each row. Emptied whenever the ring changes, so that a destroyed epoch lives on nowhere.
/// </summary>
internal sealed class DerivedKeys
{
    private readonly Dictionary<(string Tenant, string Purpose, int Epoch), byte[]> _known = [];

    public byte[] Of(SecretKey source, string tenant, string purpose, int epoch)
    {
        var name = (tenant, purpose, epoch);
        if (!_known.TryGetValue(name, out var key))
        {
            key = GC.AllocateUninitializedArray<byte>(SecretKey.LengthBytes, pinned: true);
            HKDF.DeriveKey(
                HashAlgorithmName.SHA256,
                source.Bytes,
                key,
                [],
                Encoding.UTF8.GetBytes($"vigil derived key\n{purpose}")
            );
            _known.Add(name, key);
        }
        // A copy: this one is zeroed when the ring changes, perhaps while the caller still seals with it.
        return [.. key];
    }

    /// <summary>Also run when the ring is closed.</summary>
    public void Clear()
    {
        foreach (var key in _known.Values)
        {
            CryptographicOperations.ZeroMemory(key);
        }
        _known.Clear();
    }
}
