using System.Security.Cryptography;
using Vigil.Evidence;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// A tenant's key for signing packages. It comes from the tenant's key ring, so every process of the installation has
/// the same, backups of the keys hold it, and it is destroyed with the tenant.
/// </summary>
internal static class PackageSigner
{
    public static SigningKey Of(Tx tx)
    {
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
