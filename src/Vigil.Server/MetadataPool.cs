using System.Security.Cryptography;
using Vigil.Media;

namespace Vigil.Server;

/// <summary>
/// Reads what files say of themselves, for every feature that asks: two at a time over all of them, the rest wait.
/// exiftool jumps about in a file, and contents come sealed and forwards only: so each lies in memory while it is read,
/// up to <see cref="MaxFileBytes"/>. The reader is started with the first file.
/// </summary>
internal sealed class MetadataPool(ServerOptions options) : IAsyncDisposable
{
    private const int Places = 2;
    private readonly SemaphoreSlim _places = new(Places);
    private readonly Lock _lock = new();
    private MetadataReader? _reader;
    private bool _isEnding;

    /// <summary>Of one content in memory; a longer one is not read, and the outcome says so.</summary>
    /// <value>2 GiB, as much as a content may have.</value>
    public long MaxFileBytes { get; init; } = new MetadataLimits().MaxFileBytes;

    /// <param name="content">From its position on. Nothing of it is read before there is a place.</param>
    /// <param name="cancellation">Also of the wait.</param>
    /// <exception cref="IOException">The content does not open whole.</exception>
    /// <exception cref="MediaSandboxException">No metadata can be read on this machine.</exception>
    public async Task<FileMetadata> ReadAsync(Stream content, CancellationToken cancellation)
    {
        var reader = Reader();
        await _places.WaitAsync(cancellation);
        try
        {
            using var memory = new MediaMemory();
            if (!await CopyAsync(content, memory, cancellation))
            {
                return new FileMetadata
                {
                    Outcome = MediaOutcome.TooManyBytes,
                    Advice = $"The file has more than {MaxFileBytes} bytes: no metadata is read of it.",
                };
            }
            memory.Position = 0;
            return await reader.ReadAsync(memory, cancellation);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <returns>Whether all of it was copied.</returns>
    private async Task<bool> CopyAsync(Stream content, MediaMemory memory, CancellationToken cancellation)
    {
        var piece = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
        try
        {
            int read;
            while ((read = await content.ReadAsync(piece, cancellation)) > 0)
            {
                if (memory.Length + read > MaxFileBytes)
                {
                    return false;
                }
                memory.Write(piece.AsSpan(0, read));
            }
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(piece);
        }
    }

    /// <exception cref="ObjectDisposedException">The server ends.</exception>
    private MetadataReader Reader()
    {
        // Two first files at once would start two readers.
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isEnding, this);
            return _reader ??= new MetadataReader(
                new MetadataOptions { Sandbox = options.Media.Sandbox, Jobs = Places }
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        MetadataReader? reader;
        lock (_lock)
        {
            _isEnding = true;
            (reader, _reader) = (_reader, null);
        }
        if (reader is not null)
        {
            await reader.DisposeAsync();
        }
    }
}
