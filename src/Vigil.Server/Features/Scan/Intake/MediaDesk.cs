using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Media;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>
/// The sandboxed workers, and the queue before them. What a worker could not read becomes a code; the digests
/// are looked up all the same.
/// </summary>
internal sealed partial class MediaDesk(
    ServerOptions options,
    ReadinessChecks readiness,
    ILogger<MediaDesk> log
) : IHostedService, IAsyncDisposable
{
    /// <summary>No worker can be started on this machine.</summary>
    public const string Unavailable = "media_unavailable";

    /// <summary>The server ended before the file was looked at.</summary>
    private const string Interrupted = Pending.PendingScans.Interrupted;

    private static readonly MediaRequest DigestsOnly = new() { Pdq = false };
    private static readonly VideoRequest Frames = new()
    {
        Dihedral = true,
        Sampling = FrameSampling.ForLookUps,
    };

    private readonly MediaRequest _firstFrame = new() { Dihedral = true, Parts = options.PictureParts };

    /// <summary>How long the end waits for files that are being looked at.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    private MediaPool? _pool;
    private VideoHasher? _videos;
    private volatile bool _isBroken;
    private int _jobs;
    private bool _isEnding;

    /// <summary>Jobs that wait or run.</summary>
    public int Jobs => Volatile.Read(ref _jobs);

    public long MaxFileBytes => options.Media.Limits.MaxFileBytes;

    internal MediaPool Pool => _pool ?? throw new InvalidOperationException("The server has not started.");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var warn = options.Media.OnWarning;
        _pool = new MediaPool(
            options.Media with
            {
                OnWarning = text =>
                {
                    warn?.Invoke(text);
                    LogWorker(log, text);
                },
            }
        );
        try
        {
            _videos = new VideoHasher(
                options.Video with
                {
                    Sandbox = options.Media.Sandbox,
                    OnWarning = text => LogWorker(log, text),
                }
            );
        }
        catch (MediaSandboxException e)
        {
            // Pictures are served all the same; a video's digests are looked up, and its answer says so.
            LogWorker(log, e.Message);
        }
        readiness.Add("media", State);
        return Task.CompletedTask;
    }

    /// <summary>Finishes what it can; the rest is answered as interrupted, while the database is still there.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await EmptyAsync(DrainTime);
        _isEnding = true;
        await DisposeAsync();
        await EmptyAsync(DrainTime);
    }

    private async Task EmptyAsync(TimeSpan atMost)
    {
        var began = Stopwatch.GetTimestamp();
        while (Jobs > 0 && Stopwatch.GetElapsedTime(began) < atMost)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }
    }

    /// <summary>
    /// Never red: digests are looked up without a worker, and a later upload shows that one starts again.
    /// </summary>
    private ReadinessState State() =>
        _isBroken
            ? ReadinessState.Warning(
                "No media worker could be started; digests only are looked up.",
                "Run 'vigil doctor' on this machine."
            )
        : _videos is null
            ? ReadinessState.Warning(
                "Videos cannot be decoded; their digests only are looked up.",
                "Run 'vigil doctor' on this machine."
            )
        : ReadinessState.Ready("Media workers are served.");

    /// <summary>Said before a body is read, so that what would be refused is not read.</summary>
    /// <exception cref="ProblemException">More wait than may.</exception>
    public void CheckQueue()
    {
        if (Jobs >= options.Media.Workers + options.Scan.MaxWaitingMedia)
        {
            throw new ProblemException(
                429,
                "media_queue_full",
                "Too many files wait for a worker: send this again later, or add workers or scan nodes."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }
    }

    /// <summary>Everything that can be known of the file's bytes.</summary>
    /// <param name="upload">Goes as soon as nothing more is read, or stays for who seals it.</param>
    /// <param name="stays">It is let go of by the caller.</param>
    /// <param name="cancellation">Ends the look.</param>
    public async Task<ScanFacts> LookAsync(Upload upload, bool stays, CancellationToken cancellation)
    {
        using var held = stays ? null : upload;
        var content = upload.Content;
        Interlocked.Increment(ref _jobs);
        try
        {
            if (upload.IsVideo)
            {
                return await LookAtVideoAsync(content, cancellation);
            }
            var result = await HashAsync(content, _firstFrame with { AllFrames = true }, cancellation);
            if (result.Outcome == MediaOutcome.TooManyFrames)
            {
                // Its first frame still tells much; the code says that the rest was not looked at.
                content.Position = 0;
                var first = await HashAsync(content, _firstFrame, cancellation);
                return FactsOf(first, CodeOf(first) ?? NameOf(MediaOutcome.TooManyFrames));
            }
            _isBroken = false;
            return FactsOf(result, CodeNow(result));
        }
        catch (Exception e) when (_isEnding && e is OperationCanceledException or ObjectDisposedException)
        {
            return new ScanFacts { Fingerprint = new Fingerprint(), NotLookedUp = Interrupted };
        }
        catch (MediaSandboxException e)
        {
            LogWorker(log, e.Message);
            _isBroken = true;
            content.Position = 0;
            return FactsOf(await Pool.HashAsync(content, DigestsOnly, cancellation), Unavailable);
        }
        finally
        {
            Interlocked.Decrement(ref _jobs);
        }
    }

    /// <summary>What fails while the server ends, fails because of that.</summary>
    private string? CodeNow(MediaResult result) =>
        CodeOf(result) is { } code
            ? _isEnding
                ? Interrupted
                : code
            : null;

    private async Task<ScanFacts> LookAtVideoAsync(Stream content, CancellationToken cancellation)
    {
        if (_videos is not { } videos)
        {
            return FactsOf(await Pool.HashAsync(content, DigestsOnly, cancellation), Unavailable);
        }
        var result = await videos.HashAsync(content, Frames, cancellation);
        return FactsOf(result, CodeNow(result));
    }

    private Task<MediaResult> HashAsync(
        Stream content,
        MediaRequest request,
        CancellationToken cancellation
    ) => Pool.HashAsync(content, request, cancellation);

    /// <summary>
    /// Null: all of it was looked at. A file that is no picture has no more than its digests. A picture that
    /// ends early is hashed as far as it goes, but what is missing was not seen.
    /// </summary>
    internal static string? CodeOf(MediaResult result) =>
        result.Outcome switch
        {
            MediaOutcome.Done => result.Truncated ? "truncated" : null,
            MediaOutcome.NotMedia => null,
            MediaOutcome.Unsupported => "unsupported_format",
            _ => NameOf(result.Outcome),
        };

    private static string NameOf(MediaOutcome outcome) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString());

    private static ScanFacts FactsOf(MediaResult result, string? code)
    {
        var pictures = LookedUp(result);
        return new ScanFacts
        {
            Fingerprint = new Fingerprint
            {
                Md5 = result.Digests?.Md5,
                Sha1 = result.Digests?.Sha1,
                Sha256 = result.Digests?.Sha256,
                Pictures = [.. pictures.Select(hash => new PdqResult(hash.Hash, hash.Quality))],
                WholePictures = pictures.Count(hash => hash.Part == PicturePart.Whole),
                PictureSeconds = result.Video is { } video
                    ? [.. pictures.Select(hash => video.SecondsOf(hash.Frame))]
                    : null,
            },
            PictureKinds = [.. pictures.Select(PictureWords.Of)],
            NotLookedUp = code,
        };
    }

    /// <summary>
    /// Turned and mirrored copies of an animation are known by their first frame: eight look-ups of each of 500
    /// frames would find nothing more. A video's frames are few, and differ.
    /// </summary>
    /// <returns>Pieces behind the whole pictures: the rules treat them apart.</returns>
    private static FrameHash[] LookedUp(MediaResult result) =>
        [
            .. result
                .Hashes.Where(hash =>
                    result.Video is not null || hash.Frame == 0 || hash.Variant == Dihedral.Original
                )
                .OrderBy(hash => hash.Part != PicturePart.Whole),
        ];

    public async ValueTask DisposeAsync()
    {
        if (_videos is not null)
        {
            await _videos.DisposeAsync();
        }
        if (_pool is not null)
        {
            await _pool.DisposeAsync();
        }
    }

    [LoggerMessage(300, LogLevel.Warning, "Media: {Text}")]
    private static partial void LogWorker(ILogger log, string text);
}
