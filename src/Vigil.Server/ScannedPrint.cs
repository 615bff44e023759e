using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Trust;

namespace Vigil.Server;

/// <summary>The fingerprint of a scanned content. The kernel carries it as bytes, because it knows no hashes.</summary>
internal static class ScannedPrint
{
    public static Fingerprint Of(ScannedContent content)
    {
        var pictures = new PdqResult[content.Pictures.Length / ScannedContent.PictureBytes];
        for (var i = 0; i < pictures.Length; i++)
        {
            var one = content.Pictures.AsSpan(i * ScannedContent.PictureBytes, ScannedContent.PictureBytes);
            pictures[i] = new PdqResult(
                PdqHash.FromBytes(one[..PdqHash.ByteLength]),
                new Quality(one[PdqHash.ByteLength])
            );
        }
        return new Fingerprint
        {
            Md5 = Digest.FromBytesOrNull(DigestAlgorithm.Md5, content.Md5),
            Sha1 = Digest.FromBytesOrNull(DigestAlgorithm.Sha1, content.Sha1),
            Sha256 = Digest.FromBytesOrNull(DigestAlgorithm.Sha256, content.Sha256),
            Pictures = pictures,
            WholePictures = content.WholePictures,
            PictureSeconds = content.PictureSeconds is { } seconds
                ? [.. seconds.Select(second => (double)second)]
                : null,
        };
    }

    public static byte[] Pack(IReadOnlyList<PdqResult> pictures)
    {
        var bytes = new byte[pictures.Count * ScannedContent.PictureBytes];
        for (var i = 0; i < pictures.Count; i++)
        {
            var one = bytes.AsSpan(i * ScannedContent.PictureBytes, ScannedContent.PictureBytes);
            pictures[i].Hash.CopyTo(one);
            one[PdqHash.ByteLength] = pictures[i].Quality.Value;
        }
        return bytes;
    }
}
