using System.Globalization;
using System.Text;

namespace Vigil.Cli.Output;

/// <summary>
/// Names of files as they may be shown on a terminal: control characters and characters that reorder or hide
/// text are written as escapes, so that a name can neither fake a second line nor send commands to the
/// terminal.
/// </summary>
internal static class Printable
{
    public static string Of(string text)
    {
        if (!text.Any(NeedsEscape))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            shown.Append(NeedsEscape(c) ? Escape(c) : c.ToString());
        }

        return shown.ToString();
    }

    private static bool NeedsEscape(char c) =>
        c == '\\'
        || CharUnicodeInfo.GetUnicodeCategory(c) switch
        {
            UnicodeCategory.Control
            or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator => true,
            _ => false,
        };

    private static string Escape(char c) =>
        c switch
        {
            '\\' => @"\\",
            '\n' => @"\n",
            '\r' => @"\r",
            '\t' => @"\t",
            _ => $@"\u{(int)c:x4}",
        };
}
