namespace Vigil.Matching.Lists;

/// <summary>The formats a list file can have.</summary>
public enum ListFormat
{
    /// <summary>Decided from the first bytes.</summary>
    Detect,

    /// <summary>
    /// One hash per line; the kind is told by its length (32 MD5, 40 SHA-1, 64 as configured).
    /// </summary>
    Lines,

    /// <summary>CSV with a header row, by the column mapping.</summary>
    Csv,

    /// <summary>Project VIC VICS JSON 1.2, 1.3 or 2.0; hashes and category only.</summary>
    Vics,

    /// <summary>
    /// The file of python-threatexchange's local_file exchange: "signal_type hash" per line.
    /// </summary>
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

    /// <summary>
    /// Field (md5, sha1, sha256, pdq, pdq_quality, id, category) to column name; null: the names
    /// themselves.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Columns { get; init; }

    /// <summary>Rows that are read before the file is refused as too large.</summary>
    /// <value>50,000,000.</value>
    public long MaxRows { get; init; } = ListLimits.MaxRows;
}
