using System.Buffers.Binary;
using System.Numerics;
using Vigil.Hashing;

namespace Vigil.Media.Decoding.Bmp;

/// <summary>
/// Windows and OS/2 bitmaps, read strictly and without native code: every length is checked first.
/// </summary>
internal static class BmpReader
{
    /// <summary>
    /// Rows are not compressed: a file with less than this part of them lies about its size.
    /// </summary>
    private const int LeastPart = 16;

    public static DecodeOutcome Read(
        ReadOnlySpan<byte> file,
        DecodeRequest request,
        DecodedFrame frame,
        PictureSink sink
    )
    {
        var header = BmpHeader.Read(file);
        var outcome = new DecodeOutcome(
            header.Outcome,
            MediaFormat.Bmp,
            Math.Max(header.Width, 0),
            header.Height,
            Frames: 1
        );
        if (header.Outcome != MediaOutcome.Done)
        {
            return outcome;
        }
        if (header.Width < 1 || header.Height < 1)
        {
            return outcome with { Outcome = MediaOutcome.Damaged };
        }
        var bytes = FrameViews.BytesFor(header.Width, header.Height, 3, header.Masks.Alpha != 0);
        if (
            !HeaderLimits.Allow(request.Limits, header.Width, header.Height)
            || !HeaderLimits.AllowBytes(request.Limits, bytes)
        )
        {
            return outcome with { Outcome = MediaOutcome.TooManyPixels };
        }
        var data = file[header.PixelOffset..];
        var runs = header.Packing is BmpPacking.RunLength4 or BmpPacking.RunLength8;
        if (!runs && data.Length / header.StrideBytes < (header.Height + LeastPart - 1) / LeastPart)
        {
            return Refuse(outcome, request, MediaOutcome.Damaged);
        }
        var whole = Decode(file, data, header, frame);
        if (!whole && request.Truncated == TruncatedPolicy.Refuse)
        {
            return Refuse(outcome, request, MediaOutcome.Damaged);
        }
        FrameViews.Send(frame, 0, sink);
        return outcome with { Truncated = !whole };
    }

    private static DecodeOutcome Refuse(
        DecodeOutcome outcome,
        DecodeRequest request,
        MediaOutcome otherwise
    ) =>
        outcome with
        {
            Outcome = request.Truncated == TruncatedPolicy.Refuse ? MediaOutcome.RefusedTruncated : otherwise,
            Truncated = true,
        };

    /// <returns>False when rows are missing; they are black then.</returns>
    private static bool Decode(
        ReadOnlySpan<byte> file,
        ReadOnlySpan<byte> data,
        BmpHeader header,
        DecodedFrame frame
    )
    {
        var palette = new BmpPalette(file, header);
        frame.Width = header.Width;
        frame.Height = header.Height;
        frame.Layout = palette.Layout;
        var pixels = frame.Pixels.Resize(frame.ByteCount);
        pixels.Clear();
        if (header.Packing is BmpPacking.RunLength4 or BmpPacking.RunLength8)
        {
            return new BmpRunLength(header, palette, frame).Read(data);
        }
        var alpha = header.Masks.Alpha == 0 ? [] : frame.Alpha.Resize(header.Width * header.Height);
        alpha.Fill(255);
        var rows = (int)Math.Min(header.Height, data.Length / header.StrideBytes);
        for (var row = 0; row < rows; row++)
        {
            var from = data.Slice((int)(row * header.StrideBytes), (int)header.StrideBytes);
            var y = header.TopDown ? row : header.Height - 1 - row;
            var to = pixels.Slice(y * header.Width * (int)frame.Layout, header.Width * (int)frame.Layout);
            switch (header.BitsPerPixel)
            {
                case <= 8:
                    Indexed(from, to, header, palette);
                    break;
                case 24:
                    Blue24(from, to);
                    break;
                default:
                    Masked(
                        from,
                        to,
                        alpha.IsEmpty ? [] : alpha.Slice(y * header.Width, header.Width),
                        header
                    );
                    break;
            }
        }
        frame.HasAlpha = alpha.ContainsAnyExcept((byte)255);
        return rows == header.Height;
    }

    private static void Indexed(ReadOnlySpan<byte> from, Span<byte> to, BmpHeader header, BmpPalette palette)
    {
        var bits = header.BitsPerPixel;
        var mask = (1 << bits) - 1;
        for (var x = 0; x < header.Width; x++)
        {
            var at = x * bits;
            var index = (from[at / 8] >> (8 - bits - at % 8)) & mask;
            palette.Write(index, to[(x * (int)palette.Layout)..]);
        }
    }

    private static void Blue24(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (var at = 0; at < to.Length; at += 3)
        {
            to[at] = from[at + 2];
            to[at + 1] = from[at + 1];
            to[at + 2] = from[at];
        }
    }

    private static void Masked(ReadOnlySpan<byte> from, Span<byte> to, Span<byte> alpha, BmpHeader header)
    {
        var bytes = header.BitsPerPixel / 8;
        for (var x = 0; x < header.Width; x++)
        {
            var pixel = from.Slice(x * bytes, bytes);
            var value =
                bytes == 2
                    ? BinaryPrimitives.ReadUInt16LittleEndian(pixel)
                    : BinaryPrimitives.ReadUInt32LittleEndian(pixel);
            to[x * 3] = Channel(value, header.Masks.Red);
            to[x * 3 + 1] = Channel(value, header.Masks.Green);
            to[x * 3 + 2] = Channel(value, header.Masks.Blue);
            if (!alpha.IsEmpty)
            {
                alpha[x] = Channel(value, header.Masks.Alpha);
            }
        }
    }

    // Any mask has a meaning: the bits between its lowest and its highest, scaled to a byte.
    private static byte Channel(uint value, uint mask)
    {
        if (mask == 0)
        {
            return 0;
        }
        var shift = BitOperations.TrailingZeroCount(mask);
        ulong most = mask >> shift;
        return (byte)((((value & mask) >> shift) * 255UL + most / 2) / most);
    }
}
