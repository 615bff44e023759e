using System.Globalization;
using System.Text;

namespace Vigil.Media.Metadata;

/// <summary>
/// Text of a file as it may be shown: what is not seen, or would move what stands beside it, stands there by its
/// number or its picture.
/// </summary>
internal static class VisibleText
{
    /// <summary>Unicode's pictures of the first 32 characters.</summary>
    private const char Pictures = '\u2400';
    private const char PictureOfDelete = '\u2421';

    /// <param name="most">Characters of what comes out; more is cut.</param>
    public static (string Text, bool IsCut) Of(string text, int most)
    {
        var shown = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            var piece = Piece(rune);
            if (shown.Length + piece.Length > most)
            {
                return (shown.ToString(), true);
            }
            shown.Append(piece);
        }
        return (shown.ToString(), false);
    }

    private static string Piece(Rune rune) =>
        rune.Value switch
        {
            < 0x20 => $"{(char)(Pictures + rune.Value)}",
            0x7F => $"{PictureOfDelete}",
            _ when IsSeen(Rune.GetUnicodeCategory(rune)) => rune.ToString(),
            _ => string.Create(CultureInfo.InvariantCulture, $"<U+{rune.Value:X4}>"),
        };

    private static bool IsSeen(UnicodeCategory category) =>
        category
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.OtherNotAssigned
            );
}
