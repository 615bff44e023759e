using Vigil.Matching.Lists;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Describing;

/// <summary>The closed words of a list, as the API writes and the database keeps them.</summary>
internal static class ListWords
{
    /// <summary>How sure the list is of its entries; the first is the default.</summary>
    public static readonly IReadOnlyList<string> Confidences =
    [
        "single_source",
        "verified",
        "self_declared",
        "disputed",
    ];

    /// <summary>To whom its entries may be handed on; the first is the default.</summary>
    public static readonly IReadOnlyList<string> OnwardSharing =
    [
        "none",
        "with_permission",
        "members",
        "public",
    ];

    public static readonly IReadOnlyList<string> Modes = ["off", "shadow", "review", "enforce"];

    public static string ModeOf(string stored) => stored.ToLowerInvariant();

    public static string Confidence(string? word) => Closed(word, Confidences, "confidence");

    public static string Sharing(string? word) => Closed(word, OnwardSharing, "onwardSharing");

    /// <summary>As the database keeps it: Off, Shadow, Review or Enforce.</summary>
    public static string Mode(string? word)
    {
        var mode = Closed(word, Modes, "mode");
        return char.ToUpperInvariant(mode[0]) + mode[1..];
    }

    /// <summary>As <see cref="ListPurposes"/> names it; refused where the profile has no such lists.</summary>
    public static string Purpose(string? word, Profile profile)
    {
        if (!ListPurposes.TryParse(word ?? "", out var purpose, out var refusal))
        {
            throw ProblemException.BadRequest("purpose_refused", refusal);
        }
        if (
            purpose == ListPurpose.LawEnforcementOnly
            && profile is not (Profile.LawEnforcement or Profile.Steward or Profile.Demo)
        )
        {
            throw ProblemException.BadRequest(
                "purpose_not_in_profile",
                "Lists for law enforcement only do not exist in an installation of this profile."
            );
        }
        return ListPurposes.NameOf(purpose);
    }

    private static string Closed(string? word, IReadOnlyList<string> words, string field)
    {
        if (word is null)
        {
            return words[0];
        }
        return words.FirstOrDefault(known => known.Equals(word.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw ProblemException.BadRequest(
                field == "onwardSharing" ? "bad_onward_sharing" : $"bad_{field}",
                $"'{field}' is one of {string.Join(", ", words)}."
            );
    }
}
