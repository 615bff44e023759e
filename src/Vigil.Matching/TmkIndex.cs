using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vigil.Hashing;

namespace Vigil.Matching;

/// <summary>A video of the index that is like the query.</summary>
/// <param name="Index">Its place in the order in which the index was built.</param>
/// <param name="Level1">-1 to 1.</param>
/// <param name="Level2">0 to 1.</param>
public readonly record struct TmkFound(int Index, float Level1, float Level2);

/// <summary>
/// Searches many TMK+PDQF hashes: level 1 over all of them, level 2 where it passes. Exact: what the two
/// scores of each pair would say. Holds 1 KiB a video; the rest of a hash, 262 KiB, is asked for when level 1
/// passes. Immutable, safe for many threads.
/// </summary>
public sealed class TmkIndex
{
    private const int Dimensions = TmkHash.MeanLength;
    private const int Lanes = 8;

    /// <summary>
    /// Rounding between this sum and the reference's, both of 256 products of unit vectors, stays under
    /// 2 * 256 * 2^-24 = 3.1e-5: what lies so near below the threshold is judged by the exact score.
    /// </summary>
    private const float Margin = 1e-4f;

    /// <summary>Rows between two looks at the cancellation token.</summary>
    private const int RowsPerBlock = 16 * 1024;

    /// <summary>Row after row, each of length 1, or zero.</summary>
    private readonly float[][] _blocks;

    private TmkIndex(float[][] blocks, int count) => (_blocks, Count) = (blocks, count);

    /// <summary>Videos in the index.</summary>
    public int Count { get; }

    /// <summary>Takes the means of <paramref name="hashes"/>, one after the other; keeps none of them.</summary>
    public static TmkIndex Build(IEnumerable<TmkHash> hashes)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        var blocks = new List<float[]>();
        var count = 0;
        foreach (var hash in hashes)
        {
            if (count % RowsPerBlock == 0)
            {
                blocks.Add(new float[RowsPerBlock * Dimensions]);
            }
            Unit(hash, blocks[^1].AsSpan(count % RowsPerBlock * Dimensions, Dimensions));
            count++;
        }
        return new TmkIndex([.. blocks], count);
    }

    /// <summary>Every video whose both scores reach their limits, most alike by level 2 first.</summary>
    /// <param name="load">Gives the whole hash of a place; called for those that level 1 lets through.</param>
    /// <param name="level1">-1 to 1.</param>
    /// <param name="level2">0 to 1.</param>
    public IReadOnlyList<TmkFound> Query(
        TmkHash query,
        Func<int, TmkHash> load,
        float level1 = TmkMatch.DefaultThreshold,
        float level2 = TmkMatch.DefaultThreshold,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(load);
        var unit = new float[Dimensions];
        Unit(query, unit);
        var found = new List<TmkFound>();
        foreach (var index in Candidates(unit, level1 - Margin, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            var hash = load(index);
            var first = TmkMatch.Level1(query, hash);
            var second = first >= level1 ? TmkMatch.Level2(query, hash) : float.NegativeInfinity;
            if (second >= level2)
            {
                found.Add(new TmkFound(index, first, second));
            }
        }
        return [.. found.OrderByDescending(one => one.Level2).ThenBy(one => one.Index)];
    }

    private List<int> Candidates(float[] query, float least, CancellationToken cancellation)
    {
        var candidates = new List<int>();
        for (var block = 0; block < _blocks.Length; block++)
        {
            cancellation.ThrowIfCancellationRequested();
            var first = block * RowsPerBlock;
            var rows = Math.Min(RowsPerBlock, Count - first);
            for (var row = 0; row < rows; row++)
            {
                if (Dot(query, _blocks[block].AsSpan(row * Dimensions, Dimensions)) >= least)
                {
                    candidates.Add(first + row);
                }
            }
        }
        return candidates;
    }

    /// <summary>Four sums of eight lanes side by side, so that one addition's latency hides behind others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var (s0, s1) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (s2, s3) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var k = 0; k < Dimensions; k += 4 * Lanes)
        {
            s0 += Vector256.Create(a[k..]) * Vector256.Create(b[k..]);
            s1 += Vector256.Create(a[(k + Lanes)..]) * Vector256.Create(b[(k + Lanes)..]);
            s2 += Vector256.Create(a[(k + 2 * Lanes)..]) * Vector256.Create(b[(k + 2 * Lanes)..]);
            s3 += Vector256.Create(a[(k + 3 * Lanes)..]) * Vector256.Create(b[(k + 3 * Lanes)..]);
        }
        return Vector256.Sum(s0 + s1 + (s2 + s3));
    }

    /// <summary>The mean brought to length 1; zero stays zero and is like nothing.</summary>
    private static void Unit(TmkHash hash, Span<float> unit)
    {
        var sum = 0.0;
        foreach (var value in hash.Mean)
        {
            sum += (double)value * value;
        }
        var scale = sum > 0 ? 1 / Math.Sqrt(sum) : 0;
        for (var k = 0; k < Dimensions; k++)
        {
            unit[k] = (float)(hash.Mean[k] * scale);
        }
    }
}
