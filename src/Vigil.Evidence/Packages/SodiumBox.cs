using System.Runtime.InteropServices;

namespace Vigil.Evidence;

/// <summary>
/// Sealed boxes (X25519, XSalsa20-Poly1305) and streams (XChaCha20-Poly1305) of libsodium: what a sender can close and
/// only the owner of the other half can open.
/// </summary>
internal static class SodiumBox
{
    /// <summary>Of either half of a pair, and of a stream's key.</summary>
    public const int KeyBytes = 32;

    /// <summary>A sealed box is longer than its message by this.</summary>
    public const int SealBytes = 48;

    public const int StreamHeaderBytes = 24;

    /// <summary>A chunk is longer than its message by this.</summary>
    public const int StreamExtraBytes = 17;

    private const int StateBytes = 52;
    private const byte Message = 0;
    private const byte Final = 3;
    private const string Library = "libsodium.so.23";

    /// <summary>The public half.</summary>
    /// <returns>Null: the secret one is none.</returns>
    public static byte[]? PublicOf(byte[] secretKey)
    {
        Require(secretKey, KeyBytes);
        Sodium.Start();
        var publicKey = new byte[KeyBytes];
        return crypto_scalarmult_base(publicKey, secretKey) == 0 ? publicKey : null;
    }

    /// <returns>Null: the key is one that protects nothing.</returns>
    public static byte[]? Seal(byte[] message, byte[] publicKey)
    {
        Require(publicKey, KeyBytes);
        Sodium.Start();
        var box = new byte[message.Length + SealBytes];
        return crypto_box_seal(box, message, (ulong)message.Length, publicKey) == 0 ? box : null;
    }

    /// <returns>Null: not sealed to this pair, or altered.</returns>
    public static byte[]? Open(byte[] box, byte[] publicKey, byte[] secretKey)
    {
        Require(publicKey, KeyBytes);
        Require(secretKey, KeyBytes);
        Sodium.Start();
        if (box.Length < SealBytes)
        {
            return null;
        }
        var message = GC.AllocateArray<byte>(box.Length - SealBytes, pinned: true);
        return crypto_box_seal_open(message, box, (ulong)box.Length, publicKey, secretKey) == 0
            ? message
            : null;
    }

    /// <summary>Begins a stream that is written.</summary>
    public static byte[] BeginPush(byte[] key, out byte[] header)
    {
        Require(key, KeyBytes);
        Sodium.Start();
        var state = GC.AllocateArray<byte>(StateBytes, pinned: true);
        header = new byte[StreamHeaderBytes];
        Check(crypto_secretstream_xchacha20poly1305_init_push(state, header, key));
        return state;
    }

    /// <summary>Begins a stream that is read.</summary>
    /// <returns>Null: the header is none.</returns>
    public static byte[]? BeginPull(byte[] key, byte[] header)
    {
        Require(key, KeyBytes);
        Require(header, StreamHeaderBytes);
        Sodium.Start();
        var state = GC.AllocateArray<byte>(StateBytes, pinned: true);
        return crypto_secretstream_xchacha20poly1305_init_pull(state, header, key) == 0 ? state : null;
    }

    /// <summary>
    /// Seals the next <paramref name="count"/> bytes into <paramref name="chunk"/>; <paramref name="boundTo"/> must be
    /// the same when it is read.
    /// </summary>
    /// <returns>Bytes of the chunk.</returns>
    public static int Push(byte[] state, byte[] message, int count, byte[] boundTo, bool isLast, byte[] chunk)
    {
        Require(state, StateBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, message.Length);
        if (chunk.Length < count + StreamExtraBytes)
        {
            throw new ArgumentException("The chunk has no room for the message.", nameof(chunk));
        }
        Check(
            crypto_secretstream_xchacha20poly1305_push(
                state,
                chunk,
                out _,
                message,
                (ulong)count,
                boundTo,
                (ulong)boundTo.Length,
                isLast ? Final : Message
            )
        );
        return count + StreamExtraBytes;
    }

    /// <summary>Opens the next chunk into <paramref name="message"/>.</summary>
    /// <returns>Whether it is the last; null: altered, or another chunk than the next.</returns>
    public static bool? Pull(byte[] state, byte[] chunk, int count, byte[] boundTo, byte[] message)
    {
        Require(state, StateBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, chunk.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, StreamExtraBytes);
        if (message.Length < count - StreamExtraBytes)
        {
            throw new ArgumentException("The message has no room for the chunk.", nameof(message));
        }
        var result = crypto_secretstream_xchacha20poly1305_pull(
            state,
            message,
            out _,
            out var tag,
            chunk,
            (ulong)count,
            boundTo,
            (ulong)boundTo.Length
        );
        return result != 0 ? null : tag == Final;
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
    private static extern int crypto_scalarmult_base(byte[] publicKey, byte[] secretKey);

    [DllImport(Library)]
    private static extern int crypto_box_seal(byte[] box, byte[] message, ulong length, byte[] publicKey);

    [DllImport(Library)]
    private static extern int crypto_box_seal_open(
        byte[] message,
        byte[] box,
        ulong length,
        byte[] publicKey,
        byte[] secretKey
    );

    [DllImport(Library)]
    private static extern int crypto_secretstream_xchacha20poly1305_init_push(
        byte[] state,
        byte[] header,
        byte[] key
    );

    [DllImport(Library)]
    private static extern int crypto_secretstream_xchacha20poly1305_init_pull(
        byte[] state,
        byte[] header,
        byte[] key
    );

    [DllImport(Library)]
    private static extern int crypto_secretstream_xchacha20poly1305_push(
        byte[] state,
        byte[] chunk,
        out ulong chunkLength,
        byte[] message,
        ulong length,
        byte[] boundTo,
        ulong boundToLength,
        byte tag
    );

    [DllImport(Library)]
    private static extern int crypto_secretstream_xchacha20poly1305_pull(
        byte[] state,
        byte[] message,
        out ulong length,
        out byte tag,
        byte[] chunk,
        ulong chunkLength,
        byte[] boundTo,
        ulong boundToLength
    );
#pragma warning restore IDE1006
}
