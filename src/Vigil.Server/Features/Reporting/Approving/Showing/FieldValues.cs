using System.Globalization;
using System.Text.RegularExpressions;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <summary>Values as a form's fields hold them. Errors name the field and hold no value.</summary>
internal static partial class FieldValues
{
    public const string TimeHelp = "with its zone, as 2026-11-26T10:00:00Z or 2026-11-26T11:00:00+01:00";
    public const string PairsHelp = "one a line, as field=reason";
    private const int MostPairs = 200;

    public static string? OrNull(string value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    public static string TimeOf(DateTimeOffset? time) =>
        time is { } at ? at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture) : "";

    /// <summary>Null for nothing.</summary>
    public static DateTimeOffset? Time(string value, string label) =>
        string.IsNullOrWhiteSpace(value) ? null
        : Zoned().IsMatch(value.Trim())
        && DateTimeOffset.TryParse(
            value.Trim(),
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var time
        )
            ? time
        : throw Bad(label, TimeHelp);

    public static string PairsOf(IReadOnlyDictionary<string, string> pairs) =>
        string.Join('\n', pairs.Select(pair => $"{pair.Key}={pair.Value.ReplaceLineEndings(" ")}"));

    public static IReadOnlyDictionary<string, string> Pairs(string value, string label)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (
            var line in value.Split(
                '\n',
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
            )
        )
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == line.Length - 1 || pairs.Count == MostPairs)
            {
                throw Bad(label, PairsHelp);
            }
            pairs[line[..at].Trim()] = line[(at + 1)..].Trim();
        }
        return pairs;
    }

    public static ProblemException Bad(string label, string what) =>
        ProblemException.BadRequest("bad_field", $"“{label}” is {what}.");

    [GeneratedRegex(
        @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Zoned();
}
