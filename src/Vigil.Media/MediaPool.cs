namespace Vigil.Media;

/// <summary>Media jobs cannot run here; the message says what to install or set.</summary>
public sealed class MediaSandboxException(string message, Exception? inner = null)
    : InvalidOperationException(message, inner);

/// <summary>
/// Warm, sandboxed worker processes that decode and hash. This process parses no media: it pumps bytes in and reads a
/// fixed-size answer. One bad file never costs another.
/// </summary>
public sealed class MediaPool : IAsyncDisposable
{
    /// <exception cref="MediaSandboxException">No bubblewrap, and the sandbox is required.</exception>
    public MediaPool(MediaOptions options) => throw new NotSupportedException();

    /// <summary>
    /// Hashes the bytes of <paramref name="content"/> from its position on. Waits for a free worker. Never throws for
    /// what is in the file; the outcome says it.
    /// </summary>
    /// <param name="content">A seekable stream of known length, as <c>InputFile.OpenRead</c> gives.</param>
    public Task<MediaResult> HashAsync(
        Stream content,
        MediaRequest request,
        CancellationToken cancellation = default
    ) => throw new NotSupportedException();

    /// <summary>Encodes RGB pixels as JPEG in a worker.</summary>
    public Task<byte[]> EncodeJpegAsync(
        ReadOnlyMemory<byte> rgb,
        JpegEncoding encoding,
        CancellationToken cancellation = default
    ) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
