using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>What the caller's setting says about content that could not be looked up.</summary>
internal enum FailMode
{
    /// <summary>Let it pass; the answer says so.</summary>
    Open,

    /// <summary>Hold it back; the answer says so.</summary>
    Closed,
}

/// <summary>One piece of content as the platform describes it, without its bytes.</summary>
internal sealed record ScanSubject
{
    public required Guid ScanId { get; init; }
    public required Surface Surface { get; init; }

    /// <summary>ISO 3166-1 alpha-2, or empty: nobody said, and the tenant has no default.</summary>
    public string Jurisdiction { get; init; } = "";

    /// <summary>The platform's pseudonym of the account, or an address.</summary>
    public string? Account { get; init; }

    /// <summary>The platform's own reference of the content.</summary>
    public string? ContentRef { get; init; }

    public FailMode FailMode { get; init; }
}

/// <summary>What is known of the content: fingerprints, or a URL; and whether it could be read whole.</summary>
internal sealed record ScanFacts
{
    public Matching.Fingerprint? Fingerprint { get; init; }

    /// <summary>Which reading each of the fingerprint's pictures is; empty where only hashes were sent.</summary>
    public IReadOnlyList<string> PictureKinds { get; init; } = [];

    /// <summary>Looked up on URL and domain lists; never fetched.</summary>
    public string? Url { get; init; }

    /// <summary>
    /// Why part of it could not be looked up, as a stable code ("unsupported_format"); null: all of it was. A
    /// miss is then "not_scanned", never "none".
    /// </summary>
    public string? NotLookedUp { get; init; }
}
