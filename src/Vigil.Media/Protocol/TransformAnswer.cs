using System.Buffers.Binary;
using Vigil.Hashing;
using Vigil.Media.Transforms;

namespace Vigil.Media.Protocol;

/// <summary>
/// A Transform request is 48 bytes as of a Hash request, 4 bytes of the longest side, 4 of the seed, and the file.
/// Its answer is 4 bytes of outcome, then records of 36 bytes: transform, part, variant, quality, hash.
/// </summary>
internal static class TransformAnswer
{
    public const int OptionBytes = 8;
    public const int FixedBytes = 4;
    public const int RecordBytes = 4 + PdqHash.ByteLength;
    public const int MinSide = 64;
    public const int MaxSide = 4096;

    public static int MaxBytes =>
        FixedBytes + RecordBytes * EverydayTransforms.All.Count * PartFinder.MaxParts * HashOrder.MaxVariants;

    public static void WriteOutcome(Span<byte> bytes, MediaOutcome outcome) =>
        BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)outcome);

    public static void WriteRecord(Span<byte> bytes, in TransformHash hash)
    {
        bytes[0] = (byte)hash.Transform;
        bytes[1] = (byte)hash.Part;
        bytes[2] = (byte)hash.Variant;
        bytes[3] = hash.Quality.Value;
        hash.Hash.CopyTo(bytes[4..]);
    }

    /// <summary>
    /// False: what came is no such answer. Each transform has its whole in every symmetry, and records rise.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MediaOutcome outcome, out TransformHash[] hashes)
    {
        outcome = default;
        hashes = [];
        if (bytes.Length < FixedBytes || (bytes.Length - FixedBytes) % RecordBytes != 0)
        {
            return false;
        }
        outcome = (MediaOutcome)BinaryPrimitives.ReadInt32LittleEndian(bytes);
        bytes = bytes[FixedBytes..];
        var read = new TransformHash[bytes.Length / RecordBytes];
        if (!Enum.IsDefined(outcome) || (outcome == MediaOutcome.Done) != (read.Length > 0))
        {
            return false;
        }
        var last = -1;
        var wholes = 0;
        for (var i = 0; i < read.Length; i++, bytes = bytes[RecordBytes..])
        {
            var place = (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
            if (
                place <= last
                || bytes[0] >= EverydayTransforms.All.Count
                || bytes[1] >= PartFinder.MaxParts
                || bytes[2] >= HashOrder.MaxVariants
                || bytes[3] > 100
            )
            {
                return false;
            }
            last = place;
            wholes += bytes[1] == 0 ? 1 : 0;
            read[i] = new TransformHash(
                bytes[0],
                (PicturePart)bytes[1],
                (Dihedral)bytes[2],
                PdqHash.FromBytes(bytes[4..RecordBytes]),
                new Quality(bytes[3])
            );
        }
        if (read.Length > 0 && wholes != EverydayTransforms.All.Count * HashOrder.MaxVariants)
        {
            return false;
        }
        hashes = read;
        return true;
    }
}
