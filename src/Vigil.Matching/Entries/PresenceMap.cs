using System.Numerics;
using Vigil.Matching.Search;

namespace Vigil.Matching.Entries;

/// <summary>
/// Which entries have a value, and the how-manieth it is: a bit for each entry and a count for each 64, so that values
/// lie one after the other and an entry without one takes 1.5 bits.
/// </summary>
internal sealed class PresenceMap
{
    private const int WordBits = 64;

    private readonly NativeArray<ulong> _bits;
    private readonly NativeArray<uint> _before;

    /// <param name="entries">Of the segment.</param>
    /// <param name="count">Values; 0: no map is kept.</param>
    public PresenceMap(int entries, int count)
    {
        var words = count == 0 ? 0 : (entries + WordBits - 1L) / WordBits;
        (_bits, _before, Count) = (new(words), new(words), count);
    }

    /// <summary>Entries that have a value.</summary>
    public int Count { get; }

    public NativeArray<ulong> Bits => _bits;

    /// <summary>Number of the entry's value; -1: it has none.</summary>
    public int RankOf(int entry)
    {
        if (Count == 0)
        {
            return -1;
        }
        var word = _bits.Span[entry / WordBits];
        var bit = 1UL << (entry % WordBits);
        return (word & bit) == 0
            ? -1
            : (int)_before.Span[entry / WordBits] + BitOperations.PopCount(word & (bit - 1));
    }

    public void Set(int entry) => _bits.Span[entry / WordBits] |= 1UL << (entry % WordBits);

    /// <summary>Counts, once all bits are set.</summary>
    public void Close()
    {
        var bits = _bits.Span;
        var before = _before.Span;
        var sum = 0u;
        for (var i = 0; i < bits.Length; i++)
        {
            before[i] = sum;
            sum += (uint)BitOperations.PopCount(bits[i]);
        }
    }
}
