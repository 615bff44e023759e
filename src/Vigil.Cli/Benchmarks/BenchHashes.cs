using Vigil.Hashing;

namespace Vigil.Cli.Benchmarks;

/// <summary>Random hashes, and queries at known distances from some of them. The seed makes them again.</summary>
internal sealed class BenchHashes(int seed)
{
    private const int Chunks = 16;
    private const int ChunkBits = 16;

    // SplitMix64 (Steele, Lea, Flood, 2014): a hundred million hashes in a second.
    private ulong _state = (ulong)seed * 0x9E3779B97F4A7C15;

    public PdqHash[] Make(int count)
    {
        var hashes = new PdqHash[count];
        for (var i = 0; i < count; i++)
        {
            hashes[i] = Next();
        }
        return hashes;
    }

    /// <summary>Every other one 0 to 40 bits from a hash of the index, the others unrelated.</summary>
    public PdqHash[] Queries(PdqHash[] hashes, int count)
    {
        var queries = new PdqHash[count];
        for (var i = 0; i < count; i++)
        {
            queries[i] = i % 2 == 0 ? Next() : Flip(hashes[Below(hashes.Length)], Below(41));
        }
        return queries;
    }

    /// <summary>
    /// Exactly so many bits away, and so spread that one chunk of the sixteen only can lead to it: the differences
    /// from that chunk on add up to floor(l * bits / 16) for every l.
    /// </summary>
    public PdqHash Adversary(PdqHash hash, int bits, int start)
    {
        for (var l = 1; l <= Chunks; l++)
        {
            var flips = (l * bits / Chunks) - ((l - 1) * bits / Chunks);
            var chunk = (start + l - 1) % Chunks;
            hash = FlipWithin(hash, chunk * ChunkBits, ChunkBits, flips);
        }
        return hash;
    }

    public int Below(int bound) => (int)(Word() % (ulong)bound);

    private PdqHash Flip(PdqHash hash, int flips) => FlipWithin(hash, 0, PdqHash.Bits, flips);

    private PdqHash FlipWithin(PdqHash hash, int first, int bits, int flips)
    {
        Span<ulong> flipped = stackalloc ulong[4];
        flipped.Clear();
        while (flips > 0)
        {
            var bit = first + Below(bits);
            var mask = 1UL << (bit % 64);
            flips -= (flipped[bit / 64] & mask) == 0 ? 1 : 0;
            flipped[bit / 64] |= mask;
        }
        return new PdqHash(
            hash.Word0 ^ flipped[0],
            hash.Word1 ^ flipped[1],
            hash.Word2 ^ flipped[2],
            hash.Word3 ^ flipped[3]
        );
    }

    private PdqHash Next() => new(Word(), Word(), Word(), Word());

    private ulong Word()
    {
        _state += 0x9E3779B97F4A7C15;
        var word = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
        return word ^ (word >> 31);
    }
}
