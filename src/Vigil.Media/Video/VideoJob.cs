using Vigil.Hashing;
using Vigil.Media.Pool;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Video;

/// <summary>One video: its bytes into memory and digests, then an ffmpeg for each kind of hash.</summary>
internal sealed class VideoJob(
    ProgramLauncher launcher,
    Watchdog watchdog,
    VideoOptions options,
    VideoRequest request,
    CancellationToken cancellation
)
{
    public MediaResult Run(Stream content) => Run(content, Hash);

    /// <param name="look">Has the bytes of what is a video.</param>
    public MediaResult Run(Stream content, Func<InheritedFile, MediaResult> look)
    {
        long length;
        try
        {
            length = content.Length - content.Position;
        }
        catch (IOException)
        {
            return MediaAdvice.OfVideo(MediaOutcome.ReadError);
        }
        if (length > options.Limits.MaxFileBytes)
        {
            return MediaAdvice.OfVideo(MediaOutcome.TooManyBytes);
        }
        using var input = InheritedFile.Take(content, length, request.Digests);
        if (input is null)
        {
            return MediaAdvice.OfVideo(MediaOutcome.ReadError);
        }
        return (OtherThanVideo(input, length) ?? look(input)) with { Digests = input.Digests };
    }

    private static MediaResult? OtherThanVideo(InheritedFile input, long length)
    {
        Span<byte> start = stackalloc byte[VideoHasher.SniffBytes];
        MediaOutcome? outcome =
            length == 0 ? MediaOutcome.Empty
            : VideoHasher.IsVideo(start[..input.ReadStart(start)]) ? null
            : MediaOutcome.NotMedia;
        return outcome is { } told ? MediaAdvice.OfVideo(told) with { Format = MediaFormat.Unknown } : null;
    }

    private MediaResult Hash(InheritedFile input)
    {
        var result = MediaAdvice.OfVideo(MediaOutcome.Done) with { Video = new VideoFacts() };
        if (request.Frames)
        {
            var hashes = new FrameHashes(request.Dihedral);
            var run = new FrameRun(launcher, watchdog, options, request.Sampling, box: null, hashes.Take);
            result = hashes.AddTo(run.Run(input.Handle, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
        if (request.Tmk && result.Outcome == MediaOutcome.Done)
        {
            result = WithTmk(input, result);
            cancellation.ThrowIfCancellationRequested();
        }
        return
            result is { Outcome: MediaOutcome.Done, Truncated: true }
            && request.Truncated == TruncatedPolicy.Refuse
            ? MediaAdvice.OfVideo(MediaOutcome.RefusedTruncated)
            : result;
    }

    /// <summary>The same result with the hash of the whole, or what went wrong.</summary>
    private MediaResult WithTmk(InheritedFile input, MediaResult result)
    {
        using var run = FfmpegRun.Start(
            launcher,
            watchdog,
            options.Limits,
            FfmpegArguments.ForTmk(options),
            input.Handle,
            [],
            cancellation
        );
        var hasher = new TmkHasher();
        var frame = new byte[3 * TmkHasher.FrameSide * TmkHasher.FrameSide];
        bool broken;
        while (run.TryReadFrame(frame, out broken))
        {
            if (hasher.Frames == options.Limits.MaxFrames)
            {
                return MediaAdvice.OfVideo(MediaOutcome.TooManyFrames);
            }
            hasher.Add(new PixelView(frame, TmkHasher.FrameSide, TmkHasher.FrameSide, PixelLayout.Rgb24));
        }
        var (outcome, damaged) = run.Finish(hasher.Frames, broken);
        return outcome == MediaOutcome.Done
            ? result with
            {
                Truncated = result.Truncated || damaged,
                Video = result.Video! with { Tmk = hasher.Finish() },
            }
            : MediaAdvice.OfVideo(outcome);
    }
}
