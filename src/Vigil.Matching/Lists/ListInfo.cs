using Vigil.Hashing;

namespace Vigil.Matching.Lists;

/// <summary>What is recorded of a list beside its entries.</summary>
public sealed record ListInfo
{
    private const int MaxNameCharacters = 64;

    /// <summary>
    /// Name within the installation: 1 to 64 of a-z, 0-9, '-', '_', '.', the first a letter or digit.
    /// </summary>
    /// <exception cref="ArgumentException">Another name.</exception>
    public required string Name
    {
        get;
        init =>
            field = IsName(value)
                ? value
                : throw new ArgumentException(
                    "A list's name has 1 to 64 of a-z, 0-9, '-', '_' and '.', and begins with a "
                        + "letter or digit.",
                    nameof(value)
                );
    }

    /// <exception cref="ArgumentOutOfRangeException">None of the closed set.</exception>
    public required ListPurpose Purpose
    {
        get;
        init =>
            field = Enum.IsDefined(value)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "Not a purpose of lists.");
    }

    /// <summary>Who made it; empty when not said. At most 256 printable characters.</summary>
    public string Source
    {
        get;
        init => field = value.Length == 0 ? value : Plain(value, ListLimits.MaxSourceCharacters);
    } = "";

    /// <summary>
    /// The source's recorded attestation that its entries may ground a report, at most 4,096 printable
    /// characters; null: not report-eligible.
    /// </summary>
    public string? Attestation
    {
        get;
        init => field = value is null ? null : Plain(value, ListLimits.MaxAttestationCharacters);
    }

    /// <summary>Largest distance at which a picture matches an entry of this list.</summary>
    public Radius Radius { get; init; } = Radius.Default;

    /// <summary>Pictures below this quality are not matched by PDQ against this list.</summary>
    public Quality QualityFloor { get; init; } = Quality.DefaultFloor;

    /// <summary>A published list of SAMPLE pictures: every result from it is marked TEST.</summary>
    public bool IsTest { get; init; }

    /// <summary>Exact matches of a report-eligible list are "known"; it governs defaults only.</summary>
    public bool IsReportEligible => Attestation is not null;

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameCharacters
        && (char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0]))
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');

    private static string Plain(string text, int maxCharacters) =>
        PlainText.Is(text, maxCharacters)
            ? text
            : throw new ArgumentException($"At most {maxCharacters} printable characters.", nameof(text));
}
