using System.Buffers;

namespace Vigil.Cli.Output;

/// <summary>One line of CSV (RFC 4180, but LF line ends).</summary>
internal static class CsvLine
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    public static string Of(IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\n";

    /// <summary>
    /// A cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP ASVS 5.0, 1.2.10).
    /// Only names of files can begin so; the JSON formats carry them unchanged.
    /// </summary>
    private static string Cell(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
        {
            text = "'" + text;
        }

        return text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
    }
}
