using System.Diagnostics.CodeAnalysis;
using System.Text;
using Vigil.Hashing;

namespace Vigil.Cli.Inputs;

/// <summary>A hash given as text: 32 digits MD5, 40 SHA-1, 64 PDQ or SHA-256.</summary>
internal sealed record TextHash(string Hex, PdqHash? Pdq, Digest? Digest)
{
    public const string Advice = "A hash has 32 (MD5), 40 (SHA-1) or 64 (PDQ, SHA-256) hexadecimal digits.";

    public static bool TryParse(string text, [NotNullWhen(true)] out TextHash? hash)
    {
        var algorithm = text.Length switch
        {
            32 => DigestAlgorithm.Md5,
            40 => DigestAlgorithm.Sha1,
            _ => DigestAlgorithm.Sha256,
        };
        hash = null;
        if (!Hashing.Digest.TryParse(algorithm, text, out var digest))
        {
            return false;
        }

        PdqHash? pdq = PdqHash.TryParse(text, out var parsed) ? parsed : null;
        hash = new TextHash(digest.ToHex(), pdq, digest);
        return true;
    }

    private bool PrintMembers(StringBuilder builder)
    {
        // Hash values are secrets: none in a record's text form.
        builder.Append(Digest?.Algorithm);
        return true;
    }
}
