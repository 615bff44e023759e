using System.Numerics;

namespace Vigil.Matching.Entries;

/// <summary>
/// Entries of one segment that were removed or changed since it was made: a bit each, in pieces. Immutable; the next
/// state shares the pieces that did not change, so that a change costs its own size.
/// </summary>
internal sealed class DeadEntries
{
    public static readonly DeadEntries None = new([], 0);

    private const int PieceBits = 1 << 15;
    private const int WordBits = 64;

    private readonly ulong[]?[] _pieces;

    private DeadEntries(ulong[]?[] pieces, int count) => (_pieces, Count) = (pieces, count);

    public int Count { get; }

    public bool Contains(int entry)
    {
        if (Count == 0)
        {
            return false;
        }
        var (piece, bit) = Math.DivRem(entry, PieceBits);
        return piece < _pieces.Length
            && _pieces[piece] is { } words
            && (words[bit / WordBits] & (1UL << (bit % WordBits))) != 0;
    }

    public DeadEntries With(IReadOnlyCollection<int> entries)
    {
        if (entries.Count == 0)
        {
            return this;
        }
        var pieces = new ulong[]?[Math.Max(_pieces.Length, (entries.Max() / PieceBits) + 1)];
        _pieces.CopyTo(pieces, 0);
        var (copied, count) = (new HashSet<int>(), Count);
        foreach (var entry in entries)
        {
            var (piece, bit) = Math.DivRem(entry, PieceBits);
            if (copied.Add(piece))
            {
                pieces[piece] = pieces[piece]?.ToArray() ?? new ulong[PieceBits / WordBits];
            }
            ref var word = ref pieces[piece]![bit / WordBits];
            count += (word & (1UL << (bit % WordBits))) == 0 ? 1 : 0;
            word |= 1UL << (bit % WordBits);
        }
        return new DeadEntries(pieces, count);
    }

    /// <summary>In rising order.</summary>
    public IEnumerable<int> All()
    {
        for (var piece = 0; piece < _pieces.Length; piece++)
        {
            for (var word = 0; word < (_pieces[piece]?.Length ?? 0); word++)
            {
                for (var left = _pieces[piece]![word]; left != 0; left &= left - 1)
                {
                    yield return (piece * PieceBits)
                        + (word * WordBits)
                        + BitOperations.TrailingZeroCount(left);
                }
            }
        }
    }
}
