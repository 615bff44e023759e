using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vigil.Hashing;

namespace Vigil.Matching.Search;

/// <summary>
/// Scans rows, 256 at a time: the first 96 bits lie bit by bit, and carry-save adders count for all 256 at once in
/// how many they differ from the query. Whoever stays within the radius there is compared whole.
/// </summary>
/// <remarks>Harley-Seal counting: Warren, "Hacker's Delight", 5-2; Mula, Kurz, Lemire, 2018.</remarks>
// SAFETY: callers give rows and slices of at least the blocks that they name, and keep their owner alive.
internal static unsafe class SlicedScan
{
    public const int BlockRows = 256;
    public const int Slices = 96;
    public const int BlockBytes = Slices * BlockRows / 8;

    private const int WordsPerSlice = BlockRows / 64;

    /// <summary>Writes the slices of 256 rows.</summary>
    public static void Slice(PdqHash* rows, ulong* block)
    {
        var square = stackalloc ulong[64];
        for (var group = 0; group < WordsPerSlice; group++)
        {
            for (var word = 0; word < 2; word++)
            {
                for (var row = 0; row < 64; row++)
                {
                    square[row] = ((ulong*)(rows + (group * 64) + row))[word];
                }
                Transpose(square);
                for (var bit = 0; bit < Math.Min(64, Slices - (word * 64)); bit++)
                {
                    block[(((word * 64) + bit) * WordsPerSlice) + group] = square[bit];
                }
            }
        }
    }

    /// <summary>Bit c of word r becomes bit r of word c (Hacker's Delight, 7-3).</summary>
    private static void Transpose(ulong* square)
    {
        var mask = 0x00000000FFFFFFFFUL;
        for (var size = 32; size != 0; size >>= 1, mask ^= mask << size)
        {
            for (var i = 0; i < 64; i = (i + size + 1) & ~size)
            {
                var exchanged = ((square[i] >> size) ^ square[i + size]) & mask;
                square[i] ^= exchanged << size;
                square[i + size] ^= exchanged;
            }
        }
    }

    /// <summary>Adds every row of <c>0..count</c> within the radius.</summary>
    /// <param name="blocks">Whole blocks of 256 rows whose slices stand in <paramref name="slices"/>.</param>
    public static void Find(
        PdqHash* rows,
        ulong* slices,
        int blocks,
        int count,
        in PdqHash query,
        int radius,
        int number,
        List<RowHit> hits,
        CancellationToken cancellation
    )
    {
        var isSliced = radius <= SearchLimits.WidestSliced && Vector128.IsHardwareAccelerated;
        var row = isSliced ? blocks * BlockRows : 0;
        if (isSliced && blocks > 0)
        {
            FindSliced(rows, slices, blocks, query, radius, number, hits, cancellation);
        }
        while (row < count)
        {
            cancellation.ThrowIfCancellationRequested();
            var end = Math.Min(count, row + SearchLimits.RowsPerLook);
            for (; row < end; row++)
            {
                var distance = query.DistanceTo(rows[row]);
                if (distance <= radius)
                {
                    hits.Add(new RowHit(number, row, distance));
                }
            }
        }
    }

    private static void FindSliced(
        PdqHash* rows,
        ulong* slices,
        int blocks,
        in PdqHash query,
        int radius,
        int number,
        List<RowHit> hits,
        CancellationToken cancellation
    )
    {
        var asked = stackalloc Vector256<ulong>[Slices];
        for (var bit = 0; bit < Slices; bit++)
        {
            var word = bit < 64 ? query.Word0 : query.Word1;
            asked[bit] = Vector256.Create(0UL - ((word >> (bit & 63)) & 1));
        }
        var near = stackalloc ulong[WordsPerSlice];
        for (var block = 0; block < blocks; block++)
        {
            if (block % (SearchLimits.RowsPerLook / BlockRows) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }
            var within = Within(slices + ((long)block * Slices * WordsPerSlice), asked, radius);
            if (within == Vector256<ulong>.Zero)
            {
                continue;
            }
            within.Store(near);
            for (var group = 0; group < WordsPerSlice; group++)
            {
                for (var left = near[group]; left != 0; left &= left - 1)
                {
                    var row = (block * BlockRows) + (group * 64) + BitOperations.TrailingZeroCount(left);
                    var distance = query.DistanceTo(rows[row]);
                    if (distance <= radius)
                    {
                        hits.Add(new RowHit(number, row, distance));
                    }
                }
            }
        }
    }

