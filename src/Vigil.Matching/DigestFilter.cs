using Vigil.Matching.Search;

namespace Vigil.Matching;

/// <summary>
/// Says of nearly every digest that is not in a set that it is not: a split block Bloom filter (Putze, Sanders,
/// Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007; Apache Parquet, BloomFilter.md). Each digest has
/// one block of 256 bits, in each of whose eight words it sets one bit. At 12 bits a digest one in 200 others passes.
/// </summary>
// SAFETY: a block's number is below _blocks by the multiplication in BlockOf.
internal sealed unsafe class DigestFilter
{
    private const int BitsPerDigest = 12;
    private const int BlockWords = 8;

    /// <summary>Odd multipliers of the Parquet format's specification, any would do.</summary>
    private static readonly uint[] Salts =
    [
        0x47b6137b,
        0x44974d91,
        0x8824ad5b,
        0xa2b7289d,
        0x705495c7,
        0x2df1424b,
        0x9efc4947,
        0x5c6bfb31,
    ];

    private readonly uint _blocks;
    private readonly NativeBlock _block;

    public DigestFilter(int digests)
    {
        _blocks = (uint)((digests * (long)BitsPerDigest / (BlockWords * 32)) + 1);
        _block = new NativeBlock(_blocks * (long)BlockWords * sizeof(uint));
    }

    /// <summary>All of it, as it is stored; valid as long as the filter is held.</summary>
    public Span<byte> Bytes => new(_block.Pointer, checked((int)((long)_blocks * BlockWords * sizeof(uint))));

    public void Add(in HashKey digest)
    {
        var block = BlockOf(digest);
        for (var word = 0; word < BlockWords; word++)
        {
            block[word] |= BitOf(digest, word);
        }
    }

    /// <summary>False: it was not added.</summary>
    public bool MayHold(in HashKey digest)
    {
        var block = BlockOf(digest);
        var holds = true;
        for (var word = 0; word < BlockWords && holds; word++)
        {
            holds = (block[word] & BitOf(digest, word)) != 0;
        }
        GC.KeepAlive(_block);
        return holds;
    }

    /// <summary>By the first 32 bits of the digest; the next 32 tell the bits.</summary>
    private uint* BlockOf(in HashKey digest) =>
        (uint*)_block.Pointer + ((((digest.Word0 >> 32) * _blocks) >> 32) * BlockWords);

    private static uint BitOf(in HashKey digest, int word) =>
        1u << (int)(((uint)digest.Word0 * Salts[word]) >> 27);
}
