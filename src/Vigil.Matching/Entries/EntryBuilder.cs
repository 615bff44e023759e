using Vigil.Hashing;
using Vigil.Matching.Search;

namespace Vigil.Matching.Entries;

/// <summary>Takes entries in any order and makes a segment of them. For one thread.</summary>
public sealed class EntryBuilder
{
    private const int MaxPackedBytes = 2 + 16 + 20 + (4 * 32);

    /// <summary>The place is one in the packed bytes, not an entry of a segment.</summary>
    private const int Packed = -1;

    private const int PictureFlag = 1 << EntryParts.Count;
    private const int QualityFlag = PictureFlag << 1;

    private readonly Dictionary<Guid, int> _numbers = [];
    private readonly List<EntrySegment> _sources = [];
    private readonly NativeList<Row> _rows = new();
    private readonly NativeList<byte> _packed = new();

    public int Count => _rows.Count;

    /// <summary>Adds an entry; of one that comes twice the later counts. False: nothing finds it.</summary>
    /// <exception cref="ArgumentException">A digest is not as long as its kind is.</exception>
    public bool Add(Guid list, Guid id, in EntryValue value)
    {
        Span<byte> packed = stackalloc byte[MaxPackedBytes];
        var length = Pack(value, packed);
        if (packed[0] == 0)
        {
            return false;
        }
        _rows.Add(new Row(NumberOf(list), EntrySegment.KeyOf(id), Packed, _packed.Count));
        _packed.AddRange(packed[..length]);
        return true;
    }

    /// <summary>Sorts, and is empty afterwards. A million entries take some three seconds.</summary>
    /// <returns>Null: nothing was added.</returns>
    public EntrySegment? Finish()
    {
        if (Count == 0)
        {
            return null;
        }
        var rows = Sorted();
        var shape = ShapeOf(rows);
        var pictures = Pictures(shape, rows);
        var segment = new EntrySegment(shape, pictures);
        Span<int> ranks = stackalloc int[EntryParts.Count + 1];
        ranks.Clear();
        for (var entry = 0; entry < rows.Length; entry++)
        {
            segment.Put(entry, rows[entry].Id, ValueOf(rows[entry]), ranks);
        }
        _rows.Clear();
        _packed.Clear();
        _sources.Clear();
        _numbers.Clear();
        segment.Close();
        return segment;
    }

    /// <summary>Adds what is left of a segment.</summary>
    internal void Add(EntrySegment from, DeadEntries dead, Func<Guid, bool> isKept)
    {
        _sources.Add(from);
        var entry = 0;
        for (var part = 0; part < from.Lists.Length; part++)
        {
            var end = entry + from.CountOf(part);
            var number = isKept(from.Lists[part]) ? NumberOf(from.Lists[part]) : -1;
            for (; entry < end; entry++)
            {
                if (number >= 0 && !dead.Contains(entry))
                {
                    _rows.Add(new Row(number, from.KeyOf(entry), _sources.Count - 1, entry));
                }
            }
        }
    }

    private static int Pack(in EntryValue value, Span<byte> packed)
    {
        var (flags, length) = (0, 2);
        for (var part = EntryPart.Md5; part <= EntryPart.Domain; part++)
        {
            var digest = value.Of(part);
            if (digest.IsEmpty)
            {
                continue;
            }
            if (digest.Length != EntryParts.WidthOf(part))
            {
                throw new ArgumentException($"{part} has {EntryParts.WidthOf(part)} bytes.", nameof(value));
            }
            digest.CopyTo(packed[length..]);
            length += digest.Length;
            flags |= 1 << (int)part;
        }
        if (value.Pdq is { } pdq)
        {
            pdq.CopyTo(packed.Slice(length, PdqHash.ByteLength));
            length += PdqHash.ByteLength;
            flags |= PictureFlag | (value.Quality is null ? 0 : QualityFlag);
        }
        packed[0] = (byte)flags;
        packed[1] = (byte)(value.Quality?.Value ?? 0);
        return length;
    }

