using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>Fingerprints that the platform made itself.</summary>
internal sealed record HashesRequest
{
    /// <summary>64 hexadecimal digits.</summary>
    public string? Pdq { get; init; }

    /// <summary>0 to 100, as the PDQ program gave it.</summary>
    public int? PdqQuality { get; init; }
    public string? Md5 { get; init; }
    public string? Sha1 { get; init; }
    public string? Sha256 { get; init; }

    public Fingerprint ToFingerprint()
    {
        if (Pdq is null && Md5 is null && Sha1 is null && Sha256 is null)
        {
            throw Bad("Send at least one of pdq, md5, sha1, sha256.");
        }
        return new Fingerprint
        {
            Md5 = DigestOf(DigestAlgorithm.Md5, Md5),
            Sha1 = DigestOf(DigestAlgorithm.Sha1, Sha1),
            Sha256 = DigestOf(DigestAlgorithm.Sha256, Sha256),
            Pictures = Pdq is null ? [] : [Picture(Pdq)],
        };
    }

    private PdqResult Picture(string pdq)
    {
        if (!PdqHash.TryParse(pdq, out var hash))
        {
            throw Bad("pdq is 64 hexadecimal digits.");
        }
        return PdqQuality is >= 0 and <= 100
            ? new PdqResult(hash, new Quality(PdqQuality.Value))
            : throw Bad("With pdq send pdqQuality, 0 to 100: hashes of flat pictures match anything.");
    }

    private static Digest? DigestOf(DigestAlgorithm algorithm, string? hex)
    {
        if (hex is null)
        {
            return null;
        }
        return Digest.TryParse(algorithm, hex, out var digest)
            ? digest
            : throw Bad(
                $"{algorithm.ToString().ToLowerInvariant()} is {Digest.LengthOf(algorithm) * 2} hexadecimal digits."
            );
    }

    private static ProblemException Bad(string detail) => ProblemException.BadRequest("bad_hashes", detail);

    /// <summary>The members are secrets.</summary>
    public override string ToString() => "hashes";
}

/// <summary>One scan as JSON: hashes or an address, never both.</summary>
internal sealed record ScanRequest
{
    public const int MaxUrlCharacters = 8192;

    public string? Id { get; init; }
    public string? Surface { get; init; }
    public string? Jurisdiction { get; init; }
    public string? Account { get; init; }
    public string? ContentRef { get; init; }
    public string? OnFailure { get; init; }
    public HashesRequest? Hashes { get; init; }

    /// <summary>Looked up on lists of addresses; never fetched.</summary>
    public string? Url { get; init; }

    public string? Find(string name) =>
        name switch
        {
            "surface" => Surface,
            "jurisdiction" => Jurisdiction,
            "account" => Account,
            "contentRef" => ContentRef,
            "onFailure" => OnFailure,
            _ => null,
        };

    public ScanFacts ToFacts()
    {
        if (Hashes is null == Url is null)
        {
            throw ProblemException.BadRequest("bad_scan", "Send either hashes or url.");
        }
        if (Hashes is not null)
        {
            return new ScanFacts { Fingerprint = Hashes.ToFingerprint() };
        }
        return
            Url!.Length <= MaxUrlCharacters
            && Uri.TryCreate(Url, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"
            && url.Host.Length > 0
            ? new ScanFacts { Url = Url }
            : throw ProblemException.BadRequest(
                "bad_url",
                $"url is an address that begins with http:// or https://, at most {MaxUrlCharacters} characters."
            );
    }

    /// <summary>Some members are secrets.</summary>
    public override string ToString() => "scan request";
}