    /// <summary>A bit for each row that differs from the query in at most so many of its first 96 bits.</summary>
    private static Vector256<ulong> Within(ulong* slices, Vector256<ulong>* asked, int radius)
    {
        var (ones, twos, fours, eights) = (Zero, Zero, Zero, Zero);
        var (s16, s32, s64) = (Zero, Zero, Zero);
        for (var at = 0; at < Slices; at += 16)
        {
            var eightsA = Eight(slices, asked, at, ref ones, ref twos, ref fours);
            var eightsB = Eight(slices, asked, at + 8, ref ones, ref twos, ref fours);
            var carry = Add(ref eights, eightsA, eightsB);
            var carry32 = s16 & carry;
            s16 ^= carry;
            s64 ^= s32 & carry32;
            s32 ^= carry32;
        }
        // Compares the seven-bit counts with the radius, from the highest bit down.
        var (more, same) = (Zero, Vector256<ulong>.AllBitsSet);
        Compare(s64, radius >> 6, ref more, ref same);
        Compare(s32, radius >> 5, ref more, ref same);
        Compare(s16, radius >> 4, ref more, ref same);
        Compare(eights, radius >> 3, ref more, ref same);
        Compare(fours, radius >> 2, ref more, ref same);
        Compare(twos, radius >> 1, ref more, ref same);
        Compare(ones, radius, ref more, ref same);
        return ~more;
    }

    private static Vector256<ulong> Zero => Vector256<ulong>.Zero;

    /// <summary>Counts eight slices; gives the carry of eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Eight(
        ulong* slices,
        Vector256<ulong>* asked,
        int at,
        ref Vector256<ulong> ones,
        ref Vector256<ulong> twos,
        ref Vector256<ulong> fours
    )
    {
        var twosA = Add(ref ones, Differs(slices, asked, at), Differs(slices, asked, at + 1));
        var twosB = Add(ref ones, Differs(slices, asked, at + 2), Differs(slices, asked, at + 3));
        var foursA = Add(ref twos, twosA, twosB);
        twosA = Add(ref ones, Differs(slices, asked, at + 4), Differs(slices, asked, at + 5));
        twosB = Add(ref ones, Differs(slices, asked, at + 6), Differs(slices, asked, at + 7));
        var foursB = Add(ref twos, twosA, twosB);
        return Add(ref fours, foursA, foursB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Differs(ulong* slices, Vector256<ulong>* asked, int slice) =>
        Vector256.Load(slices + (slice * WordsPerSlice)) ^ asked[slice];

    /// <summary>A full adder in each bit: the sum stays, the carry is given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Add(ref Vector256<ulong> sum, Vector256<ulong> a, Vector256<ulong> b)
    {
        var half = sum ^ a;
        var carry = (sum & a) | (half & b);
        sum = half ^ b;
        return carry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Compare(
        Vector256<ulong> digit,
        int bound,
        ref Vector256<ulong> more,
        ref Vector256<ulong> same
    )
    {
        if ((bound & 1) == 0)
        {
            more |= same & digit;
            same &= ~digit;
        }
        else
        {
            same &= digit;
        }
    }
}

/// <summary>One row within the radius of one query of a batch.</summary>
/// <param name="Query">Index of the query, 0 where there is one only.</param>
/// <param name="Row">Index of the row in its segment.</param>
internal readonly record struct RowHit(int Query, int Row, int DistanceBits);
