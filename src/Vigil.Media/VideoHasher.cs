using Vigil.Media.Decoding;
using Vigil.Media.Pool;
using Vigil.Media.Sandboxing;
using Vigil.Media.Video;

namespace Vigil.Media;

/// <summary>
/// Decodes videos by ffmpeg, one sandboxed process each, and hashes their frames as they come. This process
/// parses no media: it reads raw pixels and lines of numbers. Memory does not grow with a video's length,
/// its bytes and some hundred bytes of each hashed frame apart. Audio is decoded where a
/// person asks to hear it, not for hashes.
/// </summary>
public sealed class VideoHasher : IAsyncDisposable
{
    private readonly VideoOptions _options;
    private readonly ProgramLauncher _launcher;
    private readonly Watchdog _watchdog = new();
    private readonly OwnThreads _threads;

    /// <exception cref="MediaSandboxException">No ffmpeg, or no bubblewrap and the sandbox is
    /// required.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public VideoHasher(VideoOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Jobs, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.DecoderThreads, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.DecoderThreads, 16, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Limits.MaxFrames, 1, nameof(options));
        // A frame is hashed as one span.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            options.Limits.MaxPixels,
            Array.MaxLength / 3,
            nameof(options)
        );
        _options = options;
        _launcher = new ProgramLauncher(options.Sandbox, SandboxedProgram.Ffmpeg);
        _threads = new OwnThreads(options.Jobs, "vigil video");
        if (options.Sandbox == MediaSandbox.None)
        {
            options.OnWarning?.Invoke(
                "VIDEO IS DECODED WITHOUT A SANDBOX (media.sandbox=none): a file that exploits ffmpeg acts as this "
                    + "user. Install bubblewrap and remove the setting."
            );
        }
    }

    /// <summary>Bytes that <see cref="IsVideo"/> needs to tell every container.</summary>
    public const int SniffBytes = 512;

    /// <summary>
    /// Whether a file that begins so is a video, by its content alone. False also for what is no media.
    /// </summary>
    public static bool IsVideo(ReadOnlySpan<byte> start) => FormatSniffer.Sniff(start) == MediaFormat.Video;

    /// <summary>
    /// Hashes the bytes of <paramref name="content"/> from its position on. Waits for a free place. Never
    /// throws for what is in the file; the outcome says it.
    /// </summary>
    /// <param name="content">A seekable stream of known length; a <see cref="MediaMemory"/> is not
    /// copied.</param>
    /// <exception cref="MediaSandboxException">ffmpeg cannot be started here.</exception>
    public async Task<MediaResult> HashAsync(
        Stream content,
        VideoRequest request,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(request);
        return await _threads.RunAsync(
            ending => new VideoJob(_launcher, _watchdog, _options, request, ending).Run(content),
            cancellation
        );
    }

    /// <summary>Gives the picked frames away as pixels, upright, fitted into a box; no hash is made.</summary>
    /// <returns>What the video is.</returns>
    internal Task<MediaResult> FramesAsync(
        Stream content,
        FrameSampling sampling,
        (int Width, int Height) box,
        FrameSink take,
        CancellationToken cancellation
    ) =>
        _threads.RunAsync(
            ending =>
            {
                var run = new FrameRun(_launcher, _watchdog, _options, sampling, box, take);
                var request = new VideoRequest { Digests = false };
                var job = new VideoJob(_launcher, _watchdog, _options, request, ending);
                var result = job.Run(content, input => run.Run(input.Handle, ending));
                ending.ThrowIfCancellationRequested();
                return result;
            },
            cancellation
        );

    /// <summary>The first sound of a video, as <see cref="SoundRun"/> has it.</summary>
    /// <returns>What became of it, and its samples; none unless it is Done.</returns>
    internal Task<(MediaResult Result, byte[] Samples)> SoundAsync(
        Stream content,
        CancellationToken cancellation
    ) =>
        _threads.RunAsync(
            ending =>
            {
                var run = new SoundRun(_launcher, _watchdog, _options);
                var request = new VideoRequest { Digests = false };
                var job = new VideoJob(_launcher, _watchdog, _options, request, ending);
                var result = job.Run(content, input => run.Run(input.Handle, ending));
                ending.ThrowIfCancellationRequested();
                return (result, run.Samples);
            },
            cancellation
        );

    /// <summary>Kills what runs and returns when no ffmpeg is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _threads.DisposeAsync();
        _watchdog.Dispose();
    }
}
