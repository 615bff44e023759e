using Vigil.Media.Protocol;
using Vigil.Media.Renditions;

namespace Vigil.Media;

/// <summary>
/// Makes what people see of files. A file is decoded and reduced in a worker that sees no other file; the
/// pixels it gives go to a worker that sees no file at all, which burns the watermark in and encodes. So no
/// byte of what a browser decodes was written by a process that a hostile file could have taken over, and none
/// can leave the watermark out.
/// </summary>
public sealed class Renderer : IAsyncDisposable
{
    private readonly MediaPool _readers;
    private readonly MediaPool _drawers;
    private readonly VideoHasher? _videos;

    /// <param name="media">Sandbox and limits; workers are its own: one reads, one draws.</param>
    /// <param name="video">Limits of contact sheets; null: no video is shown.</param>
    /// <exception cref="MediaSandboxException">No bubblewrap, or no ffmpeg though videos are to be
    /// shown.</exception>
    public Renderer(MediaOptions media, VideoOptions? video)
    {
        ArgumentNullException.ThrowIfNull(media);
        _videos = video is null ? null : new VideoHasher(video);
        _readers = new MediaPool(media with { Workers = 1, FilesPerWorker = 1 });
        _drawers = new MediaPool(media with { Workers = 1 });
    }

    /// <summary>Shows one picture. Never throws for what is in the file; the outcome says it.</summary>
    /// <param name="content">A seekable stream of known length.</param>
    /// <exception cref="ArgumentOutOfRangeException">The request is out of its range.</exception>
    /// <exception cref="MediaSandboxException">No worker can be started here.</exception>
    public Task<Rendition> RenderAsync(
        Stream content,
        RenditionRequest request,
        CancellationToken cancellation = default
    ) => RenderAsync(content, request, Misbehaviour.None, 0, cancellation);

    /// <summary>The same, with a reader told to go wrong: for the proofs of the limits.</summary>
    internal async Task<Rendition> RenderAsync(
        Stream content,
        RenditionRequest request,
        Misbehaviour misbehaviour,
        long amount,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(request);
        request.Check();
        var (facts, pixels) = await _readers.ReduceAsync(
            content,
            request,
            misbehaviour,
            amount,
            cancellation
        );
        if (facts.Outcome != MediaOutcome.Done)
        {
            return facts;
        }
        var order = DrawOrder.ForPicture(facts.Width, facts.Height, request.Watermark);
        return facts with { Jpeg = await _drawers.DrawAsync(order, pixels, cancellation) };
    }

    /// <summary>
    /// Frames of a video at even distances, with their times, in grey: a sheet that shows what a video is without
    /// playing it. At most <see cref="ContactSheet.MaxFrames"/> frames of at most 240 pixels.
    /// </summary>
    /// <exception cref="MediaSandboxException">Videos cannot be shown here.</exception>
    public async Task<Rendition> SheetAsync(
        Stream content,
        BlurLevel blur,
        string watermark,
        CancellationToken cancellation = default
    )
    {
        var picked = SheetFrames.ForSheet();
        var box = (ContactSheet.CellSide, ContactSheet.CellSide);
        var sheet = await PickAsync(content, picked, box, watermark, cancellation);
        if (sheet.Outcome != MediaOutcome.Done)
        {
            return sheet;
        }
        var (seconds, pixels) = picked.Spread();
        return await DrawAsync(
            sheet with
            {
                FrameSeconds = seconds,
            },
            DrawOrder.ForSheet(seconds, blur, watermark),
            pixels,
            cancellation
        );
    }

    /// <summary>
    /// Frames of a video to be gone through one at a time, in grey: one a second, at most
    /// <see cref="FrameStrip.MaxFrames"/>, of at most 160 pixels; the viewer's name is in each of them.
    /// </summary>
    /// <exception cref="MediaSandboxException">Videos cannot be shown here.</exception>
    public async Task<Rendition> StripAsync(
        Stream content,
        BlurLevel blur,
        string watermark,
        CancellationToken cancellation = default
    )
    {
        var picked = SheetFrames.ForStrip();
        var box = (FrameStrip.CellSide, FrameStrip.CellSide);
        var strip = await PickAsync(content, picked, box, watermark, cancellation);
        if (strip.Outcome != MediaOutcome.Done)
        {
            return strip;
        }
        var (seconds, pixels) = picked.Spread();
        var order = DrawOrder.ForStrip(seconds.Count, blur, watermark);
        var (width, height) = Watermark.SizeOf(watermark, FrameStrip.CellSide, FrameStrip.CellSide);
        return await DrawAsync(
            strip with
            {
                FrameSeconds = seconds,
                Grid = new FrameGrid(order.Columns, width, height),
            },
            order,
            pixels,
            cancellation
        );
    }

    /// <summary>The sound of a video; never throws for what is in the file.</summary>
    /// <exception cref="MediaSandboxException">Videos cannot be decoded here.</exception>
    public async Task<VideoSound> SoundAsync(Stream content, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var (result, samples) = await Videos().SoundAsync(content, cancellation);
        return VideoSound.Of(result, samples);
    }

    /// <summary>What the video is, without a picture yet.</summary>
    private async Task<Rendition> PickAsync(
        Stream content,
        SheetFrames picked,
        (int Width, int Height) box,
        string watermark,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        new RenditionRequest { Watermark = watermark }.Check();
        var result = await Videos().FramesAsync(content, picked.Sampling, box, picked.Take, cancellation);
        return new Rendition
        {
            Outcome = result.Outcome,
            Format = result.Format,
            SourceWidth = result.Width,
            SourceHeight = result.Height,
            Frames = result.Frames,
            Truncated = result.Truncated,
            LastSeconds = result.Video?.LastSeconds ?? 0,
            Advice = result.Advice,
        };
    }

    private async Task<Rendition> DrawAsync(
        Rendition facts,
        DrawOrder order,
        byte[] pixels,
        CancellationToken cancellation
    )
    {
        var (width, height) = DrawLayout.PictureOf(order);
        return facts with
        {
            Jpeg = await _drawers.DrawAsync(order, pixels, cancellation),
            Width = width,
            Height = height,
        };
    }

    private VideoHasher Videos() =>
        _videos ?? throw new MediaSandboxException("Videos are not shown here: install ffmpeg.");

    public async ValueTask DisposeAsync()
    {
        if (_videos is not null)
        {
            await _videos.DisposeAsync();
        }
        await _readers.DisposeAsync();
        await _drawers.DisposeAsync();
    }
}
