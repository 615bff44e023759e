using Microsoft.Win32.SafeHandles;
using Vigil.Media.Pool;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Video;

/// <summary>One ffmpeg from its start to its end: its pipes, and why it ended.</summary>
internal sealed class FfmpegRun : IDisposable
{
    private readonly ProgramRun _run;
    private readonly Pipe _pixels;
    private readonly Complaints _complaints;

    private FfmpegRun(
        ProgramLauncher launcher,
        Watchdog watchdog,
        VideoLimits limits,
        IReadOnlyList<string> arguments,
        SafeFileHandle video,
        IReadOnlyList<Pipe> clocks,
        CancellationToken cancellation
    )
    {
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
            SafeFileHandle?[] descriptors = [video, .. writing];
            _run = new ProgramRun(launcher, watchdog, LimitsOf(limits), arguments, descriptors, cancellation);
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
    }

    /// <summary>Raw pixels, frame after frame; samples, where a sound was asked for.</summary>
    public Stream Pixels { get; }

    /// <param name="video">Opened for reading only.</param>
    /// <param name="clocks">From <see cref="ChildDescriptors.Clock"/> on; their writing ends are handed
    /// over.</param>
    /// <exception cref="MediaSandboxException">It could not be started.</exception>
    public static FfmpegRun Start(
        ProgramLauncher launcher,
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

    /// <summary>All that comes, or as much as there is room for; null: it cannot be read.</summary>
    public int? ReadAll(Span<byte> room)
    {
        try
        {
            return Pixels.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
        }
        catch (IOException)
        {
            return null;
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
        var (ended, code) = _run.Finish();
        _complaints.Finish();
        var outcome = ended ?? (code == 0 && frames > 0 ? MediaOutcome.Done : WithoutFrames(frames));
        return (outcome, _complaints.AboutData);
    }

    private MediaOutcome WithoutFrames(int frames) =>
        frames > 0 ? MediaOutcome.Damaged
        : _complaints.TooManyPixels ? MediaOutcome.TooManyPixels
        : _complaints.NotRead ? MediaOutcome.Unsupported
        : MediaOutcome.Damaged;

    public void Kill(KillReason reason) => _run.Kill(reason);

    private static MediaLimits LimitsOf(VideoLimits limits) =>
        new()
        {
            MaxResidentBytes = limits.MaxResidentBytes,
            MaxCpuTime = limits.MaxCpuTime,
            MaxWallTime = limits.MaxWallTime,
        };

    public void Dispose()
    {
        _run.Dispose();
        Pixels.Dispose();
        _pixels.Dispose();
    }
}
