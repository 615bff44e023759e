using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Vigil.Media;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>One file's bytes, received whole: in memory only, gone at the end.</summary>
internal sealed class Upload : IDisposable
{
    private readonly BytesInFlight.Reservation _reservation;
    private readonly MediaMemory _memory;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long _maxBytes;

    public Upload(BytesInFlight inFlight, long maxBytes)
    {
        _reservation = inFlight.Reserve();
        _maxBytes = maxBytes;
        try
        {
            _memory = new MediaMemory();
        }
        catch (IOException)
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "no_memory_for_media",
                "The server has no memory, or too many files open: send this again later."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }
    }

    public Stream Content => _memory;

    /// <summary>Tells this upload from another under the same Idempotency-Key; once, when it is whole.</summary>
    public string Digest { get; private set; } = "";

    /// <summary>By its first bytes; known when it is whole.</summary>
    public bool IsVideo { get; private set; }

    /// <summary>Takes the bytes that were announced before the first comes.</summary>
    public void Announce(long? bytes)
    {
        CheckLength(bytes ?? 0);
        _reservation.GrowTo(bytes ?? 0);
    }

    public void Append(ReadOnlySpan<byte> piece)
    {
        CheckLength(_memory.Length + piece.Length);
        _reservation.GrowTo(_memory.Length + piece.Length);
        _memory.Write(piece);
        _sha256.AppendData(piece);
    }

    /// <exception cref="ProblemException">There were no bytes.</exception>
    public void Finish()
    {
        if (_memory.Length == 0)
        {
            throw ProblemException.BadRequest("empty_body", "The file has no bytes: send it whole.");
        }
        Digest = Convert.ToHexStringLower(_sha256.GetHashAndReset());
        Span<byte> start = stackalloc byte[VideoHasher.SniffBytes];
        _memory.Position = 0;
        IsVideo = VideoHasher.IsVideo(start[.._memory.Read(start)]);
        _memory.Position = 0;
    }

    private void CheckLength(long bytes)
    {
        if (bytes > _maxBytes)
        {
            throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge,
                "body_too_large",
                $"A file has at most {_maxBytes} bytes here; more is the operator's setting media.maxFileBytes."
            );
        }
    }

    public void Dispose()
    {
        _memory.Dispose();
        _sha256.Dispose();
        _reservation.Dispose();
    }
}

/// <summary>Reads bodies: in pieces, within a time, and clears what it read them with.</summary>
internal static class UploadReading
{
    /// <summary>
    /// A body that is this much over its limit is read to its end, so that its sender sees the answer; one that
    /// is more is cut off.
    /// </summary>
    public const long ReadPastBytes = 1024 * 1024;

    private const int PieceBytes = 64 * 1024;

    /// <summary>The body as it stands is one file.</summary>
    public static async Task ReadRawAsync(HttpContext context, Upload upload, TimeSpan maxTime)
    {
        upload.Announce(context.Request.ContentLength);
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            await WithinAsync(
                context,
                maxTime,
                async cancellation =>
                {
                    var body = context.Request.Body;
                    for (int read; (read = await body.ReadAsync(piece, cancellation)) > 0; )
                    {
                        upload.Append(piece.AsSpan(0, read));
                    }
                    return true;
                }
            );
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece, clearArray: true);
        }
        upload.Finish();
    }

    public static void LimitBody(HttpContext context, long? bytes) =>
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = bytes;

    /// <summary>Gives what goes wrong with a body its own code. Nothing of it is kept.</summary>
    /// <exception cref="ProblemException">Too slow, too long, cut off.</exception>
    public static async Task<T> WithinAsync<T>(
        HttpContext context,
        TimeSpan maxTime,
        Func<CancellationToken, Task<T>> read
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(maxTime);
        try
        {
            return await read(limit.Token);
        }
        catch (BadHttpRequestException e)
        {
            throw e.StatusCode switch
            {
                StatusCodes.Status408RequestTimeout => TooSlow(),
                StatusCodes.Status413PayloadTooLarge => new ProblemException(
                    e.StatusCode,
                    "body_too_large",
                    "The body has more bytes than are taken here."
                ),
                _ => ProblemException.BadRequest(
                    "body_cut_off",
                    "The body ended before its announced length: send it again."
                ),
            };
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw TooSlow();
        }
    }

    private static ProblemException TooSlow() =>
        new(
            StatusCodes.Status408RequestTimeout,
            "body_too_slow",
            "The body did not come fast enough: send it again over a better connection."
        );
}
