using System.Buffers.Binary;

namespace Vigil.Matching.Hunting;

/// <summary>
/// Rows as one stream, to stand in a sealed file: "VIGILHIS" 8, version 2, rows, then a length of zero and the number
/// of rows 8. The seal is the check of every byte; the end says that the stream is whole.
/// </summary>
public static class HistoryFile
{
    internal const ushort Version = 1;
    internal const int HeadBytes = 8 + sizeof(ushort);

    internal static ReadOnlySpan<byte> Magic => "VIGILHIS"u8;

    /// <summary>One row as it stands in files and logs.</summary>
    /// <exception cref="ArgumentException">Larger than a row may be.</exception>
    public static byte[] Encode(HistoryRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return HistoryRowCodec.Encode(row);
    }

    /// <summary>Writes encoded rows; gives their number.</summary>
    public static long Write(Stream to, IEnumerable<ReadOnlyMemory<byte>> rows)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(rows);
        Span<byte> head = stackalloc byte[HeadBytes];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt16LittleEndian(head[Magic.Length..], Version);
        to.Write(head);
        long count = 0;
        foreach (var row in rows)
        {
            to.Write(row.Span);
            count++;
        }
        Span<byte> end = stackalloc byte[sizeof(int) + sizeof(long)];
        end.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(end[sizeof(int)..], count);
        to.Write(end);
        return count;
    }

    /// <summary>
    /// The whole rows of bytes that may end in the middle of one, as a log's do after a crash; the rest is left out.
    /// </summary>
    /// <exception cref="HistoryFormatException">They are no rows.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> RowsOf(ReadOnlyMemory<byte> log)
    {
        while (log.Length > HistoryRowCodec.LengthBytes)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(log.Span);
            if (length is < HistoryRowCodec.HeadBytes or > HistoryRowCodec.MaxBytes)
            {
                throw new HistoryFormatException("A history log holds what is no row.");
            }
            if (log.Length < HistoryRowCodec.LengthBytes + length)
            {
                yield break;
            }
            if (!HistoryRowCodec.IsWhole(log.Span.Slice(HistoryRowCodec.LengthBytes, length)))
            {
                throw new HistoryFormatException("A history log holds what is no row.");
            }
            yield return log[..(HistoryRowCodec.LengthBytes + length)];
            log = log[(HistoryRowCodec.LengthBytes + length)..];
        }
    }

    /// <param name="encoded">As <see cref="Encode"/> gives it.</param>
    public static HistoryRow Decode(ReadOnlySpan<byte> encoded) =>
        HistoryRowCodec.Decode(encoded[HistoryRowCodec.LengthBytes..]);

    /// <summary>The note of an encoded row, without the rest.</summary>
    public static ReadOnlySpan<byte> NoteOf(ReadOnlySpan<byte> encoded) =>
        HistoryRowCodec.Note(encoded[HistoryRowCodec.LengthBytes..]);

    /// <summary>How many pictures an encoded row has.</summary>
    public static int PicturesOf(ReadOnlySpan<byte> encoded) =>
        HistoryRowCodec.Pictures(encoded[HistoryRowCodec.LengthBytes..]);

    /// <summary>By which state of the lists an encoded row was decided.</summary>
    public static long GenerationOf(ReadOnlySpan<byte> encoded) =>
        HistoryRowCodec.Generation(encoded[HistoryRowCodec.LengthBytes..]);
}
