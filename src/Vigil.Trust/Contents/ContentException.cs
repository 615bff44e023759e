namespace Vigil.Trust;

/// <summary>Why contents were not sealed or opened.</summary>
public enum ContentProblem
{
    /// <summary>Neither profile nor jurisdiction permits to keep contents.</summary>
    NotPermittedHere,

    /// <summary>No recovery drill has passed yet.</summary>
    NoDrill,

    /// <summary>More bytes than a content may have, or none.</summary>
    TooLarge,

    /// <summary>The bytes are not those of the item, or not those that were announced.</summary>
    OtherDigest,

    /// <summary>There is no such case, or no such item in it.</summary>
    NoSuchCase,

    /// <summary>The case is closed.</summary>
    CaseClosed,

    /// <summary>A person decided that the item, or all of the case, is not CSAM.</summary>
    CaseCleared,

    /// <summary>The case or the tenant holds as many as it may.</summary>
    QuotaReached,

    /// <summary>As many are being sealed as may be at a time.</summary>
    Busy,

    /// <summary>The bytes did not come in the time they have.</summary>
    TooSlow,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>The disk of the locker refused to write.</summary>
    DiskFailed,

    /// <summary>The locker of this data folder is kept by another process.</summary>
    Elsewhere,

    /// <summary>There is no such content.</summary>
    NoSuchContent,

    /// <summary>It was destroyed, or is being destroyed.</summary>
    Destroyed,

    /// <summary>It should be there and is not, or does not open.</summary>
    Damaged,
}

/// <summary>Contents were not sealed or opened: why, as data, and what to do, as text. No value of a file.</summary>
public sealed class ContentException(ContentProblem problem, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public ContentProblem Problem { get; } = problem;
}
