using System.Collections;
using Vigil.Hashing;
using Vigil.Matching.Lists;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>
/// Entries of one list as bytes, one after the other: a flag byte, then what there is. A million objects would
/// take three times the memory. An entry is made when it is looked at.
/// </summary>
internal sealed class PackedEntries : IReadOnlyList<ListEntry>
{
    private const int EntriesPerChunk = 1 << 14;
    private const int MaxEntryBytes = 2 + 16 + 20 + 32 + 32;

    [Flags]
    private enum Has : byte
    {
        None = 0,
        Md5 = 1,
        Sha1 = 2,
        Sha256 = 4,
        Pdq = 8,
        Quality = 16,
    }

    private readonly List<byte[]> _chunks = [];
    private readonly List<int> _starts = [];
    private byte[] _open = new byte[EntriesPerChunk * 34];
    private int _used;

    public int Count => _starts.Count;

    public ListEntry this[int index] => Decode(BytesOf(index));

    /// <summary>Encodes the fingerprints of a file; false: there are none.</summary>
    public bool Add(SignalValue value)
    {
        Span<byte> entry = stackalloc byte[MaxEntryBytes];
        var (has, length) = (Has.None, 1);
        Put(value.Md5, Has.Md5, entry, ref has, ref length);
        Put(value.Sha1, Has.Sha1, entry, ref has, ref length);
        Put(value.Sha256, Has.Sha256, entry, ref has, ref length);
        Put(value.Pdq, Has.Pdq, entry, ref has, ref length);
        if (has != Has.None && value.PdqQuality is { } quality)
        {
            has |= Has.Quality;
            entry[length++] = (byte)quality;
        }
        entry[0] = (byte)has;
        if (has == Has.None)
        {
            return false;
        }
        Append(entry[..length]);
        return true;
    }

    /// <summary>The same bytes, out of another.</summary>
    public void Add(PackedEntries from, int index) => Append(from.BytesOf(index));

    /// <summary>Gives back what was reserved and not used.</summary>
    public void Close()
    {
        Array.Resize(ref _open, _used);
        _starts.TrimExcess();
    }

    public IEnumerator<ListEntry> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Append(ReadOnlySpan<byte> entry)
    {
        if (Count > 0 && Count % EntriesPerChunk == 0)
        {
            Array.Resize(ref _open, _used);
            _chunks.Add(_open);
            (_open, _used) = (new byte[_open.Length + MaxEntryBytes], 0);
        }
        if (_used + entry.Length > _open.Length)
        {
            Array.Resize(ref _open, Math.Max(_open.Length * 3 / 2, _used + MaxEntryBytes));
        }
        entry.CopyTo(_open.AsSpan(_used));
        _starts.Add(_used);
        _used += entry.Length;
    }

    private ReadOnlySpan<byte> BytesOf(int index)
    {
        var chunk = index / EntriesPerChunk;
        var bytes = chunk < _chunks.Count ? _chunks[chunk] : _open;
        var entry = bytes.AsSpan(_starts[index]);
        return entry[..LengthOf((Has)entry[0])];
    }

    private static int LengthOf(Has has) =>
        1
        + (has.HasFlag(Has.Md5) ? SignalValue.Md5Bytes : 0)
        + (has.HasFlag(Has.Sha1) ? SignalValue.Sha1Bytes : 0)
        + (has.HasFlag(Has.Sha256) ? SignalValue.Sha256Bytes : 0)
        + (has.HasFlag(Has.Pdq) ? SignalValue.PdqBytes : 0)
        + (has.HasFlag(Has.Quality) ? 1 : 0);

    private static void Put(byte[]? value, Has part, Span<byte> entry, ref Has has, ref int length)
    {
        if (value is not null)
        {
            has |= part;
            value.CopyTo(entry[length..]);
            length += value.Length;
        }
    }

    private static ListEntry Decode(ReadOnlySpan<byte> entry)
    {
        var has = (Has)entry[0];
        var rest = entry[1..];
        var md5 = Take(ref rest, has, Has.Md5, DigestAlgorithm.Md5);
        var sha1 = Take(ref rest, has, Has.Sha1, DigestAlgorithm.Sha1);
        var sha256 = Take(ref rest, has, Has.Sha256, DigestAlgorithm.Sha256);
        PdqHash? pdq = null;
        if (has.HasFlag(Has.Pdq))
        {
            pdq = PdqHash.FromBytes(rest[..PdqHash.ByteLength]);
            rest = rest[PdqHash.ByteLength..];
        }
        return new ListEntry
        {
            Id = "",
            Md5 = md5,
            Sha1 = sha1,
            Sha256 = sha256,
            Pdq = pdq,
            PdqQuality = has.HasFlag(Has.Quality) ? new Quality(rest[0]) : null,
        };
    }

    private static Digest? Take(ref ReadOnlySpan<byte> rest, Has has, Has part, DigestAlgorithm algorithm)
    {
        if (!has.HasFlag(part))
        {
            return null;
        }
        var length = Digest.LengthOf(algorithm);
        var digest = Digest.FromBytes(algorithm, rest[..length]);
        rest = rest[length..];
        return digest;
    }
}
