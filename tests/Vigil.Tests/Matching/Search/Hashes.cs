using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Search;

namespace Vigil.Tests.Matching.Search;

/// <summary>Hashes that make a search go wrong if it can, and the slow search that says what is right.</summary>
internal static class Hashes
{
    public const int Chunks = 16;
    public const int ChunkBits = 16;

    public static PdqHash[] Random(Random luck, int count)
    {
        var hashes = new PdqHash[count];
        for (var i = 0; i < count; i++)
        {
            hashes[i] = Made.Pdq(luck);
        }
        return hashes;
    }

    /// <summary>
    /// At exactly that distance, and so that from one chunk only the bounds are met, each exactly: the differences of
    /// the chunks from there on add up to floor(l * r / 16).
    /// </summary>
    public static PdqHash Tight(PdqHash hash, Random luck, int radius, int start)
    {
        for (var l = 1; l <= Chunks; l++)
        {
            var flips = (l * radius / Chunks) - ((l - 1) * radius / Chunks);
            hash = FlipInChunk(hash, luck, (start + l - 1) % Chunks, flips);
        }
        return hash;
    }

    /// <summary>All differences as even as they can be, the larger ones anywhere.</summary>
    public static PdqHash Even(PdqHash hash, Random luck, int bits)
    {
        var order = Enumerable.Range(0, Chunks).ToArray();
        luck.Shuffle(order);
        for (var i = 0; i < Chunks; i++)
        {
            hash = FlipInChunk(hash, luck, order[i], (bits / Chunks) + (i < bits % Chunks ? 1 : 0));
        }
        return hash;
    }

    /// <summary>As many as possible in as few chunks as possible.</summary>
    public static PdqHash Crowded(PdqHash hash, Random luck, int bits)
    {
        for (var chunk = luck.Next(Chunks); bits > 0; chunk = (chunk + 1) % Chunks)
        {
            hash = FlipInChunk(hash, luck, chunk, Math.Min(bits, ChunkBits));
            bits -= Math.Min(bits, ChunkBits);
        }
        return hash;
    }

    /// <summary>Near to some of the others: families as lists of real pictures have.</summary>
    public static PdqHash[] Clustered(Random luck, int count)
    {
        var hashes = new List<PdqHash> { Made.Pdq(luck) };
        while (hashes.Count < count)
        {
            var parent = hashes[luck.Next(Math.Min(hashes.Count, 20))];
            hashes.Add(luck.Next(4) == 0 ? Made.Pdq(luck) : Made.Flip(parent, luck, luck.Next(1, 70)));
        }
        return [.. hashes];
    }

    /// <summary>Every chunk of every hash has the same value, but for a few bits.</summary>
    /// <param name="centre">The hash whose chunks all have that value.</param>
    public static PdqHash[] EqualChunks(Random luck, int count, int flips, out PdqHash centre)
    {
        var chunk = (ulong)luck.Next(1 << ChunkBits);
        var word = chunk | (chunk << 16) | (chunk << 32) | (chunk << 48);
        centre = new PdqHash(word, word, word, word);
        var hashes = new PdqHash[count];
        for (var i = 0; i < count; i++)
        {
            hashes[i] = Made.Flip(centre, luck, luck.Next(flips + 1));
        }
        return hashes;
    }

    public static PdqSegment Segment(
        PdqHash[] hashes,
        int ringFrom = SearchLimits.RingFromRows,
        int threads = 1
    )
    {
        using var rows = new RowList(hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
        {
            rows.Add(RowRecord.Of(hashes[i], new Posting(0, i)));
        }
        return PdqSegment.Build(rows, threads, ringFrom);
    }

    /// <summary>Entry and distance of every hash within the radius, by looking at each.</summary>
    public static (int Entry, int Bits)[] Slow(PdqHash[] hashes, PdqHash query, int radius)
    {
        var found = new List<(int, int)>();
        for (var i = 0; i < hashes.Length; i++)
        {
            var bits = query.DistanceTo(hashes[i]);
            if (bits <= radius)
            {
                found.Add((i, bits));
            }
        }
        return [.. found];
    }

    /// <summary>Entry and distance of the hits of one query; a hit that comes twice stays twice.</summary>
    public static (int Entry, int Bits)[] Entries(PdqSegment segment, IEnumerable<RowHit> hits) =>
        [
            .. hits.SelectMany(hit =>
                    segment.PostingsOf(hit.Row).ToArray().Select(posting => (posting.Entry, hit.DistanceBits))
                )
                .Order(),
        ];

    private static PdqHash FlipInChunk(PdqHash hash, Random luck, int chunk, int flips)
    {
        var bits = Enumerable.Range(0, ChunkBits).ToArray();
        luck.Shuffle(bits);
        ulong[] words = [hash.Word0, hash.Word1, hash.Word2, hash.Word3];
        foreach (var bit in bits.AsSpan(0, flips))
        {
            words[chunk / 4] ^= 1UL << ((chunk % 4 * ChunkBits) + bit);
        }
        return new PdqHash(words[0], words[1], words[2], words[3]);
    }
}
