namespace Vigil.Matching.Lists;

/// <summary>
/// A row that was not taken: which, why (a stable code) and what to do. Carries no hash value.
/// </summary>
/// <param name="Row"> Line of the file, counted from 1; in VICS the media, counted from 1 through the file.
/// </param>
/// <param name="Code">One of <see cref="RejectCodes"/>.</param>
public sealed record RejectedRow(long Row, string Code, string Advice);

/// <summary>
/// What a row of a list file gave: an entry, or the reason why not. A row whose PDQ alone is worthless gives
/// two: the entry with its digests, then the reason for the PDQ that was left out.
/// </summary>
public readonly record struct ListRow(ListEntry? Entry, RejectedRow? Rejected);

/// <summary>The file as a whole cannot be read as a list.</summary>
public sealed class ListFormatException(string message, Exception? inner = null)
    : FormatException(message, inner);

/// <summary>Why rows are rejected. The codes are stable: scripts count by them.</summary>
public static class RejectCodes
{
    public const string WrongLength = "wrong-length";
    public const string NotHexadecimal = "not-hexadecimal";
    public const string EmptyFile = "empty-file";
    public const string AllZero = "all-zero";
    public const string AllOne = "all-one";
    public const string DegeneratePdq = "degenerate-pdq";
    public const string LowQuality = "low-quality";
    public const string BadQuality = "bad-quality";
    public const string BadId = "bad-id";
    public const string BadCategory = "bad-category";
    public const string Conflict = "conflicting-fingerprints";
    public const string NoFingerprint = "no-fingerprint";
    public const string LineTooLong = "line-too-long";
    public const string UnexpectedText = "unexpected-text";
    public const string UnknownSignalType = "unknown-signal-type";
    public const string ColumnCount = "column-count";
    public const string BadQuoting = "bad-quoting";
}
