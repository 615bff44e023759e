using System.Buffers.Binary;

namespace Vigil.Media.Protocol;

/// <summary>
/// A Bench request is 48 bytes as of a Hash request, 4 bytes of rounds, and the file. Its answer is 116 bytes,
/// little-endian: outcome 2, format 2, width 4, height 4, flags 4, then six pairs of median and mean, each 8
/// bytes of 100 ns, then bits of the estimates 4.
/// </summary>
internal static class BenchAnswer
{
    public const int RoundsBytes = 4;
    public const int ByteLength = 116;
    public const int MaxRounds = 100;

    private const int GreyBitsOffset = ByteLength - 4;
    private const uint DecidedFlag = 1;
    private const uint EqualFlag = 2;
    private const uint TriedFlag = 4;

    public static void Write(Span<byte> bytes, MediaOutcome outcome, HashTimings timings)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)outcome);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], (ushort)timings.Format);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], timings.Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], timings.Height);
        var flags =
            (timings.CompositeDecided ? DecidedFlag : 0)
            | (timings.Equal ? EqualFlag : 0)
            | (timings.CompositeTried ? TriedFlag : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], flags);
        ReadOnlySpan<Timing> all =
        [
            timings.Decode,
            timings.Plain,
            timings.Ordered,
            timings.Composite,
            timings.Automatic,
            timings.Grey,
        ];
        for (var i = 0; i < all.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes[(16 + 16 * i)..], all[i].Median.Ticks);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[(24 + 16 * i)..], all[i].Mean.Ticks);
        }
        BinaryPrimitives.WriteInt32LittleEndian(bytes[GreyBitsOffset..], timings.GreyBits);
    }

    /// <summary>False: what came is no such answer.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MediaOutcome outcome, out HashTimings timings)
    {
        timings = new HashTimings();
        outcome = default;
        if (bytes.Length != ByteLength)
        {
            return false;
        }
        outcome = (MediaOutcome)BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        var format = (MediaFormat)BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        timings = new HashTimings
        {
            Format = format,
            Width = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            Height = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            CompositeTried = (flags & TriedFlag) != 0,
            CompositeDecided = (flags & DecidedFlag) != 0,
            Equal = (flags & EqualFlag) != 0,
            Decode = ReadTiming(bytes, 0),
            Plain = ReadTiming(bytes, 1),
            Ordered = ReadTiming(bytes, 2),
            Composite = ReadTiming(bytes, 3),
            Automatic = ReadTiming(bytes, 4),
            Grey = ReadTiming(bytes, 5),
            GreyBits = BinaryPrimitives.ReadInt32LittleEndian(bytes[GreyBitsOffset..]),
        };
        return Enum.IsDefined(outcome)
            && Enum.IsDefined(format)
            && flags <= (DecidedFlag | EqualFlag | TriedFlag)
            && timings is { Width: >= 0, Height: >= 0, GreyBits: >= -1 and <= 256 };
    }

    private static Timing ReadTiming(ReadOnlySpan<byte> bytes, int index) =>
        new(
            TimeSpan.FromTicks(BinaryPrimitives.ReadInt64LittleEndian(bytes[(16 + 16 * index)..])),
            TimeSpan.FromTicks(BinaryPrimitives.ReadInt64LittleEndian(bytes[(24 + 16 * index)..]))
        );
}
