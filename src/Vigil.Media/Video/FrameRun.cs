using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Vigil.Hashing;
using Vigil.Media.Pool;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Video;

/// <summary>The picked frames of one video, hashed as they come; one frame is in memory at a time.</summary>
internal sealed class FrameRun(
    FfmpegLauncher launcher,
    Watchdog watchdog,
    VideoOptions options,
    VideoRequest request
)
{
    private readonly PdqHasher _hasher = new();
    private readonly PdqResult[] _results = new PdqResult[request.Dihedral ? 8 : 1];
    private readonly List<VpdqFeature> _features = [];
    private readonly List<FrameHash> _hashes = [];
    private readonly bool _every = request.Sampling.IntervalSeconds <= 0;
    private int _frame = -1;
    private long _lastTime;

    public MediaResult Run(SafeFileHandle video, CancellationToken cancellation)
    {
        Pipe[] pipes = _every ? [Pipe.Open()] : [Pipe.Open(), Pipe.Open()];
        using var run = FfmpegRun.Start(
            launcher,
            watchdog,
            options.Limits,
            FfmpegArguments.ForFrames(options, request.Sampling),
            video,
            pipes,
            cancellation
        );
        var clocks = pipes.Select(pipe => ClockOf(pipe, run)).ToArray();
        var (all, picked) = (clocks[0], clocks[^1]);
        if (all.WaitForSize() is { } size && !IsAllowed(size))
        {
            return MediaAdvice.OfVideo(MediaOutcome.TooManyPixels);
        }
        var (width, height) = all.WaitForSize() ?? (0, 0);
        var broken = width > 0 && !TryHashFrames(run, all, picked, width, height);
        // What is left: frames that were not picked; and of picked ones, more times than pictures.
        broken |= picked.Next() is not null;
        while (TryAdvance(all)) { }
        var (outcome, damaged) = run.Finish(_features.Count, broken || clocks.Any(clock => clock.IsBroken));
        outcome = clocks.Any(clock => clock.IsOver) ? MediaOutcome.TooManyFrames : outcome;
        return outcome == MediaOutcome.Done
            ? MediaAdvice.OfVideo(outcome) with
            {
                Width = width,
                Height = height,
                Frames = all.Taken,
                Truncated = damaged,
                Hashes = _hashes,
                Video = new VideoFacts { Features = _features, LastSeconds = Seconds(_lastTime) },
            }
            : MediaAdvice.OfVideo(outcome);
    }

    private FrameClock ClockOf(Pipe pipe, FfmpegRun run) =>
        FrameClock.Start(
            pipe.Reading,
            options.Limits.MaxFrames,
            options.Limits.MaxLength,
            () => run.Kill(KillReason.PoolClosed)
        );

    private bool IsAllowed((int Width, int Height) size) =>
        size.Width <= options.Limits.MaxSidePixels
        && size.Height <= options.Limits.MaxSidePixels
        && (long)size.Width * size.Height <= options.Limits.MaxPixels;

    /// <summary>False when the pictures and their times do not belong together.</summary>
    private bool TryHashFrames(FfmpegRun run, FrameClock all, FrameClock picked, int width, int height)
    {
        var pixels = GC.AllocateUninitializedArray<byte>(checked(3 * width * height));
        run.MakeRoom(pixels.Length);
        try
        {
            bool broken;
            while (run.TryReadFrame(pixels, out broken))
            {
                if (!TryFindFrame(all, picked))
                {
                    return false;
                }
                Hash(new PixelView(pixels, width, height, PixelLayout.Rgb24));
            }
            return !broken;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pixels);
        }
    }

    /// <summary>Which frame of all the picked one is: the next with its time.</summary>
    private bool TryFindFrame(FrameClock all, FrameClock picked)
    {
        if (_every)
        {
            return TryAdvance(all);
        }
        if (picked.Next() is not { } time)
        {
            return false;
        }
        while (TryAdvance(all))
        {
            if (_lastTime == time)
            {
                return true;
            }
        }
        return false;
    }

    private bool TryAdvance(FrameClock all)
    {
        if (all.Next() is not { } time)
        {
            return false;
        }
        _frame++;
        _lastTime = time;
        return true;
    }

    private void Hash(PixelView picture)
    {
        if (request.Dihedral)
        {
            _hasher.HashDihedral(picture, _results);
        }
        else
        {
            _results[0] = _hasher.Hash(picture);
        }
        _features.Add(new VpdqFeature(_frame, _results[0].Quality, _results[0].Hash, Seconds(_lastTime)));
        for (var variant = 0; variant < _results.Length; variant++)
        {
            var (hash, quality) = _results[variant];
            _hashes.Add(new FrameHash(_frame, PictureView.Stored, (Dihedral)variant, hash, quality));
        }
    }

    private static double Seconds(long time) => (double)time / FfmpegArguments.TicksPerSecond;
}
