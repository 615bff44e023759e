using System.Buffers.Binary;
using Vigil.Hashing;
using Vigil.Matching.Lists;
using Vigil.Matching.Search;

namespace Vigil.Matching.Entries;

/// <summary>
/// Entries of several lists, immutable, in the order of list and identifier: digests in columns, pictures in a
/// <see cref="PdqSegment"/>, all outside the managed heap. An entry with MD5 and PDQ takes some 155 bytes, a million of
/// them leave a handful of objects. Made by <see cref="EntryBuilder"/>.
/// </summary>
public sealed class EntrySegment
{
    /// <summary>Most entries: 2^25, so that each array of bytes has fewer than 2^31.</summary>
    public const int MaxEntries = 1 << 25;

    private readonly Guid[] _lists;

    /// <summary>First entry of each list, and the count behind the last.</summary>
    private readonly int[] _starts;
    private readonly NativeArray<UInt128> _ids;
    private readonly DigestColumn[] _digests;
    private readonly PresenceMap _hasPicture;

    /// <summary>Of each entry with a picture: its row, and its quality plus one or 0.</summary>
    private readonly NativeArray<int> _rows;
    private readonly NativeArray<byte> _qualities;

    internal EntrySegment(EntryShape shape, PdqSegment pictures)
    {
        (Shape, Pictures, _lists, _starts) = (shape, pictures, shape.Lists, shape.Starts);
        _ids = new(shape.Count);
        _digests =
        [
            .. shape.Digests.Select((count, part) => new DigestColumn((EntryPart)part, shape.Count, count)),
        ];
        _hasPicture = new PresenceMap(shape.Count, shape.Pictures);
        (_rows, _qualities) = (new(shape.Pictures), new(shape.Pictures));
    }

    /// <summary>Entries, those that were removed since included.</summary>
    public int Count => Shape.Count;

    internal EntryShape Shape { get; }

    internal PdqSegment Pictures { get; }

    internal ReadOnlySpan<Guid> Lists => _lists;

    /// <summary>Identifiers in the order of their bytes, as UUIDs of version 7 sort by time.</summary>
    internal static UInt128 KeyOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>Number of the entry; -1: it is not here.</summary>
    internal int Find(Guid list, Guid id)
    {
        var part = Array.IndexOf(_lists, list);
        if (part < 0)
        {
            return -1;
        }
        var found = _ids.Span[_starts[part].._starts[part + 1]].BinarySearch(KeyOf(id));
        GC.KeepAlive(this);
        return found < 0 ? -1 : found + _starts[part];
    }

    /// <summary>How many entries the list has here.</summary>
    internal int CountOf(int part) => _starts[part + 1] - _starts[part];

    internal int PartOf(int entry)
    {
        var found = Array.BinarySearch(_starts, entry);
        // Every list has entries here, so that no two starts are equal.
        return found < 0 ? ~found - 1 : found;
    }

    internal Guid IdOf(int entry)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, KeyOf(entry));
        return new Guid(bytes, bigEndian: true);
    }

    internal UInt128 KeyOf(int entry)
    {
        var key = _ids.Span[entry];
        GC.KeepAlive(this);
        return key;
    }

    /// <summary>Entries with that digest; valid as long as the segment is held.</summary>
    internal ReadOnlySpan<int> Find(EntryPart part, ReadOnlySpan<byte> digest) =>
        _digests[(int)part].Find(digest);

    /// <summary>What the entry has; valid as long as the segment is held.</summary>
    internal EntryValue ValueOf(int entry)
    {
        var picture = _hasPicture.RankOf(entry);
        var value = new EntryValue
        {
            Md5 = _digests[(int)EntryPart.Md5].Of(entry),
            Sha1 = _digests[(int)EntryPart.Sha1].Of(entry),
            Sha256 = _digests[(int)EntryPart.Sha256].Of(entry),
            Url = _digests[(int)EntryPart.Url].Of(entry),
            Domain = _digests[(int)EntryPart.Domain].Of(entry),
            Pdq = picture < 0 ? null : Pictures.HashOf(_rows.Span[picture]),
            Quality =
                picture >= 0 && _qualities.Span[picture] is var quality and > 0
                    ? new Quality(quality - 1)
                    : null,
        };
        GC.KeepAlive(this);
        return value;
    }

    /// <summary>The entry's fingerprints as a list's, without its source's identifier.</summary>
    internal ListEntry EntryOf(int entry)
    {
        var value = ValueOf(entry);
        var made = new ListEntry
        {
            Id = "",
            Md5 = DigestOf(DigestAlgorithm.Md5, value.Md5),
            Sha1 = DigestOf(DigestAlgorithm.Sha1, value.Sha1),
            Sha256 = DigestOf(DigestAlgorithm.Sha256, value.Sha256),
            Pdq = value.Pdq,
            PdqQuality = value.Quality,
        };
        GC.KeepAlive(this);
        return made;

        static Digest? DigestOf(DigestAlgorithm algorithm, ReadOnlySpan<byte> bytes) =>
            bytes.IsEmpty ? null : Digest.FromBytes(algorithm, bytes);
    }

    /// <summary>For the builder: the next entry, in order.</summary>
    /// <param name="ranks">How many before it have each digest; the last: a picture. Counted on.</param>
    internal void Put(int entry, UInt128 key, in EntryValue value, Span<int> ranks)
    {
        _ids.Span[entry] = key;
        for (var part = EntryPart.Md5; part <= EntryPart.Domain; part++)
        {
            if (value.Of(part) is { IsEmpty: false } digest)
            {
                _digests[(int)part].Put(entry, ranks[(int)part]++, digest);
            }
        }
        if (value.Pdq is not null)
        {
            _hasPicture.Set(entry);
            _qualities.Span[ranks[EntryParts.Count]++] = (byte)(
                value.Quality is { } quality ? quality.Value + 1 : 0
            );
        }
    }

    /// <summary>For the builder, when all entries were put.</summary>
    internal void Close()
    {
        Array.ForEach(_digests, column => column.Close());
        _hasPicture.Close();
        for (var row = 0; row < Pictures.Count; row++)
        {
            foreach (var posting in Pictures.PostingsOf(row))
            {
                _rows.Span[_hasPicture.RankOf(posting.Entry)] = row;
            }
        }
        GC.KeepAlive(this);
    }

    /// <summary>After the memory was read.</summary>
    internal void Opened()
    {
        Array.ForEach(_digests, column => column.Opened());
        _hasPicture.Close();
    }

    /// <summary>All memory but the pictures', in the order in which it is written.</summary>
    internal void ForEachBlock(EntryFile.BlockAction action)
    {
        action(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_ids.Span));
        Array.ForEach(_digests, column => column.ForEachBlock(action));
        action(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_hasPicture.Bits.Span));
        action(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_rows.Span));
        action(_qualities.Span);
        GC.KeepAlive(this);
    }
}

/// <summary>How many of what a segment has: the size of all its memory follows from it.</summary>
/// <param name="Count">Entries.</param>
/// <param name="Lists">In their order.</param>
/// <param name="Starts">First entry of each, and the count behind the last.</param>
/// <param name="Digests">Entries with each kind of digest.</param>
/// <param name="Pictures">Entries with a picture.</param>
internal sealed record EntryShape(int Count, Guid[] Lists, int[] Starts, int[] Digests, int Pictures);