    private EntryValue ValueOf(in Row row)
    {
        if (row.Source != Packed)
        {
            return _sources[row.Source].ValueOf(row.Place);
        }
        ReadOnlySpan<byte> bytes = _packed.Items[row.Place..];
        var (flags, at) = (bytes[0], 2);
        return new EntryValue
        {
            Md5 = Take(EntryPart.Md5, bytes, ref at),
            Sha1 = Take(EntryPart.Sha1, bytes, ref at),
            Sha256 = Take(EntryPart.Sha256, bytes, ref at),
            Url = Take(EntryPart.Url, bytes, ref at),
            Domain = Take(EntryPart.Domain, bytes, ref at),
            Pdq = (flags & PictureFlag) != 0 ? PdqHash.FromBytes(bytes.Slice(at, PdqHash.ByteLength)) : null,
            Quality = (flags & QualityFlag) != 0 ? new Quality(bytes[1]) : null,
        };
    }

    private static ReadOnlySpan<byte> Take(EntryPart part, ReadOnlySpan<byte> packed, scoped ref int at)
    {
        if ((packed[0] & (1 << (int)part)) == 0)
        {
            return [];
        }
        at += EntryParts.WidthOf(part);
        return packed[(at - EntryParts.WidthOf(part))..at];
    }

    /// <summary>In the order of list and identifier, each once: the last that came.</summary>
    private Span<Row> Sorted()
    {
        var rows = _rows.Items;
        rows.Sort();
        var kept = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (i + 1 == rows.Length || rows[i].List != rows[i + 1].List || rows[i].Id != rows[i + 1].Id)
            {
                rows[kept++] = rows[i];
            }
        }
        return rows[..kept];
    }

    private EntryShape ShapeOf(ReadOnlySpan<Row> rows)
    {
        var byNumber = _numbers.ToDictionary(pair => pair.Value, pair => pair.Key);
        var (lists, starts) = (new List<Guid>(), new List<int>());
        var (digests, pictures) = (new int[EntryParts.Count], 0);
        for (var i = 0; i < rows.Length; i++)
        {
            if (i == 0 || rows[i].List != rows[i - 1].List)
            {
                lists.Add(byNumber[rows[i].List]);
                starts.Add(i);
            }
            var value = ValueOf(rows[i]);
            for (var part = EntryPart.Md5; part <= EntryPart.Domain; part++)
            {
                digests[(int)part] += value.Of(part).IsEmpty ? 0 : 1;
            }
            pictures += value.Pdq is null ? 0 : 1;
        }
        return new EntryShape(rows.Length, [.. lists], [.. starts, rows.Length], digests, pictures);
    }

    private PdqSegment Pictures(EntryShape shape, ReadOnlySpan<Row> rows)
    {
        using var pictures = new RowList(shape.Pictures);
        var part = 0;
        for (var entry = 0; entry < rows.Length; entry++)
        {
            part += entry == shape.Starts[part + 1] ? 1 : 0;
            if (ValueOf(rows[entry]).Pdq is { } hash)
            {
                pictures.Add(RowRecord.Of(hash, new Posting(part, entry)));
            }
        }
        return PdqSegment.Build(pictures);
    }

    private int NumberOf(Guid list)
    {
        if (!_numbers.TryGetValue(list, out var number))
        {
            _numbers.Add(list, number = _numbers.Count);
        }
        return number;
    }

    /// <param name="List">Number of the list.</param>
    /// <param name="Id">Of the entry.</param>
    /// <param name="Source">Which segment it is copied from, or <see cref="Packed"/>.</param>
    /// <param name="Place">There.</param>
    private readonly record struct Row(int List, UInt128 Id, int Source, int Place) : IComparable<Row>
    {
        public int CompareTo(Row other)
        {
            var order = List.CompareTo(other.List);
            order = order != 0 ? order : Id.CompareTo(other.Id);
            order = order != 0 ? order : Source.CompareTo(other.Source);
            return order != 0 ? order : Place.CompareTo(other.Place);
        }
    }
}
