using System.Buffers.Binary;
using System.Numerics;
using Vigil.Matching.Search;

namespace Vigil.Matching.Entries;

/// <summary>
/// The digests of one kind of a segment's entries, each once, in the order of the entries; and the entries in the order
/// of their digests. A filter tells nearly every digest that is not there by one cache line; a directory over the first
/// bits leads to some eight entries.
/// </summary>
internal sealed class DigestColumn
{
    private const int MaxDirectoryBits = 24;

    /// <summary>Entries behind one place of the directory, as a power of two.</summary>
    private const int PerPlaceBits = 3;

    private readonly int _width;
    private readonly int _shift;
    private readonly PresenceMap _has;
    private readonly NativeArray<byte> _values;
    private readonly NativeArray<int> _order;
    private readonly NativeArray<int> _directory;
    private readonly DigestFilter? _filter;

    /// <param name="entries">Of the segment.</param>
    /// <param name="count">Of them with such a digest.</param>
    public DigestColumn(EntryPart part, int entries, int count)
    {
        _width = EntryParts.WidthOf(part);
        _has = new PresenceMap(entries, count);
        _values = new((long)count * _width);
        _order = new(count);
        var bits = Math.Clamp(BitOperations.Log2((uint)count + 1) - PerPlaceBits, 1, MaxDirectoryBits);
        _shift = 32 - bits;
        _directory = new(count == 0 ? 0 : (1 << bits) + 1);
        _filter = count == 0 ? null : new DigestFilter(count);
    }

    public int Count => _order.Length;

    /// <summary>The entry's digest; empty: it has none. Valid as long as the column is held.</summary>
    public ReadOnlySpan<byte> Of(int entry) =>
        _has.RankOf(entry) is var rank and >= 0 ? _values.Span.Slice(rank * _width, _width) : [];

    /// <summary>The entries with this digest; valid as long as the column is held. Allocates nothing.</summary>
    public ReadOnlySpan<int> Find(ReadOnlySpan<byte> digest)
    {
        if (_filter is null || !_filter.MayHold(KeyOf(digest)))
        {
            return [];
        }
        var place = PlaceOf(digest);
        var order = _order.Span;
        var end = _directory.Span[place + 1];
        var (low, high) = (_directory.Span[place], end);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) =
                Of(order[middle]).SequenceCompareTo(digest) < 0 ? (middle + 1, high) : (low, middle);
        }
        for (high = low; high < end && Of(order[high]).SequenceEqual(digest); high++) { }
        return order[low..high];
    }

    /// <summary>Entry after entry, each that has one.</summary>
    public void Put(int entry, int rank, ReadOnlySpan<byte> digest)
    {
        _has.Set(entry);
        digest.CopyTo(_values.Span.Slice(rank * _width, _width));
    }

    /// <summary>Sorts, once all were put.</summary>
    public void Close()
    {
        if (_filter is null)
        {
            return;
        }
        _has.Close();
        var keys = new NativeArray<Key>(Count);
        var at = 0;
        for (var entry = 0; at < Count; entry++)
        {
            if (Of(entry) is { IsEmpty: false } digest)
            {
                _filter.Add(KeyOf(digest));
                keys.Span[at++] = new Key(BinaryPrimitives.ReadUInt64BigEndian(digest), entry);
            }
        }
        keys.Span.Sort();
        SortRuns(keys.Span);
        var order = _order.Span;
        var directory = _directory.Span;
        for (var i = 0; i < keys.Length; i++)
        {
            order[i] = keys.Span[i].Entry;
            directory[(int)((uint)(keys.Span[i].First >> 32) >> _shift) + 1] = i + 1;
        }
        keys.Free();
        // Places without entries end where the one before them ends.
        for (var place = 1; place < directory.Length; place++)
        {
            directory[place] = Math.Max(directory[place], directory[place - 1]);
        }
    }

    /// <summary>All memory, in the order in which it is written.</summary>
    public void ForEachBlock(EntryFile.BlockAction action)
    {
        action(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_has.Bits.Span));
        action(_values.Span);
        action(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_order.Span));
        action(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_directory.Span));
        action(_filter is null ? [] : _filter.Bytes);
        GC.KeepAlive(this);
    }

    /// <summary>After the memory was read.</summary>
    public void Opened() => _has.Close();

    /// <summary>Where the first 64 bits are equal the rest decides, then the entry.</summary>
    private void SortRuns(Span<Key> keys)
    {
        for (var start = 0; start < keys.Length; )
        {
            var end = start + 1;
            while (end < keys.Length && keys[end].First == keys[start].First)
            {
                end++;
            }
            if (end - start > 1)
            {
                keys[start..end]
                    .Sort(
                        (a, b) =>
                            Of(a.Entry).SequenceCompareTo(Of(b.Entry)) is var o and not 0
                                ? o
                                : a.Entry.CompareTo(b.Entry)
                    );
            }
            start = end;
        }
    }

    private int PlaceOf(ReadOnlySpan<byte> digest) =>
        (int)(BinaryPrimitives.ReadUInt32BigEndian(digest) >> _shift);

    /// <summary>A filter looks at the first 64 bits only.</summary>
    private static HashKey KeyOf(ReadOnlySpan<byte> digest) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(digest), 0, 0, 0);

    private readonly record struct Key(ulong First, int Entry) : IComparable<Key>
    {
        public int CompareTo(Key other) =>
            First.CompareTo(other.First) is var order and not 0 ? order : Entry.CompareTo(other.Entry);
    }
}
