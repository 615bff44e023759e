using System.Buffers.Binary;
using Vigil.Hashing;
using Vigil.Media.Decoding;

namespace Vigil.Media.Protocol;

/// <summary>
/// The answer to a Hash request: 24 bytes, then at most <see cref="HashOrder.RecordCap"/> records of 40
/// bytes, all little-endian. Written by a process that may have been taken over by the file it read, so the
/// reader believes nothing: every field is checked against the order, and an answer that breaks one rule is
/// no answer.
/// </summary>
internal static class HashAnswer
{
    public const int FactBytes = 20;
    public const int FixedBytes = FactBytes + 4;
    public const int RecordBytes = 40;

    private const uint TruncatedFlag = 1;

    public static int MaxBytes(in HashOrder order) => FixedBytes + RecordBytes * order.RecordCap;

    public static void WriteFixed(Span<byte> bytes, in DecodeOutcome facts, int records)
    {
        WriteFacts(bytes, facts);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[FactBytes..], records);
    }

    public static void WriteFacts(Span<byte> bytes, in DecodeOutcome facts)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)facts.Outcome);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], (ushort)facts.Format);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], facts.Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], facts.Height);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], facts.Frames);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], facts.Truncated ? TruncatedFlag : 0);
    }

    public static void WriteRecord(Span<byte> bytes, in FrameHash hash)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, hash.Frame);
        bytes[4] = (byte)hash.View;
        bytes[5] = (byte)hash.Variant;
        bytes[6] = hash.Quality.Value;
        bytes[7] = (byte)hash.Part;
        hash.Hash.CopyTo(bytes[8..]);
    }

    /// <summary>False: the worker broke the format and is to be taken for compromised.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes,
        in HashOrder order,
        out DecodeOutcome facts,
        out FrameHash[] hashes
    )
    {
        facts = default;
        hashes = [];
        if (bytes.Length < FixedBytes)
        {
            return false;
        }
        var records = BinaryPrimitives.ReadInt32LittleEndian(bytes[FactBytes..]);
        if (
            records < 0
            || records > order.RecordCap
            || bytes.Length != FixedBytes + RecordBytes * records
            || !TryReadFacts(bytes, out facts)
            || (facts.Outcome == MediaOutcome.Done) != (records > 0)
        )
        {
            return false;
        }
        var read = new FrameHash[records];
        if (!TryReadRecords(bytes[FixedBytes..], order, facts.Frames, read))
        {
            return false;
        }
        hashes = read;
        return true;
    }

    public static bool TryReadFacts(ReadOnlySpan<byte> bytes, out DecodeOutcome facts)
    {
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
        facts = new DecodeOutcome(
            (MediaOutcome)BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (MediaFormat)BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            flags == TruncatedFlag
        );
        // The outcomes that only the pool can know are not a worker's to claim.
        return facts.Outcome
                is MediaOutcome.Done
                    or MediaOutcome.NotMedia
                    or MediaOutcome.Unsupported
                    or MediaOutcome.TooManyPixels
                    or MediaOutcome.TooManyFrames
                    or MediaOutcome.Damaged
                    or MediaOutcome.RefusedTruncated
                    or MediaOutcome.OutOfMemory
            && Enum.IsDefined(facts.Format)
            && facts is { Width: >= 0, Height: >= 0, Frames: >= 0 }
            && flags <= TruncatedFlag;
    }

    /// <summary>
    /// In rising order of frame, view, part and variant, so none twice; no more frames than asked for; parts of the
    /// first only.
    /// </summary>
    private static bool TryReadRecords(
        ReadOnlySpan<byte> bytes,
        in HashOrder order,
        int framesInFile,
        Span<FrameHash> hashes
    )
    {
        var distinctFrames = 0;
        (int, PictureView, PicturePart, Dihedral) last = (-1, default, default, default);
        for (var i = 0; i < hashes.Length; i++)
        {
            if (!TryReadRecord(bytes.Slice(i * RecordBytes, RecordBytes), order, out var hash))
            {
                return false;
            }
            var place = (hash.Frame, hash.View, hash.Part, hash.Variant);
            distinctFrames += hash.Frame != last.Item1 ? 1 : 0;
            if (
                place.CompareTo(last) <= 0
                || (framesInFile > 0 && hash.Frame >= framesInFile)
                || distinctFrames > order.FrameCap
                || (i == 0 && place != default)
                || (hash.Part != PicturePart.Whole && hash.Frame != 0)
            )
            {
                return false;
            }
            last = place;
            hashes[i] = hash;
        }
        return true;
    }

    private static bool TryReadRecord(ReadOnlySpan<byte> bytes, in HashOrder order, out FrameHash hash)
    {
        hash = default;
        if (
            bytes[4] >= HashOrder.MaxViews
            || bytes[5] >= order.VariantCap
            || bytes[6] > 100
            || bytes[7] >= order.PartCap
        )
        {
            return false;
        }
        hash = new FrameHash(
            BinaryPrimitives.ReadInt32LittleEndian(bytes),
            (PictureView)bytes[4],
            (Dihedral)bytes[5],
            PdqHash.FromBytes(bytes[8..]),
            new Quality(bytes[6]),
            (PicturePart)bytes[7]
        );
        return hash.Frame >= 0;
    }
}
