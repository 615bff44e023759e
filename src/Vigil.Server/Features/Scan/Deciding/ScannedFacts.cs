using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>A scanned content as other features are told of it, and back.</summary>
internal static class ScannedFacts
{
    /// <summary>Null: there is nothing that a list of fingerprints could be compared with.</summary>
    /// <param name="subject">The content.</param>
    /// <param name="facts">What was looked up; pictures below the usual floor of quality are left out.</param>
    /// <param name="listGeneration">By which state of the lists.</param>
    /// <param name="at">When.</param>
    public static ScannedContent? Of(
        ScanSubject subject,
        ScanFacts facts,
        long listGeneration,
        DateTimeOffset at
    )
    {
        if (facts.Fingerprint is not { } file)
        {
            return null;
        }
        var kept = Enumerable
            .Range(0, file.Pictures.Count)
            .Where(i => file.Pictures[i].Quality >= Quality.DefaultFloor)
            .ToList();
        if (kept.Count == 0 && file.Md5 is null && file.Sha1 is null && file.Sha256 is null)
        {
            return null;
        }
        return new ScannedContent
        {
            ScanId = subject.ScanId,
            At = at,
            ListGeneration = listGeneration,
            Surface = subject.Surface,
            Jurisdiction = subject.Jurisdiction,
            Account = subject.Account,
            ContentRef = subject.ContentRef,
            Md5 = BytesOf(file.Md5),
            Sha1 = BytesOf(file.Sha1),
            Sha256 = BytesOf(file.Sha256),
            Pictures = PicturesOf(file, kept),
            WholePictures = kept.Count(i => i < file.WholePictures),
            PictureSeconds = file.PictureSeconds is { } seconds
                ? [.. kept.Select(i => (float)seconds[i])]
                : null,
        };
    }

    public static ScanFacts ToFacts(ScannedContent content)
    {
        var pictures = new PdqResult[content.Pictures.Length / ScannedContent.PictureBytes];
        for (var i = 0; i < pictures.Length; i++)
        {
            var at = i * ScannedContent.PictureBytes;
            pictures[i] = new PdqResult(
                PdqHash.FromBytes(content.Pictures.AsSpan(at, PdqHash.ByteLength)),
                new Quality(content.Pictures[at + PdqHash.ByteLength])
            );
        }
        return new ScanFacts
        {
            Fingerprint = new Fingerprint
            {
                Md5 = DigestOf(DigestAlgorithm.Md5, content.Md5),
                Sha1 = DigestOf(DigestAlgorithm.Sha1, content.Sha1),
                Sha256 = DigestOf(DigestAlgorithm.Sha256, content.Sha256),
                Pictures = pictures,
                WholePictures = content.WholePictures,
                PictureSeconds = content.PictureSeconds is { } seconds
                    ? [.. seconds.Select(second => (double)second)]
                    : null,
            },
        };
    }

    private static byte[] PicturesOf(Fingerprint file, List<int> kept)
    {
        var bytes = new byte[kept.Count * ScannedContent.PictureBytes];
        for (var i = 0; i < kept.Count; i++)
        {
            var (hash, quality) = file.Pictures[kept[i]];
            hash.CopyTo(bytes.AsSpan(i * ScannedContent.PictureBytes));
            bytes[(i * ScannedContent.PictureBytes) + PdqHash.ByteLength] = quality.Value;
        }
        return bytes;
    }

    private static byte[]? BytesOf(Digest? digest)
    {
        if (digest is not { } value)
        {
            return null;
        }
        var bytes = new byte[value.Length];
        value.CopyTo(bytes);
        return bytes;
    }

    private static Digest? DigestOf(DigestAlgorithm algorithm, byte[]? bytes) =>
        bytes is null ? null : Digest.FromBytes(algorithm, bytes);
}
