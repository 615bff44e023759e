using System.Numerics;
using Vigil.Hashing;

namespace Vigil.Matching;

/// <summary>
/// The distinct PDQ hashes of all lists, word by word in four arrays, so that a scan reads the first two
/// words of each row and seldom more. A row whose first 128 bits already differ in more than the radius
/// cannot match; of unrelated hashes they differ in 64, give or take 6.
/// </summary>
/// <remarks>
/// Counting by the processor's POPCNT (software where it has none) keeps pace with memory: counting by AVX2
/// shuffles took half as long again on Zen 3.
/// </remarks>
internal sealed class PdqRows
{
    /// <summary>
    /// Up to this radius the first half settles all but 1 of 200 unrelated rows; at 63 it settles every other
    /// one, and the processor guesses wrong so often that looking at all of each row takes less time.
    /// </summary>
    private const int WidestByHalf = 48;

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

    /// <summary>
    /// First row of <c>from..to</c> within the radius, or <paramref name="to"/>. Allocates nothing.
    /// </summary>
    public int Next(in PdqHash query, int radius, int from, int to, out int distance)
    {
        var enough = radius > WidestByHalf ? PdqHash.Bits : radius;
        var word0 = _word0.AsSpan(0, to);
        var word1 = _word1.AsSpan(0, to);
        var (query0, query1) = (query.Word0, query.Word1);
        for (var row = from; row < word0.Length; row++)
        {
            var half =
                BitOperations.PopCount(word0[row] ^ query0) + BitOperations.PopCount(word1[row] ^ query1);
            if (half <= enough)
            {
                distance =
                    half
                    + BitOperations.PopCount(_word2[row] ^ query.Word2)
                    + BitOperations.PopCount(_word3[row] ^ query.Word3);
                if (distance <= radius)
                {
                    return row;
                }
            }
        }
        distance = 0;
        return to;
    }
}
