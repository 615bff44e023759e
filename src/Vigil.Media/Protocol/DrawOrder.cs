using System.Buffers.Binary;
using System.Text;
using Vigil.Media.Renditions;

namespace Vigil.Media.Protocol;

/// <summary>
/// The fixed part of a Draw request, 144 bytes little-endian: width 4, height 4, frames 4, columns 4 (0: one
/// picture, no sheet), blur 1, letters of the mark 1, strip 1, reserved 1, the mark 44, times in milliseconds 4
/// each for the 20 frames of a sheet. RGB pixels of each frame follow. The answer is a JPEG.
/// </summary>
internal sealed record DrawOrder
{
    public const int ByteLength = 64 + 4 * ContactSheet.MaxFrames;
    private const int MarkAt = 20;
    private const int TimesAt = MarkAt + RenditionRequest.MaxMarkCharacters;

    /// <summary>Of each frame.</summary>
    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Of a contact sheet or strip; 0: one picture.</summary>
    public int Columns { get; init; }

    /// <summary>Frames to be cut out again: each has the mark for itself, and no time.</summary>
    public bool IsStrip { get; init; }

    /// <summary>Of a contact sheet or strip, which is grey; a picture comes reduced.</summary>
    public BlurLevel Blur { get; init; }

    public required string Watermark { get; init; }

    /// <summary>Of a contact sheet: when each frame is shown.</summary>
    public IReadOnlyList<int> Milliseconds { get; init; } = [];

    public int Frames { get; init; } = 1;

    public long PixelBytes => 3L * Width * Height * Frames;

    /// <summary>A JPEG is smaller than its pixels, but for its headers.</summary>
    public long MaxAnswerBytes
    {
        get
        {
            var (width, height) = DrawLayout.PictureOf(this);
            (width, height) = Renditions.Watermark.SizeOf(Watermark, width, height);
            return 64 * 1024 + 3L * width * height;
        }
    }

    public static DrawOrder ForPicture(int width, int height, string watermark) =>
        new()
        {
            Width = width,
            Height = height,
            Watermark = watermark,
        };

    public static DrawOrder ForSheet(IReadOnlyList<double> seconds, BlurLevel blur, string watermark) =>
        new()
        {
            Width = ContactSheet.CellSide,
            Height = ContactSheet.CellSide,
            Columns = DrawLayout.ColumnsOf(seconds.Count),
            Blur = blur,
            Watermark = watermark,
            Milliseconds = [.. seconds.Select(at => (int)Math.Round(at * 1000))],
            Frames = seconds.Count,
        };

    public static DrawOrder ForStrip(int frames, BlurLevel blur, string watermark) =>
        new()
        {
            Width = FrameStrip.CellSide,
            Height = FrameStrip.CellSide,
            Columns = Math.Min(frames, FrameStrip.MostColumns),
            IsStrip = true,
            Blur = blur,
            Watermark = watermark,
            Frames = frames,
        };

    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], Height);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], Frames);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], Columns);
        bytes[16] = (byte)Blur;
        bytes[17] = (byte)Watermark.Length;
        bytes[18] = IsStrip ? (byte)1 : (byte)0;
        Encoding.ASCII.GetBytes(Watermark, bytes[MarkAt..]);
        for (var i = 0; i < Milliseconds.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(TimesAt + 4 * i)..], Milliseconds[i]);
        }
    }

    /// <summary>
    /// The pool is trusted; what is read here was written by <see cref="WriteTo"/> of the same build.
    /// </summary>
    public static DrawOrder ReadFrom(ReadOnlySpan<byte> bytes)
    {
        var frames = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var columns = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        var isStrip = bytes[18] != 0;
        var times = new int[columns > 0 && !isStrip ? frames : 0];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(TimesAt + 4 * i)..]);
        }
        return new DrawOrder
        {
            Width = BinaryPrimitives.ReadInt32LittleEndian(bytes),
            Height = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            Columns = columns,
            IsStrip = isStrip,
            Frames = frames,
            Blur = (BlurLevel)bytes[16],
            Watermark = Encoding.ASCII.GetString(bytes.Slice(MarkAt, bytes[17])),
            Milliseconds = times,
        };
    }

    /// <summary>From its first mark to its last; what a browser is told that it is, it is.</summary>
    public static bool IsJpeg(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff])
        && bytes.EndsWith((ReadOnlySpan<byte>)[0xff, 0xd9]);
}
