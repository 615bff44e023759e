using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Lists.Describing;

/// <summary>What people write about a list, checked; null: they said nothing.</summary>
internal sealed record ListTexts(
    string? Title,
    string? Source,
    string? Licence,
    string? Jurisdiction,
    string? Attestation
)
{
    public static ListTexts Of(NewList list) =>
        Of(list.Title, list.Source, list.Licence, list.Jurisdiction, list.Attestation);

    public static ListTexts Of(
        string? title,
        string? source,
        string? licence,
        string? jurisdiction,
        string? attestation
    ) =>
        new(
            Text(title, "title", ListsLimits.MaxTitleCharacters),
            Text(source, "source", ListsLimits.MaxTitleCharacters),
            Text(licence, "licence", ListsLimits.MaxTermsCharacters),
            Country(jurisdiction),
            Text(attestation, "attestation", ListsLimits.MaxTermsCharacters)
        );

    /// <exception cref="ProblemException">Not a name of lists.</exception>
    public static string Name(string? name)
    {
        try
        {
            return new ListInfo { Name = name?.Trim() ?? "", Purpose = ListPurpose.Harmless }.Name;
        }
        catch (ArgumentException)
        {
            throw ProblemException.BadRequest(
                "bad_name",
                "A list's name has 1 to 64 of a-z, 0-9, '-', '_' and '.', and begins with a letter or digit."
            );
        }
    }

    public static int? Radius(int? bits) =>
        bits is null or (>= 0 and <= Matching.Radius.Max)
            ? bits
            : throw ProblemException.BadRequest(
                "bad_radius",
                $"'radius' is 0 to {Matching.Radius.Max} bits; {Matching.Radius.Default.Bits} is usual."
            );

    public static int? Floor(int? quality) =>
        quality is null or (>= 0 and <= 100)
            ? quality
            : throw ProblemException.BadRequest(
                "bad_quality_floor",
                "'qualityFloor' is 0 to 100; 50 is usual."
            );

    /// <summary>0 stands for never.</summary>
    public static int? StaleAfter(int? days) =>
        days switch
        {
            null or 0 => null,
            > 0 and <= ListsLimits.MaxStaleAfterDays => days,
            _ => throw ProblemException.BadRequest(
                "bad_stale_after_days",
                $"'staleAfterDays' is 1 to {ListsLimits.MaxStaleAfterDays}, or 0 for never."
            ),
        };

    private static string? Text(string? text, string field, int maxCharacters) =>
        text is null ? null : NamedText.Checked(text, field, maxCharacters);

    private static string? Country(string? code)
    {
        var text = code?.Trim().ToUpperInvariant();
        return text is null or "" || (text.Length == 2 && text.All(char.IsAsciiLetterUpper))
            ? text
            : throw ProblemException.BadRequest(
                "bad_jurisdiction",
                "'jurisdiction' is a country's two letters (ISO 3166-1), as \"DE\"."
            );
    }
}
