namespace Vigil.Matching.Lists;

/// <summary>The formats a list file can have.</summary>
public enum ListFormat
{
    /// <summary>Decided from the first bytes.</summary>
    Detect,

    /// <summary>One hash per line; the kind is told by its length (32 MD5, 40 SHA-1, 64 as configured).</summary>
    Lines,

    /// <summary>CSV with a header row, by the column mapping.</summary>
    Csv,

    /// <summary>Project VIC VICS JSON 1.2, 1.3 or 2.0; hashes and category only.</summary>
    Vics,

    /// <summary>The file of python-threatexchange's local_file exchange: "signal_type hash" per line.</summary>
    ThreatExchangeLocal,
}

/// <summary>What a bare 64-digit hash is: PDQ and SHA-256 have the same length.</summary>
public enum SixtyFourDigits
{
    Pdq,
    Sha256,
}

/// <summary>How to read a list file.</summary>
public sealed record ListReadOptions
{
    public ListFormat Format { get; init; } = ListFormat.Detect;
    public SixtyFourDigits SixtyFourDigits { get; init; } = SixtyFourDigits.Pdq;

    /// <summary>Field (md5, sha1, sha256, pdq, pdq_quality, id, category) to column name; null: the names themselves.</summary>
    public IReadOnlyDictionary<string, string>? Columns { get; init; }

    /// <summary>Rows that are read before the file is refused as too large.</summary>
    public long MaxRows { get; init; } = 50_000_000;
}

/// <summary>A row that was not taken: which, why (a stable code) and what to do. Carries no hash value.</summary>
public sealed record RejectedRow(long Row, string Code, string Advice);

/// <summary>What one row of a list file gave: an entry, or the reason why not.</summary>
public readonly record struct ListRow(ListEntry? Entry, RejectedRow? Rejected);

/// <summary>The file as a whole cannot be read as a list.</summary>
public sealed class ListFormatException(string message, Exception? inner = null)
    : FormatException(message, inner);

/// <summary>Reads list files as streams: memory does not grow with the file.</summary>
public static class ListReader
{
    /// <exception cref="ListFormatException">Not a list in the expected format; the message says what to do.</exception>
    public static IEnumerable<ListRow> Read(Stream source, ListReadOptions options) =>
        throw new NotSupportedException();
}
