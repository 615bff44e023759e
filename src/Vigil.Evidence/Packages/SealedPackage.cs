using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vigil.Evidence;

/// <summary>Reads what <see cref="PackageWriter"/> wrote: verifies it without opening, or opens it.</summary>
public static class SealedPackage
{
    private const int MaxNoteBytes = 4096;

    /// <summary>Reads all of it: the signature stands, and the bytes are those that were signed.</summary>
    /// <param name="file">Seekable.</param>
    /// <param name="signer">The sender's key as it gave it apart; null: by the key that the package names.</param>
    /// <exception cref="PackageException">It is not; the text says what to do.</exception>
    public static PackageSeal Verify(Stream file, VerifierKey? signer = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var seal = PackageSeal.Parse(ReadNote(file));
        if (signer is not null && signer.ToString() != seal.Signer.ToString())
        {
            throw new PackageException(
                PackageProblem.OtherSigner,
                $"The package is signed by '{seal.Signer.Name}', not by the key that was named: do not use it before "
                    + "the sender has explained it."
            );
        }
        if (seal.Bytes != SignedBytes(file, seal) || Digest(file, seal.Bytes) != seal.Sha256)
        {
            throw PackageSeal.Altered();
        }
        return seal;
    }

    /// <summary>Verifies, then gives the container out; what was altered is never given out.</summary>
    /// <param name="file">Seekable.</param>
    /// <param name="secret">The recipient's.</param>
    /// <param name="plain">Gets the container.</param>
    /// <param name="signer">As for <see cref="Verify"/>.</param>
    /// <exception cref="PackageException">Altered, or sealed to another key.</exception>
    public static PackageSeal Open(
        Stream file,
        RecipientSecret secret,
        Stream plain,
        VerifierKey? signer = null
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(plain);
        var seal = Verify(file, signer);
        file.Position = 0;
        var head = new byte[SealedPackageStream.HeadBytes];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            throw Malformed();
        }
        var state = BeginOf(head, secret, seal);
        try
        {
            Decrypt(file, seal.Bytes - head.Length, state, head, plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(state);
        }
        return seal;
    }

    private static byte[] BeginOf(byte[] head, RecipientSecret secret, PackageSeal seal)
    {
        const int versionAt = 8;
        const int fingerprintAt = versionAt + sizeof(ushort);
        const int keyAt = fingerprintAt + RecipientKey.FingerprintBytes;
        const int headerAt = keyAt + SodiumBox.KeyBytes + SodiumBox.SealBytes;
        if (
            !head.AsSpan().StartsWith(SealedPackageStream.Magic)
            || BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(versionAt)) != SealedPackageStream.Version
        )
        {
            throw Malformed();
        }
        var fingerprint = RecipientKey.TextOf(head[fingerprintAt..keyAt]);
        if (fingerprint != seal.Recipient)
        {
            throw PackageSeal.Altered();
        }
        if (fingerprint != secret.Key.Fingerprint || secret.Unseal(head[keyAt..headerAt]) is not { } key)
        {
            throw new PackageException(
                PackageProblem.OtherRecipient,
                $"The package is sealed to the key {fingerprint}, and this one is {secret.Key.Fingerprint}: name the "
                    + "other key's file."
            );
        }
        var state = SodiumBox.BeginPull(key, head[headerAt..]);
        CryptographicOperations.ZeroMemory(key);
        return state ?? throw PackageSeal.Altered();
    }

    private static void Decrypt(Stream file, long left, byte[] state, byte[] head, Stream plain)
    {
        var chunk = new byte[SealedPackageStream.ChunkBytes + SodiumBox.StreamExtraBytes];
        var message = new byte[SealedPackageStream.ChunkBytes];
        for (var boundTo = head; ; boundTo = [])
        {
            var count = (int)Math.Min(left, chunk.Length);
            if (count < SodiumBox.StreamExtraBytes)
            {
                throw PackageSeal.Altered();
            }
            file.ReadExactly(chunk, 0, count);
            left -= count;
            var isLast = SodiumBox.Pull(state, chunk, count, boundTo, message) ?? throw PackageSeal.Altered();
            if (isLast != (left == 0))
            {
                throw PackageSeal.Altered();
            }
            plain.Write(message, 0, count - SodiumBox.StreamExtraBytes);
            if (isLast)
            {
                CryptographicOperations.ZeroMemory(message);
                return;
            }
        }
    }

    private static long SignedBytes(Stream file, PackageSeal seal) =>
        file.Length - sizeof(uint) - NoteBytes(file) is var before && before == seal.Bytes ? before : -1;

    private static int NoteBytes(Stream file)
    {
        var length = new byte[sizeof(uint)];
        file.Position = file.Length - length.Length;
        file.ReadExactly(length);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(length);
        return
            count <= MaxNoteBytes
            && file.Length
                >= SealedPackageStream.HeadBytes + SodiumBox.StreamExtraBytes + count + sizeof(uint)
            ? (int)count
            : throw Malformed();
    }

    private static byte[] ReadNote(Stream file)
    {
        if (file.Length < SealedPackageStream.HeadBytes)
        {
            throw Malformed();
        }
        var note = new byte[NoteBytes(file)];
        file.Position = file.Length - sizeof(uint) - note.Length;
        file.ReadExactly(note);
        return note;
    }

    private static string Digest(Stream file, long count)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[SealedPackageStream.ChunkBytes];
        file.Position = 0;
        for (var left = count; left > 0; )
        {
            var read = file.Read(piece, 0, (int)Math.Min(left, piece.Length));
            if (read == 0)
            {
                throw PackageSeal.Altered();
            }
            digest.AppendData(piece, 0, read);
            left -= read;
        }
        return Convert.ToHexStringLower(digest.GetCurrentHash());
    }

    private static PackageException Malformed() =>
        new(
            PackageProblem.Malformed,
            "Not a whole package of a form this version knows: check that the right file is named, and that it came "
                + "whole."
        );
}
