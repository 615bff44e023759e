using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Vigil.Hashing;
using Vigil.Media.Pool;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Video;

/// <summary>Takes a picked frame; its pixels are gone after the call.</summary>
/// <param name="frame">Its number among all frames.</param>
/// <param name="seconds">When it is shown.</param>
internal delegate void FrameSink(PixelView picture, int frame, double seconds);

/// <summary>The picked frames of one video, given away as they come; one frame is in memory at a time.</summary>
/// <param name="box">The size in which frames come; null: as stored.</param>
internal sealed class FrameRun(
    ProgramLauncher launcher,
    Watchdog watchdog,
    VideoOptions options,
    FrameSampling sampling,
    (int Width, int Height)? box,
    FrameSink take
)
{
    private readonly bool _every = sampling.IntervalSeconds <= 0;
    private int _frame = -1;
    private int _picked;
    private long _lastTime;

    /// <returns>What the video is, without hashes.</returns>
    public MediaResult Run(SafeFileHandle video, CancellationToken cancellation)
    {
        Pipe[] pipes = _every ? [Pipe.Open()] : [Pipe.Open(), Pipe.Open()];
        using var run = FfmpegRun.Start(
            launcher,
            watchdog,
            options.Limits,
            FfmpegArguments.ForFrames(options, sampling, box),
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
        var broken = width > 0 && !TryTakeFrames(run, all, picked, box ?? (width, height));
        // What is left: frames that were not picked; and of picked ones, more times than pictures.
        broken |= picked.Next() is not null;
        while (TryAdvance(all)) { }
        var (outcome, damaged) = run.Finish(_picked, broken || clocks.Any(clock => clock.IsBroken));
        outcome = clocks.Any(clock => clock.IsOver) ? MediaOutcome.TooManyFrames : outcome;
        return outcome == MediaOutcome.Done
            ? MediaAdvice.OfVideo(outcome) with
            {
                Width = width,
                Height = height,
                Frames = all.Taken,
                Truncated = damaged,
                Video = new VideoFacts { LastSeconds = Seconds(_lastTime) },
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
    private bool TryTakeFrames(FfmpegRun run, FrameClock all, FrameClock picked, (int Width, int Height) size)
    {
        var pixels = GC.AllocateUninitializedArray<byte>(checked(3 * size.Width * size.Height));
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
                _picked++;
                take(
                    new PixelView(pixels, size.Width, size.Height, PixelLayout.Rgb24),
                    _frame,
                    Seconds(_lastTime)
                );
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

    private static double Seconds(long time) => (double)time / FfmpegArguments.TicksPerSecond;
}
