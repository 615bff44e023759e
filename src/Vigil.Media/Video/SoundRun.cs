using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Vigil.Media.Pool;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Video;

/// <summary>
/// The first sound of one video as samples, by an ffmpeg that has decoders of sound alone. Samples have no form:
/// whatever a video made ffmpeg send, it is noise at worst.
/// </summary>
internal sealed class SoundRun(ProgramLauncher launcher, Watchdog watchdog, VideoOptions options)
{
    /// <summary>A little more than is kept, to know that there is more.</summary>
    private const double SurplusSeconds = 0.5;

    /// <summary>Little-endian, 16 bits; at most <see cref="VideoSound.MaxBytes"/> and a little more.</summary>
    public byte[] Samples { get; private set; } = [];

    public MediaResult Run(SafeFileHandle video, CancellationToken cancellation)
    {
        using var run = FfmpegRun.Start(
            launcher,
            watchdog,
            options.Limits,
            FfmpegArguments.ForSound(options, VideoSound.MaxSeconds + SurplusSeconds),
            video,
            [],
            cancellation
        );
        var most = VideoSound.MaxBytes + (int)(SurplusSeconds * VideoSound.BytesPerSecond);
        // One more than may come: what is over is seen.
        var bytes = new byte[most + 1];
        try
        {
            var read = run.ReadAll(bytes) ?? most + 1;
            var broken = read > most || read % VideoSound.BytesPerSample != 0;
            var (outcome, damaged) = run.Finish(read / VideoSound.BytesPerSample, broken);
            Samples = outcome == MediaOutcome.Done ? bytes[..read] : [];
            return MediaAdvice.OfVideo(outcome) with { Truncated = damaged };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
