using System.Globalization;
using System.Text.RegularExpressions;

namespace Vigil.Evidence;

/// <summary>Where tiles and bundles lie in a ledger's folder (c2sp.org/tlog-tiles).</summary>
internal static partial class TilePath
{
    /// <summary>In the place of a level: the entries themselves.</summary>
    public const int Entries = -1;

    public const string Checkpoint = "checkpoint";
    public const string Tiles = "tile";

    /// <param name="level">0 holds hashes of entries; <see cref="Entries"/> for a bundle.</param>
    /// <param name="index">Of the tile on its level.</param>
    public static string Full(int level, long index)
    {
        var name = Three(index % 1000);
        for (index /= 1000; index > 0; index /= 1000)
        {
            name = $"x{Three(index % 1000)}/{name}";
        }
        return $"{Tiles}/{(level == Entries ? "entries" : level.ToString(CultureInfo.InvariantCulture))}/{name}";
    }

    /// <param name="width">1 to 255: of a partial tile; 256: the full one.</param>
    public static string Of(int level, long index, int width) =>
        width == OpenTree.TileWidth ? Full(level, index) : $"{PartialFolder(level, index)}/{width}";

    public static string PartialFolder(int level, long index) => Full(level, index) + ".p";

    /// <summary>Names a file of the layout, and so nothing outside the folder.</summary>
    public static bool IsName(string path) => path == Checkpoint || TileName().IsMatch(path);

    [GeneratedRegex(
        @"^tile/([0-9]{1,2}|entries)/(x[0-9]{3}/){0,5}[0-9]{3}(\.p/[0-9]{1,3})?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex TileName();

    private static string Three(long number) => number.ToString("000", CultureInfo.InvariantCulture);
}
