namespace Vigil.Trust;

/// <summary>What is brought into a case; its bytes come beside it.</summary>
public sealed class ContentToSeal
{
    public required CaseRef Case { get; init; }

    /// <summary>The item of the case that it is the file of; null: it belongs to the case as a whole.</summary>
    public Guid? ItemId { get; init; }

    /// <summary>SHA-256 of the bytes as their sender knows it, 32 bytes.</summary>
    public required byte[] Sha256 { get; init; }
}

/// <summary>Of contents, told by their first bytes.</summary>
public enum ContentKind
{
    Picture,
    Video,
    Other,
}
