using Vigil.Media.Decoding;
using Vigil.Media.Protocol;
using Vigil.Media.Renditions;
using Vigil.Media.Transforms;

namespace Vigil.Media.Worker;

/// <summary>Decodes one picture as a viewer shows it, and gives what is asked for of it as pixels.</summary>
internal static class ReduceJobs
{
    public static void Answer(
        WorkerPipe pipe,
        in FrameHeader request,
        InputBuffer input,
        PictureDecoder decoder
    )
    {
        Span<byte> options = stackalloc byte[ReduceOrder.OptionBytes];
        if (!OrderedFile.TryTake(pipe, input, options, out var order, out var file))
        {
            return;
        }
        Misbehave.Now(order, pipe, request.Job);
        var wanted = ReduceOrder.Read(options);
        var (facts, picture) = Decode(decoder, file, order, wanted);
        input.Clear();
        var rgb = picture?.Rgb ?? [];
        var start = new byte[FrameHeader.ByteLength + ReduceOrder.FixedBytes];
        new FrameHeader(FrameKind.ReduceAnswer, request.Job, ReduceOrder.FixedBytes + rgb.Length).WriteTo(
            start
        );
        ReduceOrder.WriteFixed(
            start.AsSpan(FrameHeader.ByteLength),
            facts,
            picture?.Width ?? 0,
            picture?.Height ?? 0
        );
        pipe.Write(start);
        pipe.Write(rgb);
    }

    private static (DecodeOutcome Facts, Pixmap? Picture) Decode(
        PictureDecoder decoder,
        ReadOnlySpan<byte> file,
        in HashOrder order,
        RenditionRequest wanted
    )
    {
        Pixmap? whole = null;
        var orientation = ExifOrientation.Upright;
        try
        {
            var decode = new DecodeRequest(order.ToLimits(), AllFrames: false, order.Truncated);
            var facts = decoder.Decode(
                file,
                decode,
                (_, view, pixels) =>
                {
                    // Turned last, when it is small: the other readings are of the picture as it is stored.
                    if (view != PictureView.Upright && (whole is null || view == PictureView.Flattened))
                    {
                        whole = Reductions.Fit(pixels, wanted.MaxSidePixels);
                        orientation = decoder.Orientation;
                    }
                    else if (view == PictureView.ColourManaged && !decoder.HasAlpha)
                    {
                        whole = Reductions.Fit(pixels, wanted.MaxSidePixels);
                    }
                }
            );
            if (facts.Outcome != MediaOutcome.Done)
            {
                return (facts, null);
            }
            if (orientation >= 5)
            {
                facts = facts with { Width = facts.Height, Height = facts.Width };
            }
            var upright = Reductions.Upright(whole!, orientation);
            var part = wanted.Tile is { } tile ? Reductions.Cut(upright, tile) : upright;
            return (facts, Reductions.Apply(part, wanted.Blur, wanted.Tone));
        }
        catch (OutOfMemoryException)
        {
            return (new DecodeOutcome(MediaOutcome.OutOfMemory, MediaFormat.Unknown), null);
        }
    }
}
