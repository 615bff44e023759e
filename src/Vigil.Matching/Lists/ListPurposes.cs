using System.Diagnostics.CodeAnalysis;

namespace Vigil.Matching.Lists;

/// <summary>What a list is for. Closed: political, terror and copyright lists are refused.</summary>
public enum ListPurpose
{
    KnownCsam,
    Exploitative,
    GeneratedCsam,
    IntimateImageAbuse,
    TakeItDownMinor,
    LawEnforcementOnly,
    Harmless,
}

/// <summary>Purposes as people write them: known-csam, exploitative ...</summary>
public static class ListPurposes
{
    private static readonly Dictionary<string, ListPurpose> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["known-csam"] = ListPurpose.KnownCsam,
        ["exploitative"] = ListPurpose.Exploitative,
        ["generated-csam"] = ListPurpose.GeneratedCsam,
        ["intimate-image-abuse"] = ListPurpose.IntimateImageAbuse,
        ["take-it-down-minor"] = ListPurpose.TakeItDownMinor,
        ["law-enforcement-only"] = ListPurpose.LawEnforcementOnly,
        ["harmless"] = ListPurpose.Harmless,
    };

    /// <summary>The names, for help texts.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    public static string NameOf(ListPurpose purpose) => ByName.First(pair => pair.Value == purpose).Key;

    /// <summary>
    /// Reads a name; when it is none of the closed set, <paramref name="refusal"/> says so.
    /// </summary>
    public static bool TryParse(
        string name,
        out ListPurpose purpose,
        [NotNullWhen(false)] out string? refusal
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        var isKnown = ByName.TryGetValue(name.Trim(), out purpose);
        refusal = isKnown
            ? null
            : $"Lists serve these purposes and no other: {string.Join(", ", Names)}. Political, "
                + "terror and copyright lists are refused by design.";
        return isKnown;
    }
}
