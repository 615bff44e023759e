using Vigil.Hashing;
using Vigil.Media.Decoding.Bmp;
using Vigil.Media.Decoding.Jpeg;
using Vigil.Media.Decoding.Vips;

namespace Vigil.Media.Decoding;

/// <summary>What the worker asks of the decoders.</summary>
internal sealed record DecodeRequest(MediaLimits Limits, bool AllFrames, TruncatedPolicy Truncated);

/// <summary>How decoding one file ended; the pictures went to the sink before.</summary>
internal readonly record struct DecodeOutcome(
    MediaOutcome Outcome,
    MediaFormat Format,
    int Width = 0,
    int Height = 0,
    int Frames = 0,
    bool Truncated = false
);

/// <summary>Takes one decoded picture; the memory is the decoder's and gone after the call.</summary>
internal delegate void PictureSink(int frame, PictureView view, PixelView pixels);

/// <summary>Takes a grey plane; the memory is gone after the call.</summary>
internal delegate void GreySink(PixelView pixels);

/// <summary>
/// Runs inside the worker only: tells the format, checks the header against the limits, decodes. One thread;
/// memory is reused from file to file and large memory given back after each.
/// </summary>
internal sealed class PictureDecoder : IDisposable
{
    private readonly DecodedFrame frame = new();

    /// <summary>Of the picture that the sink has before it: how a viewer turns it, 1 to 8.</summary>
    public int Orientation => frame.Orientation;

    /// <summary>Of the picture that the sink has before it.</summary>
    public bool HasAlpha => frame.HasAlpha;

    /// <summary>
    /// Decodes the file in <paramref name="file"/>; frame 0 as stored comes first, then its other views.
    /// </summary>
    /// <remarks>When the outcome is not Done, what went to the sink before is not to be used.</remarks>
    public DecodeOutcome Decode(ReadOnlySpan<byte> file, DecodeRequest request, PictureSink sink)
    {
        if (file.IsEmpty)
        {
            return new DecodeOutcome(MediaOutcome.Empty, MediaFormat.Unknown);
        }
        if (file.Length > request.Limits.MaxFileBytes)
        {
            return new DecodeOutcome(MediaOutcome.TooManyBytes, MediaFormat.Unknown);
        }
        var format = FormatSniffer.Sniff(file);
        try
        {
            return format switch
            {
                MediaFormat.Unknown => new DecodeOutcome(MediaOutcome.NotMedia, format),
                MediaFormat.Video or MediaFormat.OtherPicture => new DecodeOutcome(
                    MediaOutcome.Unsupported,
                    format
                ),
                MediaFormat.Jpeg => JpegReader.Read(file, request, frame, sink),
                MediaFormat.Bmp => BmpReader.Read(file, request, frame, sink),
                _ => VipsReader.Read(file, format, request, frame, sink),
            };
        }
        finally
        {
            frame.Clear();
        }
    }

    /// <summary>
    /// The grey plane of a JPEG whose only reading is as stored. Anything else, damage too, is Unsupported: it
    /// is for the whole decode to say what it is.
    /// </summary>
    public DecodeOutcome DecodeGrey(ReadOnlySpan<byte> file, MediaLimits limits, GreySink sink)
    {
        try
        {
            return FormatSniffer.Sniff(file) == MediaFormat.Jpeg
                ? JpegReader.ReadGrey(file, limits, frame, sink)
                : new DecodeOutcome(MediaOutcome.Unsupported, MediaFormat.Unknown);
        }
        catch (OutOfMemoryException)
        {
            return new DecodeOutcome(MediaOutcome.Unsupported, MediaFormat.Jpeg);
        }
        finally
        {
            frame.Clear();
        }
    }

    public void Dispose()
    {
        frame.Dispose();
    }
}
