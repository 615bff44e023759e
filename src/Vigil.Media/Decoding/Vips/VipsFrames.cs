using System.Buffers.Binary;
using System.Security.Cryptography;
using Vigil.Hashing;

namespace Vigil.Media.Decoding.Vips;

/// <summary>Takes one file through libvips, frame by frame.</summary>
internal readonly ref struct VipsFrames(
    VipsSource source,
    ContainerHeader early,
    DecodeRequest request,
    DecodedFrame frame,
    PictureSink sink
)
{
    private readonly VipsSource source = source;
    private readonly ContainerHeader early = early;
    private readonly DecodeRequest request = request;
    private readonly DecodedFrame frame = frame;
    private readonly PictureSink sink = sink;
    private readonly bool cut = ContainerEnd.IsMissing(source.Format, source.File);

    public DecodeOutcome Run()
    {
        var damaged = new DecodeOutcome(MediaOutcome.Damaged, source.Format);
        var outcome = Inspect(strict: true) ?? Inspect(strict: false);
        if (outcome is not { } header)
        {
            return IsSubsampledTiff()
                ? damaged with
                {
                    Outcome = MediaOutcome.Unsupported,
                }
                : NothingDecodes(damaged);
        }
        if (header.Outcome != MediaOutcome.Done)
        {
            return header;
        }
        var all = request.AllFrames && header.Frames > 1;
        if (all && header.Frames > request.Limits.MaxFrames)
        {
            return header with { Outcome = MediaOutcome.TooManyFrames };
        }
        return all && source.Format != MediaFormat.Tiff ? Animation(header)
            : all ? Pages(header)
            : First(header);
    }

    /// <summary>The header against the limits; null when it cannot be read.</summary>
    private DecodeOutcome? Inspect(bool strict)
    {
        using var image = source.Open(page: 0, pages: 1, strict);
        if (image is null)
        {
            return null;
        }
        var frames = source.Format is MediaFormat.Heif or MediaFormat.Avif ? 1 : Math.Max(1, image.Pages);
        var outcome = new DecodeOutcome(
            MediaOutcome.Done,
            source.Format,
            image.Width,
            image.Height,
            frames,
            Truncated: !strict || cut
        );
        return outcome with
        {
            Outcome =
                !FrameLoader.IsPicture(image) ? MediaOutcome.Unsupported
                : !Fits(image) ? MediaOutcome.TooManyPixels
                : outcome.Truncated && request.Truncated == TruncatedPolicy.Refuse
                    ? MediaOutcome.RefusedTruncated
                : MediaOutcome.Done,
        };
    }

    // Uncompressed chroma of fewer samples than luma: libvips 8.14 refuses it.
    private bool IsSubsampledTiff() =>
        source.Format == MediaFormat.Tiff
        && TiffDirectory.Read(source.File, page: 0) is { IsPlainYCbCr: true, IsSubsampled: true };

    private bool Fits(VipsImage image)
    {
        // PNG rows that are not interlaced pass through; the others hold the picture in the decoder as well.
        var streams = source.Format == MediaFormat.Png && !early.Interlaced;
        var pixels = (long)image.Width * image.Height;
        var held = streams ? 0 : pixels * Math.Max(4, image.Bands * image.BytesPerSample);
        var own = FrameViews.BytesFor(
            image.Width,
            image.Height,
            image.Bands < 3 ? 1 : 3,
            image.Bands is 2 or > 3
        );
        return HeaderLimits.Allow(request.Limits, image.Width, image.Height, early.Interlaced)
            && HeaderLimits.AllowBytes(request.Limits, held + own);
    }

    private DecodeOutcome First(DecodeOutcome header)
    {
        if (!header.Truncated && LoadPage(0, strict: true))
        {
            FrameViews.Send(frame, 0, sink);
            return header;
        }
        if (!LoadPage(0, strict: false))
        {
            return NothingDecodes(header);
        }
        if (request.Truncated == TruncatedPolicy.Refuse)
        {
            return header with { Outcome = MediaOutcome.RefusedTruncated, Truncated = true };
        }
        FrameViews.Send(frame, 0, sink);
        return header with { Truncated = true };
    }

    /// <summary>Pages of a TIFF: each is a picture of its own size.</summary>
    private DecodeOutcome Pages(DecodeOutcome header)
    {
        var first = First(header);
        if (first.Outcome != MediaOutcome.Done)
        {
            return first;
        }
        var seen = new HashSet<UInt128> { Fingerprint() };
        for (var page = 1; page < header.Frames; page++)
        {
            var fits = false;
            using (var image = source.Open(page, pages: 1, strict: true))
            {
                fits = image is not null && FrameLoader.IsPicture(image) && Fits(image);
                if (image is not null && !fits)
                {
                    return header with { Outcome = MediaOutcome.TooManyPixels };
                }
            }
            if (!fits || !LoadPage(page, strict: true))
            {
                return EndsAt(header);
            }
            if (seen.Add(Fingerprint()))
            {
                FrameViews.Send(frame, page, sink);
            }
        }
        return first;
    }

    /// <summary>
    /// Frames of a GIF or WebP as shown, each laid over the ones before it. libvips gives them one under the
    /// other, and they are pulled in that order: one frame is in memory at a time.
    /// </summary>
    private DecodeOutcome Animation(DecodeOutcome header)
    {
        using var image = source.Open(page: 0, VipsSource.AllPages, strict: !header.Truncated);
        if (image is null || image.PageHeight != header.Height)
        {
            return header with { Outcome = MediaOutcome.Damaged };
        }
        var seen = new HashSet<UInt128>();
        var frames = Math.Min(header.Frames, image.Height / header.Height);
        for (var index = 0; index < frames; index++)
        {
            Describe(image);
            var loaded = FrameLoader.Load(
                image,
                index * header.Height,
                header.Height,
                SampleRange.Bytes,
                frame,
                strict: true
            );
            if (!loaded)
            {
                return index == 0 ? First(header) : EndsAt(header);
            }
            if (seen.Add(Fingerprint()))
            {
                FrameViews.Send(frame, index, sink);
            }
        }
        return header;
    }

    private DecodeOutcome NothingDecodes(DecodeOutcome header)
    {
        var refuse = cut && request.Truncated == TruncatedPolicy.Refuse;
        return header with
        {
            Outcome = refuse ? MediaOutcome.RefusedTruncated : MediaOutcome.Damaged,
            Truncated = cut,
        };
    }

    private DecodeOutcome EndsAt(DecodeOutcome header) =>
        header with
        {
            Outcome =
                request.Truncated == TruncatedPolicy.Refuse
                    ? MediaOutcome.RefusedTruncated
                    : MediaOutcome.Done,
            Truncated = true,
        };

    private bool LoadPage(int page, bool strict)
    {
        var range = SampleRange.Bytes;
        using (var image = source.Open(page, pages: 1, strict))
        {
            if (image is null)
            {
                return false;
            }
            if (FrameLoader.NeedsRange(image) && !FrameLoader.NeedsColourspace(image))
            {
                // libheif scales deep pictures to 16 bits itself; decoding them twice would teach nothing.
                var known = source.Format is MediaFormat.Heif or MediaFormat.Avif;
                if ((known ? SampleRange.Words : FrameLoader.Measure(image)) is not { } measured)
                {
                    return false;
                }
                range = measured;
            }
        }
        using var pixels = source.Open(page, pages: 1, strict);
        if (pixels is null)
        {
            return false;
        }
        Describe(pixels);
        return FrameLoader.Load(pixels, 0, pixels.Height, range, frame, strict) && LumaToRgb(page);
    }

    // libvips hands luma and chroma of a TIFF on as if they were RGB, unless libjpeg packed them.
    private bool LumaToRgb(int page)
    {
        var stored = source.Format == MediaFormat.Tiff ? TiffDirectory.Read(source.File, page) : default;
        if (stored.IsPlainYCbCr && frame.Layout == PixelLayout.Rgb24)
        {
            Luma.ToRgb(frame.Pixels.Span);
        }
        return true;
    }

    /// <summary>Orientation and profile, each from where its format keeps it.</summary>
    private void Describe(VipsImage image)
    {
        frame.Profile = image.Blob("icc-profile-data", ColourProfile.MaxBytes);
        frame.Orientation = source.Format switch
        {
            MediaFormat.Tiff => image.Orientation,
            MediaFormat.Png or MediaFormat.WebP => ExifOrientation.Read(
                image.Blob("exif-data", MaxExifBytes)
            ),
            // libheif has turned the picture by its own boxes already; EXIF repeats them.
            _ => ExifOrientation.Upright,
        };
    }

    private const int MaxExifBytes = 1024 * 1024;

    private UInt128 Fingerprint()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(frame.View.Pixels, digest);
        var shape = ((UInt128)(uint)frame.Width << 32) | (uint)frame.Height;
        return BinaryPrimitives.ReadUInt128BigEndian(digest) ^ shape;
    }
}
