using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>One part's name; a part with a file name is a file.</summary>
internal sealed record MultipartPart(string Name, bool IsFile);

/// <summary>
/// Reads multipart/form-data as a stream (RFC 2046, 5.1; RFC 7578), a part at a time. The framework's own
/// reader leaves the last bytes of a file in a buffer that nobody can clear; this one's is cleared.
/// </summary>
internal sealed class MultipartBody : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int MaxHeaderLineBytes = 4096;
    private const int MaxHeaderLines = 16;
    private const int MaxBoundaryCharacters = 70;

    private readonly BufferedReadStream _stream;

    /// <summary>Line break, two dashes, the boundary: what ends each part.</summary>
    private readonly byte[] _delimiter;
    private readonly byte[] _buffer;
    private bool _isStarted;

    public MultipartBody(Stream body, string? contentType)
    {
        var boundary = MediaTypeHeaderValue.TryParse(contentType, out var type)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).Value
            : null;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > MaxBoundaryCharacters)
        {
            throw Bad("The content type names a boundary of 1 to 70 characters.");
        }
        _delimiter = Encoding.ASCII.GetBytes("\r\n--" + boundary);
        _stream = new BufferedReadStream(body, BufferBytes);
        _buffer = _stream.BufferedData.Array!;
    }

    /// <summary>The next part's headers; null after the last part.</summary>
    public async Task<MultipartPart?> NextAsync(CancellationToken cancellation)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            var first = await LineAsync(cancellation);
            if (first != Encoding.ASCII.GetString(_delimiter, 2, _delimiter.Length - 2))
            {
                throw Bad("The body begins with its boundary.");
            }
        }
        else
        {
            // What stands after a delimiter: two dashes end the body, a line break begins a part.
            var rest = await LineAsync(cancellation);
            if (rest.Length > 0)
            {
                return rest.StartsWith("--", StringComparison.Ordinal)
                    ? null
                    : throw Bad("A boundary is followed by a line break, the last by two dashes.");
            }
        }
        MultipartPart? part = null;
        for (var lines = 0; ; lines++)
        {
            var line = await LineAsync(cancellation);
            if (line.Length == 0)
            {
                return part ?? throw Bad("Each part has a Content-Disposition with a name.");
            }
            if (lines == MaxHeaderLines)
            {
                throw Bad($"A part has at most {MaxHeaderLines} header lines.");
            }
            part = ParseName(line) ?? part;
        }
    }

    /// <summary>The part's bytes, as they come.</summary>
    public async Task CopyAsync(Action<ReadOnlyMemory<byte>> take, CancellationToken cancellation)
    {
        while (true)
        {
            if (!await _stream.EnsureBufferedAsync(_delimiter.Length, cancellation))
            {
                throw Bad("The body ended within a part: send it again.");
            }
            var data = _stream.BufferedData.AsMemory();
            var end = data.Span.IndexOf(_delimiter);
            var count = end >= 0 ? end : data.Length - _delimiter.Length + 1;
            if (count > 0)
            {
                take(data[..count]);
                Skip(count);
            }
            if (end >= 0)
            {
                Skip(_delimiter.Length);
                return;
            }
        }
    }

    /// <summary>A part that is a short text.</summary>
    public async Task<string> TextAsync(int maxBytes, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        await CopyAsync(
            piece =>
            {
                if (bytes.Length + piece.Length > maxBytes)
                {
                    throw Bad($"A part that is no file has at most {maxBytes} bytes.");
                }
                bytes.Write(piece.Span);
            },
            cancellation
        );
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>Bytes that are in the buffer already, read out of it.</summary>
    private void Skip(int count)
    {
        Span<byte> gone = stackalloc byte[512];
        while (count > 0)
        {
            count -= _stream.Read(gone[..Math.Min(count, gone.Length)]);
        }
        gone.Clear();
    }

    private async Task<string> LineAsync(CancellationToken cancellation)
    {
        try
        {
            return await _stream.ReadLineAsync(MaxHeaderLineBytes, cancellation);
        }
        catch (InvalidDataException)
        {
            throw Bad($"A header line of a part has at most {MaxHeaderLineBytes} bytes.");
        }
    }

    private static MultipartPart? ParseName(string line)
    {
        const string header = "Content-Disposition:";
        if (!line.StartsWith(header, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        return
            ContentDispositionHeaderValue.TryParse(line[header.Length..].Trim(), out var disposition)
            && HeaderUtilities.RemoveQuotes(disposition.Name).Value is { Length: > 0 } name
            ? new MultipartPart(name, disposition.FileName.HasValue || disposition.FileNameStar.HasValue)
            : throw Bad("A part's Content-Disposition is form-data with a name.");
    }

    private static ProblemException Bad(string detail) =>
        ProblemException.BadRequest("bad_multipart", detail);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_buffer);
        _stream.Dispose();
    }
}
