using System.Globalization;
using System.Text;

namespace Vigil.Matching.Lists;

/// <summary>Text from a list's source that is stored and shown: ids, categories, column names.</summary>
internal static class PlainText
{
    /// <summary>
    /// Whether it has 1 to <paramref name="maxCharacters"/> characters and none that surprises: no controls,
    /// line ends, direction marks, private or broken ones.
    /// </summary>
    public static bool Is(string text, int maxCharacters)
    {
        if (text.Length == 0 || text.Length > maxCharacters)
        {
            return false;
        }
        foreach (var rune in text.EnumerateRunes())
        {
            // A lone surrogate is enumerated as the replacement character, as bytes that are not UTF-8
            // are read.
            if (rune == Rune.ReplacementChar || IsUnseen(Rune.GetUnicodeCategory(rune)))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsUnseen(UnicodeCategory category) =>
        category
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse;
}
