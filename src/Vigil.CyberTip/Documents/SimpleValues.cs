using System.Globalization;
using System.Text.RegularExpressions;
using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip.Documents;

/// <summary>Simple values as the schema's types write them.</summary>
internal static partial class SimpleValues
{
    private const int MatchMs = 1000;

    public static string Write(object value) =>
        value switch
        {
            string text => text,
            bool flag => flag ? "true" : "false",
            DateTimeOffset time => WriteTime(time),
            DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            Enum word => EnumWords.Of(word.GetType()).Word(word)
                ?? throw new ArgumentOutOfRangeException(
                    nameof(value),
                    $"{word.GetType().Name} has no value {word}."
                ),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    /// <summary>Null: the text is not of this type.</summary>
    public static object? Read(Type type, string text, bool isJson)
    {
        if (type == typeof(string))
        {
            return text;
        }
        if (type.IsEnum)
        {
            var words = EnumWords.Of(type);
            return words.Value(text) ?? (isJson ? words.Named(text) : null);
        }
        return ReadCollapsed(type, text.Trim(' ', '\t', '\r', '\n'));
    }

    /// <summary>A time that says no zone.</summary>
    public static bool LacksZone(string text) =>
        Time().Match(text.Trim(' ', '\t', '\r', '\n')) is { Success: true } match
        && !match.Groups["zone"].Success;

    private static object? ReadCollapsed(Type type, string text)
    {
        if (type == typeof(bool))
        {
            return text switch
            {
                "true" or "1" => true,
                "false" or "0" => false,
                _ => null,
            };
        }
        if (type == typeof(int))
        {
            return int.TryParse(
                text,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? number
                : null;
        }
        if (type == typeof(long))
        {
            return long.TryParse(
                text,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? number
                : null;
        }
        if (type == typeof(double))
        {
            const NumberStyles decimalOrExponent =
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            return
                double.TryParse(text, decimalOrExponent, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number)
                ? number
                : null;
        }
        return type == typeof(DateOnly) ? ReadDate(text) : ReadTime(text);
    }

    private static string WriteTime(DateTimeOffset time)
    {
        var text = time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
        return text
            + (time.Offset == TimeSpan.Zero ? "Z" : time.ToString("zzz", CultureInfo.InvariantCulture));
    }

    private static DateOnly? ReadDate(string text) =>
        Date().Match(text) is { Success: true } match
        && DateOnly.TryParseExact(
            match.Groups["date"].Value,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var date
        )
            ? date
            : null;

    /// <summary>Without a zone: as UTC; the reader says what is missing.</summary>
    private static DateTimeOffset? ReadTime(string text)
    {
        if (Time().Match(text) is not { Success: true } match)
        {
            return null;
        }
        var fraction = match.Groups["fraction"].Value;
        var zone = match.Groups["zone"].Value;
        // Ticks of 100 ns are all this type holds; further digits are dropped.
        var exact =
            match.Groups["second"].Value
            + "."
            + (fraction.Length > 7 ? fraction[..7] : fraction.PadRight(7, '0'))
            + (zone is "" or "Z" ? "+00:00" : zone);
        return DateTimeOffset.TryParseExact(
            exact,
            "yyyy-MM-ddTHH:mm:ss.fffffffzzz",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var time
        )
            ? time
            : null;
    }

    [GeneratedRegex(
        @"^(?<second>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.(?<fraction>\d+))?(?<zone>Z|[+-]\d{2}:\d{2})?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        MatchMs
    )]
    private static partial Regex Time();

    [GeneratedRegex(
        @"^(?<date>\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        MatchMs
    )]
    private static partial Regex Date();
}
