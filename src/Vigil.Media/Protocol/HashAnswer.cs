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
    public const int FixedBytes = 24;
    public const int RecordBytes = 40;

    private const uint TruncatedFlag = 1;

    public static int MaxBytes(in HashOrder order) => FixedBytes + RecordBytes * order.RecordCap;

    public static void WriteFixed(Span<byte> bytes, in DecodeOutcome facts, int records)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)facts.Outcome);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], (ushort)facts.Format);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], facts.Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], facts.Height);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], facts.Frames);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], facts.Truncated ? TruncatedFlag : 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], records);
    }

    public static void WriteRecord(Span<byte> bytes, in FrameHash hash)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, hash.Frame);
        bytes[4] = (byte)hash.View;
        bytes[5] = (byte)hash.Variant;
        bytes[6] = hash.Quality.Value;
        bytes[7] = 0;
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
        var records = BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]);
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

    private static bool TryReadFacts(ReadOnlySpan<byte> bytes, out DecodeOutcome facts)
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
    /// Frames in rising order, no (frame, view, variant) twice, no more frames than asked for.
    /// </summary>
    private static bool TryReadRecords(
        ReadOnlySpan<byte> bytes,
        in HashOrder order,
        int framesInFile,
        Span<FrameHash> hashes
    )
    {
        var lastFrame = -1;
        var distinctFrames = 0;
        var seenOfFrame = 0u;
        for (var i = 0; i < hashes.Length; i++)
        {
            if (!TryReadRecord(bytes.Slice(i * RecordBytes, RecordBytes), order, out var hash))
            {
                return false;
            }
            if (hash.Frame != lastFrame)
            {
                seenOfFrame = 0;
                distinctFrames++;
            }
            var bit = 1u << ((int)hash.View * HashOrder.MaxVariants + (int)hash.Variant);
            if (
                hash.Frame < lastFrame
                || (framesInFile > 0 && hash.Frame >= framesInFile)
                || distinctFrames > order.FrameCap
                || (seenOfFrame & bit) != 0
                || (i == 0 && hash is not { Frame: 0, View: PictureView.Stored, Variant: Dihedral.Original })
            )
            {
                return false;
            }
            seenOfFrame |= bit;
            lastFrame = hash.Frame;
            hashes[i] = hash;
        }
        return true;
    }

    private static bool TryReadRecord(ReadOnlySpan<byte> bytes, in HashOrder order, out FrameHash hash)
    {
        hash = default;
        if (bytes[4] >= HashOrder.MaxViews || bytes[5] >= order.VariantCap || bytes[6] > 100 || bytes[7] != 0)
        {
            return false;
        }
        hash = new FrameHash(
            BinaryPrimitives.ReadInt32LittleEndian(bytes),
            (PictureView)bytes[4],
            (Dihedral)bytes[5],
            PdqHash.FromBytes(bytes[8..]),
            new Quality(bytes[6])
        );
        return hash.Frame >= 0;
    }
}
