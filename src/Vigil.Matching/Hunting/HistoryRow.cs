using Vigil.Hashing;

namespace Vigil.Matching.Hunting;

/// <summary>What is kept of one scanned content, so that a list that comes later can be hunted for it.</summary>
public sealed record HistoryRow
{
    /// <summary>Pictures of one content that are kept; of a longer video the first.</summary>
    public const int MaxPictures = 50_000;

    /// <summary>Of <see cref="Note"/>.</summary>
    public const int MaxNoteBytes = 8 * 1024;

    /// <summary>Of the scan.</summary>
    public required Guid ScanId { get; init; }

    /// <summary>Of the scan, to the millisecond.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The state of the lists that the scan was decided by.</summary>
    public required long ListGeneration { get; init; }

    /// <summary>All that the scan looked up.</summary>
    public required Fingerprint Fingerprint { get; init; }

    /// <summary>The caller's own bytes: its reference of the content, where it stands.</summary>
    public byte[] Note { get; init; } = [];

    /// <summary>Its members are secrets.</summary>
    public override string ToString() => "history row";
}

/// <summary>Bytes that are no history, or cut. Sealed files are verified first: a program's mistake.</summary>
public sealed class HistoryFormatException(string message) : IOException(message);
