using System.Net;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;

namespace Vigil.CyberTip.Service;

/// <summary>A file on its way: read once, in pieces, its MD5 taken while it is sent.</summary>
internal sealed class UploadContent(Stream file, long? length, Action onProgress) : HttpContent
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>MD5 of all that was sent, small hexadecimal digits; null: not all was.</summary>
    public string? Md5 { get; private set; }

    /// <summary>Set: the file could not be read.</summary>
    public ExceptionDispatchInfo? SourceFault { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var piece = new byte[PieceBytes];
        for (int count; (count = await ReadAsync(piece, cancellationToken)) > 0; )
        {
            md5.AppendData(piece, 0, count);
            await stream.WriteAsync(piece.AsMemory(0, count), cancellationToken);
            onProgress();
        }
        Md5 = Convert.ToHexStringLower(md5.GetHashAndReset());
    }

    protected override bool TryComputeLength(out long bytes)
    {
        bytes = length ?? 0;
        return length is not null;
    }

    private async ValueTask<int> ReadAsync(byte[] piece, CancellationToken cancellationToken)
    {
        try
        {
            return await file.ReadAsync(piece, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The HTTP stack wraps what happens here: the caller must see that it was the file.
            SourceFault = ExceptionDispatchInfo.Capture(e);
            throw;
        }
    }
}
