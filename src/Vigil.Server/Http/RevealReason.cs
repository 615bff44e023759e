namespace Vigil.Server.Http;

/// <summary>Why somebody must see the picture, or read the words, themselves; closed.</summary>
internal enum RevealReason
{
    Grade,
    SecondOpinion,
    Decide,
    Report,
    IdentifyVictim,
    QualityCheck,
    Appeal,
    Other,
}

/// <summary>The reason as it stands in the ledger: a word of the list, and the person's own words.</summary>
internal static class RevealReasons
{
    public const int TextCharacters = 120;

    public static string Title(RevealReason reason) =>
        reason switch
        {
            RevealReason.Grade => "To grade it",
            RevealReason.SecondOpinion => "For a second opinion",
            RevealReason.Decide => "To decide the case",
            RevealReason.Report => "A report needs it",
            RevealReason.IdentifyVictim => "To help find the child",
            RevealReason.QualityCheck => "A sampled check of a decision",
            RevealReason.Appeal => "For an appeal",
            _ => "Another reason",
        };

    /// <summary>The person's own, of what <see cref="Read"/> gave.</summary>
    public static string WordsOf(string reason) =>
        reason[(reason.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <exception cref="ProblemException">Not of the list, or without words.</exception>
    public static string Read(string? code, string? text)
    {
        var reason = Words.Read<RevealReason>(code, "reason");
        var words = text?.Trim() ?? "";
        return words.Length is >= 3 and <= TextCharacters && !words.Any(char.IsControl)
            ? $"{Words.Of(reason)}: {words}"
            : throw ProblemException.BadRequest(
                "reason_missing",
                $"Say why in 3 to {TextCharacters} characters, without names: it stands in the ledger."
            );
    }
}
