using System.Security.Cryptography;
using Vigil.Evidence;

namespace Vigil.Trust;

/// <summary>
/// A tenant's key for signing packages. It comes from the tenant's key ring, so every process of the installation has
/// the same, backups of the keys hold it, and it is destroyed with the tenant.
/// </summary>
public static class PackageSigner
{
    /// <returns>To be disposed by the caller.</returns>
    public static SigningKey Of(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var name = tx.Secrets.Digest("package signer's name").Of("1"u8);
        var seed = tx.Secrets.Digest("package signing key").Of("1"u8);
        var key = SigningKey.FromSeed($"vigil/packages/{Convert.ToHexStringLower(name.AsSpan(0, 8))}", seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    /// <summary>The public half, to be given to recipients by another way than the packages.</summary>
    public static string VerifierOf(Tx tx)
    {
        using var key = Of(tx);
        return key.Verifier.ToString();
    }
}
