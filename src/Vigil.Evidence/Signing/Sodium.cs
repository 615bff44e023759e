using System.Runtime.InteropServices;

namespace Vigil.Evidence;

/// <summary>
/// Ed25519 (RFC 8032) of libsodium, which .NET does not have. Beyond the standard it refuses public keys and
/// nonces of small order and encodings that are not canonical, so that no signature fits two messages.
/// </summary>
internal static class Sodium
{
    public const int SeedBytes = 32;
    public const int PublicKeyBytes = 32;
    public const int SecretKeyBytes = 64;
    public const int SignatureBytes = 64;

    private const string Library = "libsodium.so.23";

    /// <summary>Fills both keys from the seed; the secret one is seed and public key, as libsodium keeps
    /// it.</summary>
    public static void MakeKeyPair(byte[] seed, byte[] publicKey, byte[] secretKey)
    {
        Require(seed, SeedBytes);
        Require(publicKey, PublicKeyBytes);
        Require(secretKey, SecretKeyBytes);
        Start();
        Check(crypto_sign_seed_keypair(publicKey, secretKey, seed));
    }

    public static byte[] Sign(byte[] message, byte[] secretKey)
    {
        Require(secretKey, SecretKeyBytes);
        Start();
        var signature = new byte[SignatureBytes];
        Check(crypto_sign_detached(signature, 0, message, (ulong)message.Length, secretKey));
        return signature;
    }

    public static bool Verify(byte[] signature, byte[] message, byte[] publicKey)
    {
        Require(publicKey, PublicKeyBytes);
        Start();
        return signature.Length == SignatureBytes
            && crypto_sign_verify_detached(signature, message, (ulong)message.Length, publicKey) == 0;
    }

    /// <summary>Every call: the library does it once and is quick to say so.</summary>
    internal static void Start()
    {
        try
        {
            Check(sodium_init() < 0 ? -1 : 0);
        }
        catch (DllNotFoundException e)
        {
            throw new LedgerException(
                LedgerProblem.NoLibrary,
                $"{Library} is not on this machine: apt-get install --no-install-recommends libsodium23.",
                e
            );
        }
    }

    private static void Require(byte[] bytes, int length) =>
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, length, nameof(bytes));

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException("libsodium failed where it has no reason to.");
        }
    }

#pragma warning disable IDE1006 // the library's own names
    [DllImport(Library)]
    private static extern int sodium_init();

    [DllImport(Library)]
    private static extern int crypto_sign_seed_keypair(byte[] publicKey, byte[] secretKey, byte[] seed);

    [DllImport(Library)]
    private static extern int crypto_sign_detached(
        byte[] signature,
        nint signatureLength,
        byte[] message,
        ulong messageLength,
        byte[] secretKey
    );

    [DllImport(Library)]
    private static extern int crypto_sign_verify_detached(
        byte[] signature,
        byte[] message,
        ulong messageLength,
        byte[] publicKey
    );
#pragma warning restore IDE1006
}
