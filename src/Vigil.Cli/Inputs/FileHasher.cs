using System.Collections.Concurrent;
using System.CommandLine;
using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Files;
using Vigil.Hashing;
using Vigil.Media;

namespace Vigil.Cli.Inputs;

/// <summary>
/// What hashing one file gave. <see cref="Media"/> is there whenever the file could be opened.
/// </summary>
internal sealed record HashedFile(string Path, MediaResult? Media, Failure? Failure, long Bytes = 0);

/// <summary>
/// Opens and hashes files: pictures in the media workers, videos by ffmpeg, digests alone in this process.
/// </summary>
/// <param name="startPool">Called when the first picture is to be hashed, not at all where none is.</param>
/// <param name="startVideo">The same for the first video.</param>
/// <param name="video">Null: videos are not decoded.</param>
internal sealed class FileHasher(
    Func<MediaPool> startPool,
    Func<VideoHasher> startVideo,
    MediaLimits limits,
    MediaRequest request,
    VideoRequest? video
) : IAsyncDisposable
{
    private const int BufferBytes = 1 << 20;

    /// <summary>
    /// A worker holds a picture in one span; a larger file is looked up by its digests, and not in full.
    /// </summary>
    private const long MaxPictureBytes = 2L * 1024 * 1024 * 1024 - 64 * 1024;

    // Prevents two jobs from starting two pools.
    private readonly Lazy<MediaPool> _pool = new(startPool);
    private readonly Lazy<VideoHasher> _videos = new(startVideo);

    /// <summary>By the settings of this installation.</summary>
    public static FileHasher Open(
        ParseResult parsed,
        Terminal terminal,
        MediaLimits limits,
        int jobs,
        MediaRequest request,
        VideoRequest? video
    )
    {
        return new FileHasher(Start, StartVideo, limits, request, video);

        VideoHasher StartVideo()
        {
            using var data = DataFolder.Of(parsed);
            var usual = new VideoLimits();
            // A limit that was not named is the videos' own, which is higher.
            var named = limits.MaxFileBytes != new MediaLimits().MaxFileBytes;
            return new VideoHasher(
                new VideoOptions
                {
                    Sandbox = data.ReadSandbox(parsed),
                    Limits = named ? usual with { MaxFileBytes = limits.MaxFileBytes } : usual,
                    Jobs = Math.Min(jobs, Environment.ProcessorCount),
                    OnWarning = terminal.Warn,
                }
            );
        }

        MediaPool Start()
        {
            // Each of several workers says the same when none can start.
            var told = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
            using var data = DataFolder.Of(parsed);
            var options = new MediaOptions
            {
                Sandbox = data.ReadSandbox(parsed),
                Limits = limits with { MaxFileBytes = Math.Min(limits.MaxFileBytes, MaxPictureBytes) },
                Workers = jobs,
                OnWarning = warning =>
                {
                    if (told.TryAdd(warning, true))
                    {
                        terminal.Warn(warning);
                    }
                },
            };
            return new MediaPool(options);
        }
    }

    public async Task<HashedFile> HashAsync(WalkItem item, CancellationToken cancellation)
    {
        if (item.Failure is not null)
        {
            return new HashedFile(item.Path, null, item.Failure);
        }

        try
        {
            await using var content = InputFile.OpenRead(item.Path);
            var length = content.Length;
            var media =
                video is not null && await IsVideoAsync(content, cancellation)
                    ? await _videos.Value.HashAsync(content, video, cancellation)
                : request.Pdq && length <= MaxPictureBytes
                    ? await _pool.Value.HashAsync(content, request, cancellation)
                : await DigestAsync(content, cancellation);
            return new HashedFile(item.Path, media, Advice.For(media), length);
        }
        catch (InputFileException e)
        {
            return new HashedFile(item.Path, null, Advice.For(item.Path, e));
        }
        catch (IOException e)
        {
            return new HashedFile(item.Path, null, new Failure("read-error", Advice.For(e)));
        }
    }

    private static async Task<bool> IsVideoAsync(FileStream content, CancellationToken cancellation)
    {
        var start = new byte[VideoHasher.SniffBytes];
        var length = await content.ReadAtLeastAsync(
            start,
            start.Length,
            throwOnEndOfStream: false,
            cancellation
        );
        content.Position = 0;
        return VideoHasher.IsVideo(start.AsSpan(0, length));
    }

    private async Task<MediaResult> DigestAsync(FileStream content, CancellationToken cancellation)
    {
        if (content.Length > limits.MaxFileBytes)
        {
            return new MediaResult { Outcome = MediaOutcome.TooManyBytes };
        }

        using var hasher = new DigestHasher();
        var buffer = new byte[Math.Min(BufferBytes, content.Length + 1)];
        long total = 0;
        for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0; )
        {
            total += read;
            // A file may grow while it is read.
            if (total > limits.MaxFileBytes)
            {
                return new MediaResult { Outcome = MediaOutcome.TooManyBytes };
            }

            hasher.Append(buffer.AsSpan(0, read));
        }
        var outcome =
            total == 0 ? MediaOutcome.Empty
            : request.Pdq ? MediaOutcome.TooManyBytes
            : MediaOutcome.NotMedia;
        return new MediaResult { Outcome = outcome, Digests = hasher.Finish() };
    }

    public async ValueTask DisposeAsync()
    {
        if (_videos.IsValueCreated)
        {
            await _videos.Value.DisposeAsync();
        }
        if (_pool.IsValueCreated)
        {
            await _pool.Value.DisposeAsync();
        }
    }
}
