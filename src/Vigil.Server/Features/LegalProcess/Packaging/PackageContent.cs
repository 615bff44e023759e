namespace Vigil.Server.Features.LegalProcess.Packaging;

/// <summary>What goes into a package.</summary>
/// <param name="Files">In this order.</param>
/// <param name="Facts">JSON of the cases; null: none were chosen.</param>
internal sealed record PackageContent(PackageHead Head, IReadOnlyList<PackageFile> Files, byte[]? Facts)
{
    /// <summary>Of a demonstration: nobody's real content.</summary>
    public bool IsTest { get; init; }

    public override string ToString() => Head.ToString();
}

/// <summary>What a package says of itself. Equal values give equal bytes.</summary>
internal sealed record PackageHead
{
    public required Guid RequestId { get; init; }

    /// <summary>As "court_order".</summary>
    public required string Kind { get; init; }
    public required string Authority { get; init; }
    public required string Country { get; init; }
    public required string Reference { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Pseudonyms of the two persons.</summary>
    public required string AskedBy { get; init; }
    public required string ApprovedBy { get; init; }
    public required DateTimeOffset ApprovedAt { get; init; }

    /// <summary>Fingerprint of the public key it is sealed to.</summary>
    public required string RecipientFingerprint { get; init; }
    public IReadOnlyList<PackageCall> Calls { get; init; } = [];

    /// <summary>The newest signed note of the ledger; empty: nothing is signed yet.</summary>
    public string Checkpoint { get; init; } = "";

    public override string ToString() => $"Package of {RequestId}";
}

internal sealed record PackageCall(DateTimeOffset CalledAt, string CalledBy, string Source, string Result);

/// <summary>A content on its way into the package, with its custody.</summary>
internal sealed record PackageFile
{
    public required Guid ContentId { get; init; }
    public required string CaseRef { get; init; }
    public Guid? ItemId { get; init; }
    public required string Kind { get; init; }
    public required long Bytes { get; init; }
    public required string Jurisdiction { get; init; }
    public required DateTimeOffset SealedAt { get; init; }
    public required string SealedBy { get; init; }
    public IReadOnlyList<PackageHold> Holds { get; init; } = [];
}

internal sealed record PackageHold(string Kind, DateTimeOffset PlacedAt, DateTimeOffset? ExpiresAt);
