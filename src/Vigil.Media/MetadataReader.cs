using Vigil.Media.Metadata;
using Vigil.Media.Pool;
using Vigil.Media.Sandboxing;

namespace Vigil.Media;

/// <summary>
/// Reads the metadata of pictures and videos by exiftool, one sandboxed process a file. This process parses
/// nothing of the file: it reads lines of text, strictly and within limits. Thumbnails and other embedded bytes
/// are told by their length alone.
/// </summary>
public sealed class MetadataReader : IAsyncDisposable
{
    private readonly MetadataOptions _options;
    private readonly ProgramLauncher _launcher;
    private readonly Watchdog _watchdog = new();
    private readonly OwnThreads _threads;

    /// <exception cref="MediaSandboxException">No exiftool, or no bubblewrap and the sandbox is
    /// required.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public MetadataReader(MetadataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Jobs, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Limits.MaxOutputBytes, 1024, nameof(options));
        _options = options;
        _launcher = new ProgramLauncher(options.Sandbox, SandboxedProgram.ExifTool);
        _threads = new OwnThreads(options.Jobs, "vigil metadata");
    }

    /// <summary>
    /// Reads the bytes of <paramref name="content"/> from its position on. Waits for a free place. Never throws
    /// for what is in the file; the outcome says it.
    /// </summary>
    /// <param name="content">A seekable stream of known length; a <see cref="MediaMemory"/> is not
    /// copied.</param>
    /// <exception cref="MediaSandboxException">exiftool cannot be started here.</exception>
    public Task<FileMetadata> ReadAsync(Stream content, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return _threads.RunAsync(
            ending =>
            {
                var read = new MetadataJob(_launcher, _watchdog, _options.Limits, ending).Run(content);
                ending.ThrowIfCancellationRequested();
                return read;
            },
            cancellation
        );
    }

    /// <summary>Kills what runs and returns when no exiftool is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _threads.DisposeAsync();
        _watchdog.Dispose();
    }
}
