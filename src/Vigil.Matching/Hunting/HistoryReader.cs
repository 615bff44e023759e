using System.Buffers.Binary;

namespace Vigil.Matching.Hunting;

/// <summary>Reads a history file in batches. The stream verifies itself, as a sealed file's does.</summary>
public sealed class HistoryReader
{
    private readonly Stream _from;
    private long _rows;
    private bool _isDone;

    /// <exception cref="HistoryFormatException">No history, or another version's.</exception>
    public HistoryReader(Stream from)
    {
        ArgumentNullException.ThrowIfNull(from);
        _from = from;
        Span<byte> head = stackalloc byte[HistoryFile.HeadBytes];
        Fill(head);
        if (
            !head.StartsWith(HistoryFile.Magic)
            || BinaryPrimitives.ReadUInt16LittleEndian(head[HistoryFile.Magic.Length..])
                != HistoryFile.Version
        )
        {
            throw new HistoryFormatException("The file is no history of this version.");
        }
    }

    /// <summary>Rows read so far.</summary>
    public long Rows => _rows;

    /// <summary>The next rows, in place of those before. False: there are none; the file was whole.</summary>
    /// <exception cref="HistoryFormatException">Cut, or not what it says.</exception>
    public bool Read(HistoryBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.Clear();
        Span<byte> lead = stackalloc byte[HistoryRowCodec.LengthBytes];
        while (!_isDone && !batch.IsFull)
        {
            Fill(lead);
            var length = BinaryPrimitives.ReadInt32LittleEndian(lead);
            if (length == 0)
            {
                End();
                break;
            }
            if (length is < HistoryRowCodec.HeadBytes or > HistoryRowCodec.MaxBytes)
            {
                throw new HistoryFormatException("The history holds what is no row.");
            }
            Fill(batch.Room(length));
            batch.Take(length);
            _rows++;
        }
        return batch.Count > 0;
    }

    private void End()
    {
        Span<byte> end = stackalloc byte[sizeof(long)];
        Fill(end);
        if (BinaryPrimitives.ReadInt64LittleEndian(end) != _rows || _from.ReadByte() >= 0)
        {
            throw new HistoryFormatException("The history has other rows than it says.");
        }
        _isDone = true;
    }

    private void Fill(Span<byte> bytes)
    {
        if (_from.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new HistoryFormatException("The history is cut.");
        }
    }
}
