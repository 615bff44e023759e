using System.Buffers.Binary;

namespace Vigil.Media.Protocol;

/// <summary>What a frame on the pipe between the pool and a worker is.</summary>
internal enum FrameKind : ushort
{
    /// <summary>Worker to pool, once: ready for jobs.</summary>
    Ready = 1,
    Hash,
    HashAnswer,
    EncodeJpeg,
    EncodeAnswer,
    SelfTest,
    SelfTestAnswer,
    Bench,
    BenchAnswer,

    /// <summary>Worker to pool, before the answer where the order says so: hashes estimated from grey.</summary>
    GreyAnswer,

    /// <summary>Pool to worker after estimates: hash in full.</summary>
    GoOn,

    /// <summary>Pool to worker after estimates: no answer is wanted.</summary>
    Enough,

    Transform,
    TransformAnswer,
    Reduce,
    ReduceAnswer,
    Draw,
    DrawAnswer,
}

/// <summary>Every frame starts with these 24 bytes, little-endian; the payload follows.</summary>
/// <param name="Kind">Offset 6, 2 bytes.</param>
/// <param name="Job">Offset 8, 8 bytes: an answer carries the number of its request; 0 for Ready.</param>
/// <param name="PayloadBytes">Offset 16, 8 bytes.</param>
internal readonly record struct FrameHeader(FrameKind Kind, ulong Job, long PayloadBytes)
{
    public const int ByteLength = 24;

    /// <summary>"VGLM", offset 0.</summary>
    private const uint Magic = 0x4D4C4756;

    /// <summary>Offset 4, 2 bytes. Pool and worker come from one build; another version is refused.</summary>
    private const ushort Version = 3;

    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)Kind);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Job);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], PayloadBytes);
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (
            bytes.Length < ByteLength
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) != Version
        )
        {
            return false;
        }
        header = new FrameHeader(
            (FrameKind)BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..])
        );
        return header.PayloadBytes >= 0 && Enum.IsDefined(header.Kind);
    }
}
