using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Media;

namespace Vigil.Server.Features.Viewing;

/// <summary>Workers that make what people see; started with the first view.</summary>
internal sealed partial class Screens(ServerOptions options, ILogger<Screens> log)
    : IHostedService,
        IAsyncDisposable
{
    /// <summary>Nobody waits longer for a contact sheet, frames or a sound.</summary>
    private static readonly TimeSpan LongestSheet = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private Renderer? _renderer;
    private bool _isEnding;

    /// <exception cref="MediaSandboxException">No worker can be started on this machine.</exception>
    public Renderer Renderer
    {
        get
        {
            // Two first views at once would start two sets of workers.
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isEnding, this);
                return _renderer ??= Start();
            }
        }
    }

    private Renderer Start()
    {
        var media = options.Media with { OnWarning = text => LogWorker(log, text) };
        try
        {
            return new Renderer(
                media,
                options.Video with
                {
                    Sandbox = media.Sandbox,
                    OnWarning = null,
                    Limits = options.Video.Limits with
                    {
                        MaxWallTime = LongestSheet,
                        MaxCpuTime = LongestSheet,
                    },
                }
            );
        }
        catch (MediaSandboxException e)
        {
            // Pictures are shown all the same; a video's page says that it cannot be.
            LogWorker(log, e.Message);
            return new Renderer(media, video: null);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        Renderer? renderer;
        lock (_lock)
        {
            _isEnding = true;
            (renderer, _renderer) = (_renderer, null);
        }
        if (renderer is not null)
        {
            await renderer.DisposeAsync();
        }
    }

    [LoggerMessage(2610, LogLevel.Warning, "Viewing: {Text}")]
    private static partial void LogWorker(ILogger log, string text);
}
