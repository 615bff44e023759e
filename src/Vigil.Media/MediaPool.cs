using Vigil.Media.Pool;
using Vigil.Media.Protocol;
using Vigil.Media.Sandboxing;
using Vigil.Media.Transforms;

namespace Vigil.Media;

/// <summary>Media jobs cannot run here; the message says what to install or set.</summary>
public sealed class MediaSandboxException(string message, Exception? inner = null)
    : InvalidOperationException(message, inner);

/// <summary>
/// Warm, sandboxed worker processes that decode and hash. This process parses no media: it pumps bytes in and
/// reads a fixed-size answer. One bad file never costs another.
/// </summary>
public sealed class MediaPool : IAsyncDisposable
{
    private readonly MediaOptions _options;
    private readonly WorkerCrew _crew;

    /// <summary>Starts the workers in the background.</summary>
    /// <exception cref="MediaSandboxException">No bubblewrap, and the sandbox is required.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public MediaPool(MediaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require(options.Workers is >= 1 and <= 1024, "Workers must be 1 to 1024.", nameof(options));
        Require(options.FilesPerWorker >= 1, "FilesPerWorker must be at least 1.", nameof(options));
        Require(
            options.Limits.MaxFrames is >= 1 and <= 10_000,
            "MaxFrames must be 1 to 10000.",
            nameof(options)
        );
        // The worker holds a file in one span.
        Require(
            options.Limits.MaxFileBytes <= Array.MaxLength,
            "MaxFileBytes must be under 2 GiB.",
            nameof(options)
        );
        _options = options;
        _crew = new WorkerCrew(options, new SandboxLauncher(options));
        if (options.Sandbox == MediaSandbox.None)
        {
            options.OnWarning?.Invoke(
                "MEDIA IS DECODED WITHOUT A SANDBOX (media.sandbox=none): a file that exploits a decoder acts as this "
                    + "user. Install bubblewrap and remove the setting."
            );
        }
    }

    /// <summary>The system's numbers of the workers that are alive.</summary>
    internal IReadOnlyList<int> WorkerProcessIds => _crew.ProcessIds;

    /// <summary>
    /// Hashes the bytes of <paramref name="content"/> from its position on. Waits for a free worker. Never
    /// throws for what is in the file; the outcome says it.
    /// </summary>
    /// <param name="content">A seekable stream of known length, as <c>InputFile.OpenRead</c> gives.</param>
    /// <exception cref="MediaSandboxException">No worker can be started here.</exception>
    public Task<MediaResult> HashAsync(
        Stream content,
        MediaRequest request,
        CancellationToken cancellation = default
    ) => HashAsync(content, request, Misbehaviour.None, 0, cancellation);

    /// <summary>The same job, with a worker told to go wrong: for the proofs of the limits.</summary>
    internal async Task<MediaResult> HashAsync(
        Stream content,
        MediaRequest request,
        Misbehaviour misbehaviour,
        long amount,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(request);
        long length;
        try
        {
            length = content.Length - content.Position;
        }
        catch (IOException)
        {
            return MediaAdvice.Result(MediaOutcome.ReadError);
        }
        if (length > _options.Limits.MaxFileBytes)
        {
            return MediaAdvice.Result(MediaOutcome.TooManyBytes);
        }
        var order = HashOrder.For(request, _options.Limits, length) with
        {
            Misbehaviour = misbehaviour,
            MisbehaviourAmount = amount,
        };
        var job = new HashJob(content, request, order);
        if (length == 0 || !request.Pdq)
        {
            var result = await Task.Run(job.RunWithoutWorker, cancellation);
            return length == 0
                ? MediaAdvice.Result(MediaOutcome.Empty) with
                {
                    Digests = result.Digests,
                }
                : result;
        }
        return await _crew.RunAsync(job.Run, cancellation);
    }

    /// <summary>Encodes RGB pixels as JPEG in a worker.</summary>
    /// <exception cref="MediaSandboxException">No worker can be started here, or the worker could not
    /// encode.</exception>
    public Task<byte[]> EncodeJpegAsync(
        ReadOnlyMemory<byte> rgb,
        JpegEncoding encoding,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(encoding);
        var pixels = (long)encoding.Width * encoding.Height;
        Require(
            encoding is { Width: >= 1, Height: >= 1 } && pixels <= _options.Limits.MaxPixels,
            "Width and height must be at least 1, and their product within MaxPixels.",
            nameof(encoding)
        );
        Require(
            rgb.Length == 3 * pixels,
            "The pixels must be 3 bytes each, rows without padding.",
            nameof(rgb)
        );
        return _crew.RunAsync(
            (channel, _, killed) => EncodeJob.Run(channel, rgb.Span, encoding, killed()),
            cancellation
        );
    }

    /// <summary>
    /// Times decoding and hashing of one picture in a worker; the outcome says why there are no times.
    /// </summary>
    /// <param name="rounds">1 to 100, after two that do not count.</param>
    /// <exception cref="MediaSandboxException">No worker can be started here, or the worker did not
    /// answer.</exception>
    public async Task<(MediaOutcome Outcome, HashTimings Timings)> MeasureAsync(
        ReadOnlyMemory<byte> file,
        int rounds,
        CancellationToken cancellation = default
    )
    {
        Require(rounds is >= 1 and <= BenchAnswer.MaxRounds, "Rounds must be 1 to 100.", nameof(rounds));
        if (file.Length == 0 || file.Length > _options.Limits.MaxFileBytes)
        {
            var outcome = file.Length == 0 ? MediaOutcome.Empty : MediaOutcome.TooManyBytes;
            return (outcome, new HashTimings());
        }
        var order = HashOrder.For(new MediaRequest(), _options.Limits, file.Length);
        return await _crew.RunAsync(
            (channel, _, killed) => BenchJob.Run(channel, file.Span, order, rounds, killed()),
            cancellation
        );
    }

    /// <summary>
    /// Makes each of <see cref="EverydayTransforms.All"/> of one picture in a worker, and hashes what comes out, by the
    /// whole and by every part, in every symmetry. Pixels never leave the worker.
    /// </summary>
    /// <param name="maxSidePixels">64 to 4096: larger pictures are shrunk first.</param>
    /// <param name="seed">Of what is drawn: writing, noise, the other pictures of a collage.</param>
    /// <exception cref="MediaSandboxException">No worker can be started here, or the worker did not
    /// answer.</exception>
    public async Task<(MediaOutcome Outcome, IReadOnlyList<TransformHash> Hashes)> TransformAsync(
        ReadOnlyMemory<byte> file,
        int maxSidePixels,
        int seed,
        CancellationToken cancellation = default
    )
    {
        Require(
            maxSidePixels is >= TransformAnswer.MinSide and <= TransformAnswer.MaxSide,
            "The longer side must be 64 to 4096 pixels.",
            nameof(maxSidePixels)
        );
        if (file.Length == 0 || file.Length > _options.Limits.MaxFileBytes)
        {
            return (file.Length == 0 ? MediaOutcome.Empty : MediaOutcome.TooManyBytes, []);
        }
        var order = HashOrder.For(new MediaRequest(), _options.Limits, file.Length);
        return await _crew.RunAsync(
            (channel, _, killed) =>
                TransformJob.Run(channel, file.Span, order, maxSidePixels, seed, killed()),
            cancellation
        );
    }

    /// <summary>Decodes one picture in a worker, and has its reduction back as RGB pixels.</summary>
    internal async Task<(Rendition Facts, byte[] Rgb)> ReduceAsync(
        Stream content,
        RenditionRequest request,
        Misbehaviour misbehaviour,
        long amount,
        CancellationToken cancellation
    )
    {
        long length;
        try
        {
            length = content.Length - content.Position;
        }
        catch (IOException)
        {
            return ReduceJob.Failed(MediaOutcome.ReadError);
        }
        if (length == 0 || length > _options.Limits.MaxFileBytes)
        {
            return ReduceJob.Failed(length == 0 ? MediaOutcome.Empty : MediaOutcome.TooManyBytes);
        }
        var order = HashOrder.For(new MediaRequest(), _options.Limits, length) with
        {
            Misbehaviour = misbehaviour,
            MisbehaviourAmount = amount,
        };
        return await _crew.RunAsync(new ReduceJob(content, request, order).Run, cancellation);
    }

    /// <summary>Draws what people see of pixels, in a worker.</summary>
    /// <exception cref="MediaSandboxException">No worker can be started here, or the worker did not
    /// answer.</exception>
    internal Task<byte[]> DrawAsync(
        DrawOrder order,
        ReadOnlyMemory<byte> pixels,
        CancellationToken cancellation
    ) =>
        _crew.RunAsync(
            (channel, _, killed) => DrawJob.Run(channel, order, pixels.Span, killed()),
            cancellation
        );

    /// <summary>Has a worker try to break each promise of its sandbox from inside.</summary>
    /// <exception cref="MediaSandboxException">No worker can be started here, or the worker did not
    /// answer.</exception>
    public Task<SandboxReport> SelfTestAsync(CancellationToken cancellation = default) =>
        _crew.RunAsync(
            (channel, _, _) => SandboxReport.From(SelfTestJob.Run(channel), OwnView.NetworkNamespace()),
            cancellation
        );

    private static void Require(bool holds, string message, string parameter)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(parameter, message);
        }
    }

    /// <summary>Kills what runs and returns when no worker process is left.</summary>
    public ValueTask DisposeAsync() => _crew.DisposeAsync();
}
