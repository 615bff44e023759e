using Microsoft.Win32.SafeHandles;
using Vigil.Media.Pool;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Video;

/// <summary>
/// One ffmpeg from its start to its end, on the thread that made it: its pipes, what it has used, and why it
/// ended.
/// </summary>
internal sealed class FfmpegRun : IWatched, IDisposable
{
    /// <summary>Killed by SIGXCPU: the kernel's own limit of processor time.</summary>
    private const int OverCpuLimit = 128 + 24;

    private readonly Watchdog _watchdog;
    private readonly ChildProcess _process;
    private readonly JobWatch _watch;
    private readonly Pipe _pixels;
    private readonly Complaints _complaints;
    private readonly CancellationTokenRegistration _onCancel;

    /// <summary>Guards <see cref="_watched"/>: the watchdog, a cancelled caller and this thread use it.</summary>
    private readonly Lock _lock = new();
    private WatchedProcess? _watched;
    private int _killReason;

    private FfmpegRun(
        FfmpegLauncher launcher,
        Watchdog watchdog,
        VideoLimits limits,
        IReadOnlyList<string> arguments,
        SafeFileHandle video,
        IReadOnlyList<Pipe> clocks,
        CancellationToken cancellation
    )
    {
        _watchdog = watchdog;
        _pixels = Pipe.Open();
        var errors = Pipe.Open();
        SafeFileHandle?[] writing =
        [
            _pixels.Writing,
            errors.Writing,
            .. clocks.Select(clock => clock.Writing),
        ];
        try
        {
            _process = launcher.Start(arguments, limits.MaxCpuTime, [video, .. writing]);
        }
        catch
        {
            _pixels.Dispose();
            errors.Dispose();
            throw;
        }
        finally
        {
            // The end of a pipe shows only when nobody else can write to it.
            foreach (var descriptor in writing)
            {
                descriptor?.Dispose();
            }
        }
        _complaints = Complaints.Start(errors.Reading);
        Pixels = new FileStream(_pixels.Reading, FileAccess.Read, bufferSize: 0);
        _watch = new JobWatch(this, limits.MaxWallTime, LimitsOf(limits));
        _watchdog.Add(_watch);
        _onCancel = cancellation.UnsafeRegister(
            static run => ((FfmpegRun)run!).Kill(KillReason.Cancelled),
            this
        );
    }

    /// <summary>Raw pixels, frame after frame.</summary>
    public Stream Pixels { get; }

    public KillReason Killed => (KillReason)Volatile.Read(ref _killReason);

    /// <param name="video">Opened for reading only.</param>
    /// <param name="clocks">From <see cref="ChildDescriptors.Clock"/> on; their writing ends are handed
    /// over.</param>
    /// <exception cref="MediaSandboxException">It could not be started.</exception>
    public static FfmpegRun Start(
        FfmpegLauncher launcher,
        Watchdog watchdog,
        VideoLimits limits,
        IReadOnlyList<string> arguments,
        SafeFileHandle video,
        IReadOnlyList<Pipe> clocks,
        CancellationToken cancellation
    ) => new(launcher, watchdog, limits, arguments, video, clocks, cancellation);

    public void MakeRoom(long frameBytes) => _pixels.MakeRoom(frameBytes);

    /// <summary>False at the end; what is left of a frame that was begun counts as broken.</summary>
    public bool TryReadFrame(Span<byte> frame, out bool broken)
    {
        broken = false;
        try
        {
            var read = Pixels.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false);
            broken = read > 0 && read < frame.Length;
            return read == frame.Length;
        }
        catch (IOException)
        {
            broken = true;
            return false;
        }
    }

    /// <summary>
    /// How it ended, once its pixels are read or no more of them are wanted: waits for the process.
    /// </summary>
    /// <param name="frames">Whole frames that came.</param>
    /// <param name="broken">It said or sent what it must not.</param>
    public (MediaOutcome Outcome, bool Damaged) Finish(int frames, bool broken)
    {
        if (broken)
        {
            Kill(KillReason.PoolClosed);
        }
        var code = _process.WaitForExit();
        _watchdog.Remove(_watch);
        _complaints.Finish();
        var outcome = Killed switch
        {
            KillReason.OutOfTime => MediaOutcome.OutOfTime,
            KillReason.OutOfMemory => MediaOutcome.OutOfMemory,
            KillReason.None when code == OverCpuLimit => MediaOutcome.OutOfTime,
            KillReason.None when code == 0 && frames > 0 => MediaOutcome.Done,
            KillReason.None when code is >= 0 and < 128 => WithoutFrames(frames),
            _ => MediaOutcome.WorkerCrashed,
        };
        return (outcome, _complaints.AboutData);
    }

    private MediaOutcome WithoutFrames(int frames) =>
        frames > 0 ? MediaOutcome.Damaged
        : _complaints.TooManyPixels ? MediaOutcome.TooManyPixels
        : _complaints.NotRead ? MediaOutcome.Unsupported
        : MediaOutcome.Damaged;

    public Usage? ReadUsage()
    {
        lock (_lock)
        {
            _process.WhileAlive(id => _watched ??= WatchedProcess.Find(id, "ffmpeg"u8));
            return _watched?.Read();
        }
    }

    public void Kill(KillReason reason)
    {
        _ = Interlocked.CompareExchange(ref _killReason, (int)reason, (int)KillReason.None);
        lock (_lock)
        {
            _process.WhileAlive(id =>
            {
                if (_watched is not null)
                {
                    _watched.Kill();
                }
                else
                {
                    WatchedProcess.KillTree(id);
                }
            });
        }
    }

    private static MediaLimits LimitsOf(VideoLimits limits) =>
        new() { MaxResidentBytes = limits.MaxResidentBytes, MaxCpuTime = limits.MaxCpuTime };

    public void Dispose()
    {
        // Whatever ended the reading, no ffmpeg is left behind.
        if (Killed == KillReason.None)
        {
            Kill(KillReason.PoolClosed);
        }
        _ = _process.WaitForExit();
        _onCancel.Dispose();
        _watchdog.Remove(_watch);
        Pixels.Dispose();
        _pixels.Dispose();
        _watched?.Dispose();
    }
}
