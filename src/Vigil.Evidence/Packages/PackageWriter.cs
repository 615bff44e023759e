using System.IO.Compression;
using System.Security.Cryptography;

namespace Vigil.Evidence;

/// <summary>
/// Writes a package: its parts in a zip container that is not compressed, a signed manifest last, all of it sealed to
/// the recipient and signed outside. Equal parts, facts and keys give an equal container. Constant memory.
/// </summary>
public sealed class PackageWriter : IDisposable
{
    /// <summary>Of the zip format.</summary>
    private static readonly DateTimeOffset Oldest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SealedPackageStream _sealed;
    private readonly ZipArchive _zip;
    private readonly SigningKey _signer;
    private readonly PackageManifest _manifest;
    private readonly List<PackagePart> _parts = [];

    /// <summary>Is told of the bytes of each piece of a part that was written; may throw to stop.</summary>
    public Action<int> Wrote { get; init; } = _ => { };

    /// <param name="destination">Gets the sealed bytes; not disposed.</param>
    /// <param name="recipient">Who alone opens it.</param>
    /// <param name="signer">The sender's.</param>
    /// <param name="manifest">Without parts, and without the recipient's fingerprint.</param>
    public PackageWriter(
        Stream destination,
        RecipientKey recipient,
        SigningKey signer,
        PackageManifest manifest
    )
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(recipient);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(manifest);
        _signer = signer;
        _manifest = manifest with { RecipientFingerprint = recipient.Fingerprint };
        _sealed = new SealedPackageStream(destination, recipient, signer);
        _zip = new ZipArchive(_sealed, ZipArchiveMode.Create, leaveOpen: true);
    }

    /// <summary>Adds a part; the stream is read once, to its end.</summary>
    /// <param name="name">Lower-case letters, digits, '.', '_', '-', at most one slash.</param>
    /// <param name="mediaType">As "text/html".</param>
    /// <param name="what">For people.</param>
    /// <param name="bytes">Of the part.</param>
    /// <returns>With length and digest, as the manifest lists it.</returns>
    public PackagePart Add(string name, string mediaType, string what, Stream bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (!PackageManifest.IsName(name) || _parts.Exists(part => part.Name == name))
        {
            throw new ArgumentException("A part has a name of its own.", nameof(name));
        }
        if (_parts.Count == PackageManifest.MaxParts)
        {
            throw new ArgumentException(
                $"A package has at most {PackageManifest.MaxParts} parts.",
                nameof(name)
            );
        }
        var (count, digest) = Put(name, bytes);
        var part = new PackagePart(name, mediaType, what, count, Convert.ToHexStringLower(digest));
        _parts.Add(part);
        return part;
    }

    /// <inheritdoc cref="Add(string, string, string, Stream)"/>
    public PackagePart Add(string name, string mediaType, string what, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        return Add(name, mediaType, what, stream);
    }

    /// <summary>Writes manifest and signatures. Without it there is no package.</summary>
    public PackageSeal Finish()
    {
        var manifest = (_manifest with { Parts = [.. _parts] }).ToBytes();
        Put("manifest.json", new MemoryStream(manifest));
        Put("manifest.note", new MemoryStream(PackageSeal.NoteOf(NoteText(manifest), _signer)));
        _zip.Dispose();
        return _sealed.Finish();
    }

    internal static string NoteText(byte[] manifest) =>
        $"{PackageManifest.CurrentFormat}\nsha256 {Convert.ToHexStringLower(SHA256.HashData(manifest))}\n";

    private (long Count, byte[] Sha256) Put(string name, Stream bytes)
    {
        var entry = _zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = _manifest.CreatedAt > Oldest ? _manifest.CreatedAt.ToUniversalTime() : Oldest;
        // Regular, and read by everybody: as any other machine writes it.
        entry.ExternalAttributes = 0x81A4 << 16;
        using var part = entry.Open();
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[SealedPackageStream.ChunkBytes];
        var count = 0L;
        for (int read; (read = bytes.Read(piece, 0, piece.Length)) > 0; count += read)
        {
            digest.AppendData(piece, 0, read);
            part.Write(piece, 0, read);
            Wrote(read);
        }
        CryptographicOperations.ZeroMemory(piece);
        return (count, digest.GetCurrentHash());
    }

    public void Dispose()
    {
        // What was not finished is no package: its container must not look whole.
        _sealed.Dispose();
    }
}
