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
        var needed = false;
        foreach (var rune in text.EnumerateRunes())
        {
            needed |= NeedsEscape(rune);
        }

        if (!needed)
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 8);
        // By runes: characters that hide text, such as tags, also stand beyond the first plane.
        foreach (var rune in text.EnumerateRunes())
        {
            var characters = rune.ToString();
            shown.Append(NeedsEscape(rune) ? string.Concat(characters.Select(Escape)) : characters);
        }

        return shown.ToString();
    }

    private static bool NeedsEscape(Rune rune) =>
        rune.Value == '\\'
        || Rune.GetUnicodeCategory(rune) switch
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
