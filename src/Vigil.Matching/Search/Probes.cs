using System.Numerics;

namespace Vigil.Matching.Search;

/// <summary>
/// Which buckets of a table are looked at, and how far the neighbouring chunk may differ then. A hash is 16 chunks
/// of 16 bits on a ring. If two hashes differ in at most r bits, then for some chunk i the differences of the chunks
/// from i on satisfy d(i) &lt;= r/16 and d(i) + d(i+1) &lt;= 2r/16 (and so on: the cycle lemma; Qin and Xiao,
/// "Pigeonring", PVLDB 12, 2018).
/// </summary>
internal static class Probes
{
    public const int Chunks = 16;
    public const int ChunkBits = 16;
    public const int Buckets = 1 << ChunkBits;

    /// <summary>What to flip in a chunk: nothing, then each single bit, each pair, each triple.</summary>
    public static readonly ushort[] Masks =
    [
        .. Enumerable
            .Range(0, Buckets)
            .Where(mask => BitOperations.PopCount((uint)mask) <= MostFlips)
            .OrderBy(mask => BitOperations.PopCount((uint)mask))
            .ThenBy(mask => mask)
            .Select(mask => (ushort)mask),
    ];

    /// <summary>Bits of one chunk that are flipped at the largest radius.</summary>
    private const int MostFlips = Radius.Max / Chunks;

    /// <summary>Largest difference of a first chunk: floor(r / 16).</summary>
    public static int FirstBound(int radius) => radius / Chunks;

    /// <summary>Largest difference of a first chunk and its neighbour together: floor(2r / 16).</summary>
    public static int PairBound(int radius) => 2 * radius / Chunks;

    /// <summary>Buckets looked at in each table: 1, 17, 137 or 697.</summary>
    public static int Count(int radius) =>
        FirstBound(radius) switch
        {
            0 => 1,
            1 => 1 + 16,
            2 => 1 + 16 + 120,
            _ => 1 + 16 + 120 + 560,
        };

    /// <summary>How many bits the mask of that index flips.</summary>
    public static int FlipsOf(int index) =>
        index switch
        {
            < 1 => 0,
            < 17 => 1,
            < 137 => 2,
            _ => 3,
        };
}
