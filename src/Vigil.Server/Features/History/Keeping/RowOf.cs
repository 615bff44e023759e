using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Hunting;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>A scanned content as a row of the history, and back.</summary>
internal static class RowOf
{
    /// <param name="content">As scanning told it.</param>
    /// <param name="isCut">It has more pictures than a row takes; the first are kept.</param>
    public static byte[] Encode(ScannedContent content, out bool isCut)
    {
        var count = content.Pictures.Length / ScannedContent.PictureBytes;
        isCut = count > HistoryRow.MaxPictures;
        var pictures = new PdqResult[Math.Min(count, HistoryRow.MaxPictures)];
        for (var i = 0; i < pictures.Length; i++)
        {
            var one = content.Pictures.AsSpan(i * ScannedContent.PictureBytes, ScannedContent.PictureBytes);
            pictures[i] = new PdqResult(
                PdqHash.FromBytes(one[..PdqHash.ByteLength]),
                new Quality(one[PdqHash.ByteLength])
            );
        }
        return HistoryFile.Encode(
            new HistoryRow
            {
                ScanId = content.ScanId,
                At = content.At,
                ListGeneration = content.ListGeneration,
                Fingerprint = new Fingerprint
                {
                    Md5 = DigestOf(DigestAlgorithm.Md5, content.Md5),
                    Sha1 = DigestOf(DigestAlgorithm.Sha1, content.Sha1),
                    Sha256 = DigestOf(DigestAlgorithm.Sha256, content.Sha256),
                    Pictures = pictures,
                    WholePictures = Math.Min(content.WholePictures, pictures.Length),
                    PictureSeconds = content.PictureSeconds is { } seconds
                        ? [.. seconds.Take(pictures.Length).Select(second => (double)second)]
                        : null,
                },
                Note = new HistoryNote(
                    content.Surface,
                    content.Jurisdiction,
                    content.Account,
                    content.ContentRef
                ).Encode(),
            }
        );
    }

    public static ScannedContent Content(HistoryRow row, HistoryNote note)
    {
        var file = row.Fingerprint;
        var pictures = new byte[file.Pictures.Count * ScannedContent.PictureBytes];
        for (var i = 0; i < file.Pictures.Count; i++)
        {
            var one = pictures.AsSpan(i * ScannedContent.PictureBytes, ScannedContent.PictureBytes);
            file.Pictures[i].Hash.CopyTo(one);
            one[PdqHash.ByteLength] = file.Pictures[i].Quality.Value;
        }
        return new ScannedContent
        {
            ScanId = row.ScanId,
            At = row.At,
            ListGeneration = row.ListGeneration,
            Surface = note.Surface,
            Jurisdiction = note.Jurisdiction,
            Account = note.Account,
            ContentRef = note.ContentRef,
            Md5 = BytesOf(file.Md5),
            Sha1 = BytesOf(file.Sha1),
            Sha256 = BytesOf(file.Sha256),
            Pictures = pictures,
            WholePictures = file.WholePictures,
            PictureSeconds = file.PictureSeconds is { } seconds
                ? [.. seconds.Select(second => (float)second)]
                : null,
        };
    }

    private static Digest? DigestOf(DigestAlgorithm algorithm, byte[]? bytes) =>
        bytes is null ? null : Digest.FromBytes(algorithm, bytes);

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
}
