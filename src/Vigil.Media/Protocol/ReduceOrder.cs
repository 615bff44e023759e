using System.Buffers.Binary;
using Vigil.Media.Decoding;
using Vigil.Media.Pool;

namespace Vigil.Media.Protocol;

/// <summary>
/// A Reduce request is 48 bytes as of a Hash request, 8 of what is made of the picture, and the file. Its
/// answer is 20 bytes of facts as of a HashAnswer, 8 of width and height, then RGB pixels, rows without
/// padding: as many as width and height say, and nothing else.
/// </summary>
internal static class ReduceOrder
{
    public const int OptionBytes = 8;
    public const int FixedBytes = HashAnswer.FactBytes + 8;

    public static long MaxAnswerBytes(RenditionRequest request) =>
        FixedBytes + 3L * request.MaxSidePixels * request.MaxSidePixels;

    public static void Write(Span<byte> bytes, RenditionRequest request)
    {
        bytes[0] = (byte)request.Tone;
        bytes[1] = (byte)request.Blur;
        bytes[2] = (byte)(request.Tile?.Grid ?? 0);
        bytes[3] = (byte)(request.Tile?.Column ?? 0);
        bytes[4] = (byte)(request.Tile?.Row ?? 0);
        bytes[5] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)request.MaxSidePixels);
    }

    public static RenditionRequest Read(ReadOnlySpan<byte> bytes) =>
        new()
        {
            Tone = (RenditionTone)bytes[0],
            Blur = (BlurLevel)bytes[1],
            Tile = bytes[2] == 0 ? null : new RenditionTile(bytes[2], bytes[3], bytes[4]),
            MaxSidePixels = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
            // A reader marks nothing: who draws does.
            Watermark = "",
        };

    /// <param name="bytes">Of <see cref="FixedBytes"/>.</param>
    /// <param name="width">Of the pixels that follow; 0 when there are none.</param>
    public static void WriteFixed(Span<byte> bytes, in DecodeOutcome facts, int width, int height)
    {
        HashAnswer.WriteFacts(bytes, facts);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[HashAnswer.FactBytes..], width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[(HashAnswer.FactBytes + 4)..], height);
    }

    /// <summary>False: what came is no such answer, and nothing of it is to be believed.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes,
        RenditionRequest request,
        out Rendition rendition,
        out ReadOnlySpan<byte> rgb
    )
    {
        rendition = new Rendition { Outcome = MediaOutcome.WorkerCrashed };
        rgb = default;
        if (bytes.Length < FixedBytes || !HashAnswer.TryReadFacts(bytes, out var facts))
        {
            return false;
        }
        var width = BinaryPrimitives.ReadInt32LittleEndian(bytes[HashAnswer.FactBytes..]);
        var height = BinaryPrimitives.ReadInt32LittleEndian(bytes[(HashAnswer.FactBytes + 4)..]);
        var (least, most) = facts.Outcome == MediaOutcome.Done ? (1, request.MaxSidePixels) : (0, 0);
        if (
            width < least
            || width > most
            || height < least
            || height > most
            || bytes.Length != FixedBytes + 3L * width * height
        )
        {
            return false;
        }
        rendition = new Rendition
        {
            Outcome = facts.Outcome,
            Format = facts.Format,
            SourceWidth = facts.Width,
            SourceHeight = facts.Height,
            Frames = facts.Frames,
            Width = width,
            Height = height,
            Truncated = facts.Truncated,
            Advice = MediaAdvice.Result(facts.Outcome).Advice,
        };
        rgb = bytes[FixedBytes..];
        return true;
    }
}
