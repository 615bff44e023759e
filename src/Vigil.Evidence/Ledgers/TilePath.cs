using System.Globalization;

namespace Vigil.Evidence;

/// <summary>Where tiles and bundles lie in a ledger's folder (c2sp.org/tlog-tiles).</summary>
internal static class TilePath
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

    private static string Three(long number) => number.ToString("000", CultureInfo.InvariantCulture);
}
