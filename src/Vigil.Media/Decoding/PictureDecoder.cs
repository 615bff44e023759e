using Vigil.Hashing;

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

/// <summary>Runs inside the worker only: tells the format, checks the header against the limits, decodes.</summary>
internal sealed class PictureDecoder : IDisposable
{
    /// <summary>Decodes the file in <paramref name="file"/>; frame 0 as stored comes first, then its other views.</summary>
    public DecodeOutcome Decode(ReadOnlySpan<byte> file, DecodeRequest request, PictureSink sink) =>
        throw new NotSupportedException();

    public void Dispose() { }
}
