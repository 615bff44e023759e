using System.Collections.Frozen;

namespace Vigil.Media;

/// <summary>
/// Capital letters, digits and a few signs, 5 dots wide and 7 high: no font of the machine is needed. A
/// letter is 35 bits, rows from the top, the highest bit the top left dot: 'A' is 01110 10001 10001 11111
/// 10001 10001 10001.
/// </summary>
public static class Letters
{
    public const int Columns = 5;
    public const int Rows = 7;

    private const int Advance = Columns + 1;

    private static readonly FrozenDictionary<char, long> Dots = new Dictionary<char, long>
    {
        ['A'] = 0x3a31fc631,
        ['B'] = 0x7a31f463e,
        ['C'] = 0x3a308422e,
        ['D'] = 0x7a318c63e,
        ['E'] = 0x7e10f421f,
        ['F'] = 0x7e10f4210,
        ['G'] = 0x3a30bc62e,
        ['H'] = 0x4631fc631,
        ['I'] = 0x38842108e,
        ['J'] = 0x1c4210a4c,
        ['K'] = 0x4654c5251,
        ['L'] = 0x42108421f,
        ['M'] = 0x4775ac631,
        ['N'] = 0x4735ace31,
        ['O'] = 0x3a318c62e,
        ['P'] = 0x7a31f4210,
        ['Q'] = 0x3a318d64d,
        ['R'] = 0x7a31f5251,
        ['S'] = 0x3e107043e,
        ['T'] = 0x7c8421084,
        ['U'] = 0x46318c62e,
        ['V'] = 0x46318c544,
        ['W'] = 0x4631ad771,
        ['X'] = 0x462a22a31,
        ['Y'] = 0x462a21084,
        ['Z'] = 0x7c222221f,
        ['0'] = 0x3a75ad72e,
        ['1'] = 0x11842108e,
        ['2'] = 0x3a213221f,
        ['3'] = 0x78217043e,
        ['4'] = 0x08ca97c42,
        ['5'] = 0x7e1e0862e,
        ['6'] = 0x1910f462e,
        ['7'] = 0x7c2222108,
        ['8'] = 0x3a317462e,
        ['9'] = 0x3a317844c,
        ['.'] = 0x00000018c,
        [','] = 0x000003088,
        ['-'] = 0x000070000,
        [':'] = 0x018c03180,
        ['!'] = 0x108421004,
    }.ToFrozenDictionary();

    /// <summary>Dots, without the gap after the last letter.</summary>
    public static int WidthOf(string text) => text.Length * Advance - 1;

    /// <summary>False also outside the text and for letters that are not built in.</summary>
    public static bool IsInk(string text, int column, int row)
    {
        if (column < 0 || row is < 0 or >= Rows || column % Advance >= Columns || column >= WidthOf(text))
        {
            return false;
        }
        var bit = Columns * Rows - 1 - (row * Columns + column % Advance);
        return (Dots.GetValueOrDefault(text[column / Advance]) >> bit & 1) != 0;
    }
}
