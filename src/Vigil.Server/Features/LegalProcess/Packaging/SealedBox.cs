using System.Runtime.InteropServices;

namespace Vigil.Server.Features.LegalProcess.Packaging;

/// <summary>
/// A small secret that only the owner of a public key reads: libsodium's sealed box (X25519, XSalsa20-Poly1305 under a
/// key pair that is thrown away), which .NET does not have.
/// </summary>
internal static class SealedBox
{
    public const int PublicKeyBytes = 32;

    /// <summary>The throw-away public key and the tag.</summary>
    public const int OverheadBytes = 48;

    private const string Library = "libsodium.so.23";

    /// <exception cref="InvalidOperationException">The key is no point that a secret can be shared by.</exception>
    public static byte[] Seal(byte[] secret, byte[] publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, PublicKeyBytes, nameof(publicKey));
        var box = new byte[secret.Length + OverheadBytes];
        return sodium_init() >= 0 && crypto_box_seal(box, secret, (ulong)secret.Length, publicKey) == 0
            ? box
            : throw new InvalidOperationException(
                "libsodium does not seal to this key: ask for another one."
            );
    }

#pragma warning disable IDE1006 // the library's own names
    [DllImport(Library)]
    private static extern int sodium_init();

    [DllImport(Library)]
    private static extern int crypto_box_seal(
        byte[] box,
        byte[] message,
        ulong messageLength,
        byte[] publicKey
    );
#pragma warning restore IDE1006
}
