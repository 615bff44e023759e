using System.IO.Compression;
using System.Security.Cryptography;

namespace Vigil.Evidence;

/// <summary>The container of an opened package: what its signed manifest lists, and nothing besides.</summary>
public sealed class PackageContainer : IDisposable
{
    private readonly ZipArchive _zip;

    private PackageContainer(ZipArchive zip, PackageManifest manifest) => (_zip, Manifest) = (zip, manifest);

    public PackageManifest Manifest { get; }

    /// <summary>Verifies the manifest's signature, its recipient, and the digest of every part.</summary>
    /// <param name="plain">As <see cref="SealedPackage.Open"/> wrote it; disposed with this.</param>
    /// <param name="seal">As it gave it.</param>
    /// <exception cref="PackageException">Something is not as the manifest says.</exception>
    public static PackageContainer Read(Stream plain, PackageSeal seal)
    {
        ArgumentNullException.ThrowIfNull(plain);
        ArgumentNullException.ThrowIfNull(seal);
        ZipArchive? zip = null;
        try
        {
            plain.Position = 0;
            zip = new ZipArchive(plain, ZipArchiveMode.Read);
            var manifest = ManifestOf(zip, seal);
            var container = new PackageContainer(zip, manifest);
            container.CheckParts();
            return container;
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or LedgerException
                        or PackageException
                        or EndOfStreamException
                        or NotSupportedException
                        or ArgumentException
            )
        {
            zip?.Dispose();
            throw e as PackageException
                ?? new PackageException(PackageProblem.Altered, PackageSeal.AlteredText, e);
        }
    }

    /// <summary>The bytes of a part, which was verified.</summary>
    public Stream Open(PackagePart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return _zip.GetEntry(part.Name)!.Open();
    }

    private static PackageManifest ManifestOf(ZipArchive zip, PackageSeal seal)
    {
        var bytes = ReadSmall(zip, "manifest.json");
        var note = SignedNote.Parse(ReadSmall(zip, "manifest.note"));
        return
            note.Text == PackageWriter.NoteText(bytes)
            && note.SignaturesOf(seal.Signer).Count == 1
            && PackageManifest.Parse(bytes) is var manifest
            && manifest.RecipientFingerprint == seal.Recipient
            ? manifest
            : throw PackageSeal.Altered();
    }

    private static byte[] ReadSmall(ZipArchive zip, string name)
    {
        if (zip.GetEntry(name) is not { } entry || entry.Length > PackageManifest.MaxBytes)
        {
            throw PackageSeal.Altered();
        }
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private void CheckParts()
    {
        if (_zip.Entries.Count != Manifest.Parts.Count + 2)
        {
            throw PackageSeal.Altered();
        }
        foreach (var part in Manifest.Parts)
        {
            // Stored, not compressed: what is read is never more than what came.
            if (
                _zip.GetEntry(part.Name) is not { } entry
                || entry.Length != part.Bytes
                || entry.CompressedLength != part.Bytes
            )
            {
                throw PackageSeal.Altered();
            }
            using var stream = entry.Open();
            if (Convert.ToHexStringLower(SHA256.HashData(stream)) != part.Sha256)
            {
                throw PackageSeal.Altered();
            }
        }
    }

    public void Dispose() => _zip.Dispose();
}
