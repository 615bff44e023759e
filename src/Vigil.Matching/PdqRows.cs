using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vigil.Hashing;

namespace Vigil.Matching;

/// <summary>
/// The distinct PDQ hashes of all lists, word by word in four arrays, so that the first two words of many rows lie
/// side by side. A row whose first 128 bits already differ in more than the radius cannot match; for unrelated
/// pictures (64 of 128 bits differ, give or take 6) that settles nearly every row from half of the bytes.
/// </summary>
internal sealed class PdqRows
{
    /// <summary>Rows looked at together; 4 vectors of 4 words.</summary>
    private const int Step = 16;

    private readonly ulong[] _word0;
    private readonly ulong[] _word1;
    private readonly ulong[] _word2;
    private readonly ulong[] _word3;
    private readonly Postings _postings;

    public PdqRows(List<(HashKey Key, Posting Posting)> rows)
    {
        (var keys, _postings) = Postings.Group(rows);
        _word0 = Array.ConvertAll(keys, key => key.Word0);
        _word1 = Array.ConvertAll(keys, key => key.Word1);
        _word2 = Array.ConvertAll(keys, key => key.Word2);
        _word3 = Array.ConvertAll(keys, key => key.Word3);
    }

    public int Count => _word0.Length;

    public static HashKey KeyOf(in PdqHash hash) => new(hash.Word0, hash.Word1, hash.Word2, hash.Word3);

    public ReadOnlySpan<Posting> PostingsOf(int row) => _postings.Of(row);

    /// <summary>First row of <c>from..to</c> within the radius, or <paramref name="to"/>. Allocates nothing.</summary>
    public int Next(in PdqHash query, int radius, int from, int to, out int distance)
    {
        var row = from;
        if (Avx2.IsSupported)
        {
            for (; to - row >= Step; row += Step)
            {
                for (var near = NearInFirstHalf(query, radius, row); near != 0; near &= near - 1)
                {
                    var candidate = row + BitOperations.TrailingZeroCount(near);
                    if ((distance = Distance(query, candidate)) <= radius)
                    {
                        return candidate;
                    }
                }
            }
        }
        for (; row < to; row++)
        {
            var half =
                BitOperations.PopCount(_word0[row] ^ query.Word0)
                + BitOperations.PopCount(_word1[row] ^ query.Word1);
            if (half <= radius && (distance = Distance(query, row)) <= radius)
            {
                return row;
            }
        }
        distance = 0;
        return to;
    }

    private int Distance(in PdqHash query, int row) =>
        query.DistanceTo(new PdqHash(_word0[row], _word1[row], _word2[row], _word3[row]));

    /// <summary>Bit i: the first 128 bits of row + i are within the radius.</summary>
    private uint NearInFirstHalf(in PdqHash query, int radius, int row)
    {
        var first = Vector256.Create(query.Word0);
        var second = Vector256.Create(query.Word1);
        var limit = Vector256.Create((long)radius);
        var words0 = _word0.AsSpan(row, Step);
        var words1 = _word1.AsSpan(row, Step);
        var far = 0u;
        for (var i = 0; i < Step; i += Vector256<ulong>.Count)
        {
            var counts =
                ByteCounts(Vector256.Create<ulong>(words0[i..]) ^ first)
                + ByteCounts(Vector256.Create<ulong>(words1[i..]) ^ second);
            var bits = Avx2.SumAbsoluteDifferences(counts, Vector256<byte>.Zero).AsInt64();
            far |= Vector256.GreaterThan(bits, limit).ExtractMostSignificantBits() << i;
        }
        return ~far & ((1u << Step) - 1);
    }

    /// <summary>Set bits of each byte: both of its digits looked up in a table of 16 (Mula, Kurz, Lemire 2018).</summary>
    private static Vector256<byte> ByteCounts(Vector256<ulong> words)
    {
        // The shuffle works within 128 bits: the table stands there twice.
        var table = Vector256.Create(
            (byte)0,
            1,
            1,
            2,
            1,
            2,
            2,
            3,
            1,
            2,
            2,
            3,
            2,
            3,
            3,
            4,
            0,
            1,
            1,
            2,
            1,
            2,
            2,
            3,
            1,
            2,
            2,
            3,
            2,
            3,
            3,
            4
        );
        var digit = Vector256.Create((byte)0x0f);
        var low = words.AsByte() & digit;
        var high = (words >>> 4).AsByte() & digit;
        return Avx2.Shuffle(table, low) + Avx2.Shuffle(table, high);
    }
}
