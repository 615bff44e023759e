using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Vigil.Server.Features.LegalProcess.Packaging;

/// <summary>
/// The plain package: a zip of the chosen contents, facts.json where facts were chosen, custody.json, summary.html, and
/// last manifest.json with the size and SHA-256 of every other file. The same input gives the same bytes: no clock, no
/// compression, a fixed order. Written in one pass, in constant memory.
/// </summary>
internal static class InnerPackage
{
    private const int PieceBytes = 80 * 1024;

    /// <summary>The zip format begins then; real times stand in custody.json.</summary>
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
    };

    /// <param name="output">Is left open; need not seek.</param>
    /// <param name="head">What it says of itself.</param>
    /// <param name="files">In this order.</param>
    /// <param name="facts">JSON of the cases; null: none were chosen.</param>
    /// <param name="open">Opens a content; each is read once and disposed.</param>
    /// <param name="wrote">Is told of every piece; may throw to stop.</param>
    /// <exception cref="InvalidDataException">A content has another size than is recorded.</exception>
    public static Manifest Write(
        Stream output,
        PackageHead head,
        IReadOnlyList<PackageFile> files,
        byte[]? facts,
        Func<PackageFile, Stream> open,
        Action<long> wrote
    )
    {
        var entries = new List<ManifestEntry>();
        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        foreach (var (file, index) in files.Select((file, index) => (file, index)))
        {
            using var source = open(file);
            var entry = Add(zip, NameOf(file, index), source, file, wrote);
            if (entry.Bytes != file.Bytes)
            {
                throw new InvalidDataException(
                    "A content has another size than was recorded at its sealing."
                );
            }
            entries.Add(entry);
        }
        if (facts is not null)
        {
            entries.Add(Add(zip, "facts.json", facts));
        }
        entries.Add(
            Add(zip, "custody.json", JsonSerializer.SerializeToUtf8Bytes(CustodyOf(head, files), Json))
        );
        entries.Add(Add(zip, "summary.html", PackageSummary.Write(head, files, entries)));
        var manifest = new Manifest(PackageHead.Format, head.RequestId, entries);
        Add(zip, "manifest.json", JsonSerializer.SerializeToUtf8Bytes(manifest, Json));
        return manifest;
    }

    /// <summary>Names nothing: what a file was called stands with the platform.</summary>
    public static string NameOf(PackageFile file, int index) => $"files/{index + 1:0000}-{file.ContentId:n}";

    private static object CustodyOf(PackageHead head, IReadOnlyList<PackageFile> files) =>
        new
        {
            release = head,
            contents = files.Select((file, index) => new { file = NameOf(file, index), custody = file }),
        };

    private static ManifestEntry Add(ZipArchive zip, string name, byte[] bytes)
    {
        using var source = new MemoryStream(bytes);
        return Add(zip, name, source, null, _ => { });
    }

    private static ManifestEntry Add(
        ZipArchive zip,
        string name,
        Stream source,
        PackageFile? file,
        Action<long> wrote
    )
    {
        var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = NoTime;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var target = entry.Open();
        var piece = GC.AllocateUninitializedArray<byte>(PieceBytes, pinned: true);
        long bytes = 0;
        for (int read; (read = source.Read(piece)) > 0; bytes += read)
        {
            digest.AppendData(piece.AsSpan(0, read));
            target.Write(piece.AsSpan(0, read));
            wrote(read);
        }
        CryptographicOperations.ZeroMemory(piece);
        return new ManifestEntry(
            name,
            bytes,
            Convert.ToHexStringLower(digest.GetCurrentHash()),
            file?.ContentId,
            file?.Kind
        );
    }
}
