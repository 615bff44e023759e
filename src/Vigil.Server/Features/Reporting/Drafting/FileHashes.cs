using System.Security.Cryptography;
using Vigil.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// Fingerprints of sealed contents. A content's row keeps a keyed digest only, so they are read from the content
/// itself.
/// </summary>
internal static class FileHashes
{
    private static readonly ContentReading<Fingerprints> Reading = new(
        "Fingerprints for a report, before its approval.",
        "report.fingerprints_read",
        file => file.Sha256 is null,
        async (content, cancellation) => await Fingerprints.OfAsync(content, cancellation),
        (file, found) => found.PutInto(file),
        (details, found) => found.PutInto(details)
    );

    /// <summary>Adds what is missing to the draft's files, and to what is said of each.</summary>
    public static Task<int> FillAsync(
        TrustKernel kernel,
        Actor actor,
        Guid reportId,
        CancellationToken cancellation
    ) => ReadContents.RunAsync(kernel, actor, reportId, Reading, cancellation);
}

/// <summary>Of one file. Secrets.</summary>
internal sealed record Fingerprints(string Md5, string Sha1, string Sha256)
{
    private const int PieceBytes = 128 * 1024;

    /// <summary>Reads to the end, in constant memory.</summary>
    public static async Task<Fingerprints> OfAsync(Stream content, CancellationToken cancellation)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceBytes];
        for (int read; (read = await content.ReadAsync(piece, cancellation)) > 0; )
        {
            md5.AppendData(piece, 0, read);
            sha1.AppendData(piece, 0, read);
            sha256.AppendData(piece, 0, read);
        }
        return new Fingerprints(Hex(md5), Hex(sha1), Hex(sha256));
    }

    /// <summary>What the platform told of the file as uploaded stays.</summary>
    public DraftFile PutInto(DraftFile file) =>
        file with
        {
            Md5 = file.Md5 ?? Md5,
            Sha1 = file.Sha1 ?? Sha1,
            Sha256 = file.Sha256 ?? Sha256,
        };

    public FileDetails PutInto(FileDetails details)
    {
        var known = details.OriginalFileHash.Select(hash => BuildFiles.KindOf(hash.HashType)).ToHashSet();
        (string Kind, string Value)[] all = [("MD5", Md5), ("SHA1", Sha1), ("SHA256", Sha256)];
        return details with
        {
            OriginalFileHash =
            [
                .. details.OriginalFileHash,
                .. all.Where(hash => !known.Contains(hash.Kind))
                    .Select(hash => new OriginalFileHash { HashType = hash.Kind, Value = hash.Value }),
            ],
        };
    }

    public override string ToString() => "Fingerprints";

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
