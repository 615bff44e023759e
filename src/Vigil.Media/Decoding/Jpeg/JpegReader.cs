using Vigil.Hashing;
using Vigil.Media.Decoding.Vips;

namespace Vigil.Media.Decoding.Jpeg;

/// <summary>
/// JPEG by libturbojpeg with the exact inverse transform and fancy upsampling, its defaults: the pixels that
/// djpeg and the PDQ reference see.
/// </summary>
internal static unsafe class JpegReader
{
    public static DecodeOutcome Read(
        ReadOnlySpan<byte> file,
        DecodeRequest request,
        DecodedFrame frame,
        PictureSink sink
    )
    {
        var header = JpegHeader.Read(file);
        var outcome = new DecodeOutcome(
            MediaOutcome.Damaged,
            MediaFormat.Jpeg,
            header.Width,
            header.Height,
            Frames: 1
        );
        if (header.FrameType == 0)
        {
            return header.EndedEarly ? EndedEarly(outcome, request) : outcome;
        }
        if (!header.IsSupported)
        {
            return outcome with { Outcome = MediaOutcome.Unsupported };
        }
        var derived = header.Orientation != ExifOrientation.Upright || header.Profile.Length > 0;
        var bytes = FrameViews.BytesFor(header.Width, header.Height, Math.Max(3, header.Components), derived);
        if (
            !HeaderLimits.Allow(request.Limits, header.Width, header.Height, header.IsProgressive)
            || !HeaderLimits.AllowBytes(request.Limits, bytes)
        )
        {
            return outcome with { Outcome = MediaOutcome.TooManyPixels };
        }
        if (header.EndedEarly)
        {
            return EndedEarly(outcome, request);
        }
        var decoded = Decode(file, header, frame);
        if (decoded is not (Decoded.Whole or Decoded.Part))
        {
            return decoded == Decoded.Refused ? outcome with { Outcome = MediaOutcome.Unsupported } : outcome;
        }
        if (decoded == Decoded.Part && request.Truncated == TruncatedPolicy.Refuse)
        {
            return outcome with { Outcome = MediaOutcome.RefusedTruncated, Truncated = true };
        }
        FrameViews.Send(frame, 0, sink);
        return outcome with { Outcome = MediaOutcome.Done, Truncated = decoded == Decoded.Part };
    }

    private enum Decoded
    {
        Whole,
        Part,
        Broken,
        Refused,
    }

    // The data ends before a pixel is stored: nothing to hash under either policy.
    private static DecodeOutcome EndedEarly(DecodeOutcome outcome, DecodeRequest request) =>
        outcome with
        {
            Outcome =
                request.Truncated == TruncatedPolicy.Refuse
                    ? MediaOutcome.RefusedTruncated
                    : MediaOutcome.Damaged,
            Truncated = true,
        };

    /// <summary>
    /// The luma of a picture of luma and two colours, without the work for the colours. Done or Unsupported.
    /// </summary>
    public static DecodeOutcome ReadGrey(
        ReadOnlySpan<byte> file,
        MediaLimits limits,
        DecodedFrame frame,
        GreySink sink
    )
    {
        var header = JpegHeader.Read(file);
        var refused = new DecodeOutcome(MediaOutcome.Unsupported, MediaFormat.Jpeg);
        if (
            header is not { IsSupported: true, EndedEarly: false, Components: 3 }
            || header is not { Orientation: ExifOrientation.Upright, Profile.Length: 0 }
            || !HeaderLimits.Allow(limits, header.Width, header.Height, header.IsProgressive)
            || !HeaderLimits.AllowBytes(
                limits,
                FrameViews.BytesFor(header.Width, header.Height, bytesPerPixel: 1, derived: false)
            )
            || Decode(file, header, frame, onlyGrey: true) != Decoded.Whole
        )
        {
            return refused;
        }
        sink(frame.View);
        return new DecodeOutcome(MediaOutcome.Done, MediaFormat.Jpeg, header.Width, header.Height, Frames: 1);
    }

    private static Decoded Decode(
        ReadOnlySpan<byte> file,
        in JpegHeader header,
        DecodedFrame frame,
        bool onlyGrey = false
    )
    {
        // One a file: libjpeg keeps quantisation and Huffman tables for the files that follow, and one that
        // lacks its own would be decoded by those of another (ITU-T T.81, annex B.5, abbreviated format).
        var handle = TurboJpeg.tjInitDecompress();
        try
        {
            return Decode(handle, file, header, frame, onlyGrey);
        }
        finally
        {
            _ = TurboJpeg.tjDestroy(handle);
        }
    }

    private static Decoded Decode(
        nint handle,
        ReadOnlySpan<byte> file,
        in JpegHeader header,
        DecodedFrame frame,
        bool onlyGrey
    )
    {
        // SAFETY: the file is pinned while turbojpeg reads it; the pixels are as many as the format needs for
        // the size that turbojpeg itself reports, which is held against the checked header first.
        fixed (byte* data = file)
        {
            var length = (nuint)file.Length;
            var result = TurboJpeg.tjDecompressHeader3(
                handle,
                data,
                length,
                out var width,
                out var height,
                out _,
                out var colourspace
            );
            if (result != 0 && !TurboJpeg.OnlyWarned(handle))
            {
                return Fatal(handle);
            }
            if (width != header.Width || height != header.Height)
            {
                return Decoded.Broken;
            }
            var inks = colourspace is TurboJpeg.ColourspaceCmyk or TurboJpeg.ColourspaceYcck;
            var grey = colourspace == TurboJpeg.ColourspaceGrey || onlyGrey;
            if (onlyGrey && colourspace != TurboJpeg.ColourspaceYcc)
            {
                return Decoded.Refused;
            }
            frame.Width = width;
            frame.Height = height;
            frame.Layout = grey ? PixelLayout.Grey8 : PixelLayout.Rgb24;
            frame.Orientation = header.Orientation;
            frame.Profile = header.Profile;
            var stride = width * (inks ? 4 : (int)frame.Layout);
            frame.Pixels.Resize(checked(stride * height));
            result = TurboJpeg.tjDecompress2(
                handle,
                data,
                length,
                frame.Pixels.Pointer,
                width,
                stride,
                height,
                inks ? TurboJpeg.Cmyk
                    : grey ? TurboJpeg.Grey
                    : TurboJpeg.Rgb,
                TurboJpeg.FlagLimitScans
            );
            if (result != 0 && !TurboJpeg.OnlyWarned(handle))
            {
                return Fatal(handle);
            }
            var part = result != 0 && LostPixels(TurboJpeg.LastError(handle));
            if (inks)
            {
                ColourProfile.InksToRgb(frame, header.HasAdobeMarker);
            }
            return part ? Decoded.Part : Decoded.Whole;
        }
    }

    private static Decoded Fatal(nint handle)
    {
        var error = TurboJpeg.LastError(handle);
        return error.Contains("nsupported", StringComparison.Ordinal) ? Decoded.Refused : Decoded.Broken;
    }

    // jerror.h: "Premature end of JPEG file", "premature end of data segment", "bad Huffman code" and
    // "bad arithmetic code" mean missing pixels. Extraneous bytes before a marker, an unknown revision
    // and the like cost none.
    private static bool LostPixels(string warning) =>
        warning.Contains("remature end", StringComparison.Ordinal)
        || warning.Contains("bad Huffman", StringComparison.Ordinal)
        || warning.Contains("bad arithmetic", StringComparison.Ordinal)
        || warning.Contains("instead of RST", StringComparison.Ordinal);
}
