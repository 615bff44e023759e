using System.Text.RegularExpressions;

namespace Vigil.Trust;

/// <summary>
/// The last guard of what an alarm says: no mail address, no hash value leaves with it, whatever raised it.
/// </summary>
internal static partial class AlarmText
{
    public static Alarm Cleaned(Alarm alarm) =>
        CodeName().IsMatch(alarm.Code)
            ? alarm with
            {
                Text = Cleaned(alarm.Text, AlarmLimits.MaxTextCharacters),
                About = Cleaned(alarm.About, AlarmLimits.MaxAboutCharacters),
            }
            : throw new ArgumentException(
                "An alarm's code is snake_case, as database_frozen.",
                nameof(alarm)
            );

    private static string Cleaned(string text, int atMost)
    {
        var cleaned = Sensitive().Replace(text.ReplaceLineEndings(" "), "[removed]");
        return cleaned.Length <= atMost ? cleaned : cleaned[..(atMost - 1)] + "…";
    }

    // Hexadecimal from 32 digits (MD5 and longer; an id with its hyphens is shorter), base64 as long, and
    // whatever has an @ between words.
    [GeneratedRegex(@"[0-9A-Fa-f]{32,}|[A-Za-z0-9+/]{43,}=*|[^\s@]+@[^\s@]+", RegexOptions.NonBacktracking)]
    private static partial Regex Sensitive();

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,63}\z", RegexOptions.NonBacktracking)]
    private static partial Regex CodeName();
}
