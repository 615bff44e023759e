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
        ArgumentNullException.ThrowIfNull(content);
        new RenditionRequest { Watermark = watermark }.Check();
        var videos = _videos ?? throw new MediaSandboxException("Videos are not shown here: install ffmpeg.");
        var picked = new SheetFrames();
        var result = await videos.FramesAsync(
            content,
            SheetFrames.Sampling,
            (ContactSheet.CellSide, ContactSheet.CellSide),
            picked.Take,
            cancellation
        );
        var sheet = new Rendition
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
        if (result.Outcome != MediaOutcome.Done)
        {
            return sheet;
        }
        var (seconds, pixels) = picked.Spread();
        var order = DrawOrder.ForSheet(seconds, blur, watermark);
        var (width, height) = DrawLayout.PictureOf(order);
        return sheet with
        {
            Jpeg = await _drawers.DrawAsync(order, pixels, cancellation),
            Width = width,
            Height = height,
            FrameSeconds = seconds,
        };
    }

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
