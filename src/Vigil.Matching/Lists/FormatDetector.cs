using System.Text;

namespace Vigil.Matching.Lists;

/// <summary>Tells the format of a list from its first bytes; names of files say nothing.</summary>
internal static class FormatDetector
{
    private const string HowToSay = "Say which format it is: lines, csv, vics or tx.";

    /// <exception cref="ListFormatException">None of the known formats.</exception>
    public static ListFormat Detect(ReadOnlySpan<byte> head)
    {
        if (head.Contains((byte)0))
        {
            throw new ListFormatException(
                "The file is not text (it holds NUL bytes). Unpack it if it is an archive; a "
                    + "sealed .vlist is opened, not imported."
            );
        }
        var text = Encoding.Latin1.GetString(head);
        var start = text.AsSpan().TrimStart();
        if (start.StartsWith("{"))
        {
            return ListFormat.Vics;
        }
        if (start.StartsWith("<") || start.StartsWith("["))
        {
            throw new ListFormatException(
                "The file is XML or a bare JSON array; neither is read in this version. Lists "
                    + "come as lines, CSV, VICS JSON or tx files."
            );
        }
        return OfLine(FirstLine(text));
    }

    /// <summary>The separator that a CSV file's first line uses most.</summary>
    public static char Separator(ReadOnlySpan<byte> head)
    {
        var line = FirstLine(Encoding.Latin1.GetString(head));
        return ",;\t".MaxBy(separator => line.AsSpan().Count(separator));
    }

    private static ListFormat OfLine(string line)
    {
        if (line.AsSpan().ContainsAny(",;\t"))
        {
            return ListFormat.Csv;
        }
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (
            words is [var name]
            && CsvColumns.Fields.Contains(name.Trim('"').ToLowerInvariant(), StringComparer.Ordinal)
        )
        {
            return ListFormat.Csv;
        }
        return words switch
        {
            [] => ListFormat.Lines,
            [var hash] when hash.All(char.IsAsciiHexDigit) => ListFormat.Lines,
            [_, var hash] when hash.Length >= 32 && hash.All(char.IsAsciiHexDigit) =>
                ListFormat.ThreatExchangeLocal,
            _ => throw new ListFormatException($"The format cannot be told from the first line. {HowToSay}"),
        };
    }

    private static string FirstLine(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var trimmed = line.Trim();
            if (trimmed.Length > 0 && trimmed[0] != '#')
            {
                var comment = trimmed.IndexOf('#');
                return (comment < 0 ? trimmed : trimmed[..comment].TrimEnd()).ToString();
            }
        }
        return "";
    }
}
