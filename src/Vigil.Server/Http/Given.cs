using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Vigil.Trust;

namespace Vigil.Server.Http;

/// <summary>What callers and forms give, checked. No error repeats a value.</summary>
internal static partial class Given
{
    /// <summary>Null for nothing or blanks.</summary>
    /// <exception cref="ProblemException">Too long.</exception>
    public static string? Optional(string? text, int most, string member)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }
        var trimmed = text.Trim();
        return trimmed.Length <= most
            ? trimmed
            : throw ProblemException.BadRequest("too_long", $"'{member}' has at most {most} characters.");
    }

    /// <exception cref="ProblemException">Missing or too long.</exception>
    public static string Required(string? text, int most, string member) =>
        Optional(text, most, member)
        ?? throw ProblemException.BadRequest("missing", $"'{member}' is required: 1 to {most} characters.");

    /// <exception cref="ProblemException">No country code.</exception>
    public static string Country(string? code, string member) =>
        TwoLetters().IsMatch(code ?? "")
            ? code!
            : throw ProblemException.BadRequest(
                $"bad_{member}",
                $"'{member}' is a country code of two capital letters (ISO 3166-1 alpha-2)."
            );

    /// <summary>A form's time of UTC; null: left out.</summary>
    /// <exception cref="ProblemException">No time.</exception>
    public static DateTimeOffset? Time(IFormCollection form, string field) =>
        form[field].ToString() is not { Length: > 0 } text ? null
        : DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time
        : throw ProblemException.BadRequest("bad_time", $"'{field}' is a time of UTC, or left out.");

    /// <summary>The end of a form's day, everywhere on earth; null: left out.</summary>
    /// <exception cref="ProblemException">No day.</exception>
    public static DateTimeOffset? EndOfDay(IFormCollection form, string field) =>
        form[field].ToString() is not { Length: > 0 } day ? null
        : DateOnly.TryParseExact(
            day,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var date
        )
        && date < DateOnly.MaxValue.AddDays(-2)
            ? new DateTimeOffset(date.AddDays(1), new TimeOnly(12, 0), TimeSpan.Zero)
        : throw ProblemException.BadRequest("bad_day", $"'{field}' is a day as 2027-12-31, or left out.");

    /// <exception cref="ProblemException">Unknown.</exception>
    public static string Surface(string? name) =>
        Surfaces.TryParse(name ?? "", out _)
            ? name!
            : throw ProblemException.BadRequest(
                "unknown_surface",
                $"'surface' is one of: {string.Join(", ", Surfaces.Names)}."
            );

    /// <summary>Empty where none is given.</summary>
    /// <exception cref="ProblemException">No country code.</exception>
    public static string Jurisdiction(string? code) =>
        string.IsNullOrEmpty(code) ? "" : Country(code, "jurisdiction");

    [GeneratedRegex(@"^[A-Z]{2}\z", RegexOptions.NonBacktracking)]
    private static partial Regex TwoLetters();
}
