using System.Buffers.Binary;
using System.Security.Cryptography;
using Vigil.Evidence;
using Vigil.Files;

namespace Vigil.Server.Features.LegalProcess.Packaging;

/// <summary>
/// A package as it leaves: for the owner of one X25519 key. "VIGILPKG", version 1 and algorithm 1 (little-endian, two
/// bytes each), a sealed box with a random key of 32 bytes, then the plain bytes in chunks of 64 KiB under AES-256-GCM
/// (STREAM), the head as additional data of each.
/// </summary>
internal static class SealedPackage
{
    private const int KeyBytes = 32;

    /// <summary>Mark and versions, then the sealed key, which is 48 bytes longer.</summary>
    private const int HeadBytes = 12 + KeyBytes + 48;

    /// <summary>Everything that leaves for an authority goes through here.</summary>
    /// <param name="destination">Is disposed.</param>
    /// <param name="recipientKey">X25519, 32 bytes, as the call-back confirmed it.</param>
    /// <param name="writeInner">Writes the plain package.</param>
    public static void Seal(Stream destination, byte[] recipientKey, Action<Stream> writeInner)
    {
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        try
        {
            var head = new byte[HeadBytes];
            "VIGILPKG"u8.CopyTo(head);
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(8), 1);
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(10), 1);
            KeyOf(recipientKey).Seal(key).CopyTo(head, 12);
            using var writer = SealedFile.CreateWriter(destination, key, head);
            writeInner(writer);
            writer.Complete();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <exception cref="InvalidOperationException">The key is no point that a secret can be shared by.</exception>
    private static RecipientKey KeyOf(byte[] bytes)
    {
        try
        {
            return RecipientKey.FromBytes(bytes);
        }
        catch (PackageException e)
        {
            throw new InvalidOperationException("Nothing can be sealed to this key: ask for another one.", e);
        }
    }
}
