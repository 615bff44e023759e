using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Hunting;

namespace Vigil.Tests.Matching.Hunting;

/// <summary>Made-up rows of a history.</summary>
internal static class Rows
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    public static HistoryRow Of(Random luck, int pictures, bool hasDigests = true, bool isVideo = false) =>
        new()
        {
            ScanId = new Guid(Bytes(luck, 16)),
            At = Noon.AddMilliseconds(luck.Next(1_000_000)),
            ListGeneration = luck.Next(100),
            Fingerprint = new Fingerprint
            {
                Md5 = hasDigests ? Made.Digest(luck, DigestAlgorithm.Md5) : null,
                Sha1 = hasDigests && luck.Next(2) == 0 ? Made.Digest(luck, DigestAlgorithm.Sha1) : null,
                Sha256 = hasDigests ? Made.Digest(luck, DigestAlgorithm.Sha256) : null,
                Pictures =
                [
                    .. Enumerable
                        .Range(0, pictures)
                        .Select(_ => new PdqResult(Made.Balanced(luck), new Quality(luck.Next(101)))),
                ],
                WholePictures = luck.Next(pictures + 1),
                PictureSeconds = isVideo ? [.. Enumerable.Range(0, pictures).Select(i => i * 0.5)] : null,
            },
            Note = Bytes(luck, luck.Next(40)),
        };

    public static HistoryRow With(this HistoryRow row, params PdqHash[] hashes) =>
        row with
        {
            Fingerprint = row.Fingerprint with
            {
                Pictures = [.. hashes.Select(hash => new PdqResult(hash, new Quality(90)))],
                WholePictures = hashes.Length,
                PictureSeconds = null,
            },
        };

    public static MemoryStream File(IEnumerable<HistoryRow> rows)
    {
        var file = new MemoryStream();
        HistoryFile.Write(file, rows.Select(row => (ReadOnlyMemory<byte>)HistoryFile.Encode(row)));
        file.Position = 0;
        return file;
    }

    public static byte[] Bytes(Random luck, int count)
    {
        var bytes = new byte[count];
        luck.NextBytes(bytes);
        return bytes;
    }
}
