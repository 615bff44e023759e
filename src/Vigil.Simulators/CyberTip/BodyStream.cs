using System.Globalization;
using System.Text;

namespace Vigil.Simulators.CyberTip;

/// <summary>The body of a request, by its length or in chunks, never past its end.</summary>
internal sealed class BodyStream(Stream connection, RequestHead head)
{
    private readonly bool _isChunked = head["transfer-encoding"]
        .Contains("chunked", StringComparison.OrdinalIgnoreCase);

    // Of the body, or of the chunk that is being read; -1: the next chunk's head is to be read.
    private long _left =
        head["transfer-encoding"].Length > 0 ? -1
        : long.TryParse(
            head["content-length"],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var length
        )
            ? length
        : 0;
    private bool _isFirst = true;

    /// <summary>0: the end.</summary>
    public async Task<int> ReadAsync(Memory<byte> into, CancellationToken stop)
    {
        if (_isChunked && _left <= 0)
        {
            _left = await ReadChunkHeadAsync(stop);
        }
        if (_left <= 0)
        {
            return 0;
        }
        var count = await connection.ReadAsync(into[..(int)Math.Min(into.Length, _left)], stop);
        if (count == 0)
        {
            throw new EndOfStreamException();
        }
        _left -= count;
        return count;
    }

    /// <summary>All of it; null: more than <paramref name="most"/> bytes.</summary>
    public async Task<byte[]?> ReadAllAsync(int most, CancellationToken stop)
    {
        using var all = new MemoryStream();
        var piece = new byte[16 * 1024];
        for (int count; (count = await ReadAsync(piece, stop)) > 0; )
        {
            if (all.Length + count > most)
            {
                return null;
            }
            all.Write(piece, 0, count);
        }
        return all.ToArray();
    }

    private async Task<long> ReadChunkHeadAsync(CancellationToken stop)
    {
        if (!_isFirst)
        {
            _ = await ReadLineAsync(stop);
        }
        _isFirst = false;
        var line = await ReadLineAsync(stop);
        var size = long.Parse(
            line.Split(';')[0],
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture
        );
        if (size == 0)
        {
            while ((await ReadLineAsync(stop)).Length > 0)
            {
                // Trailers.
            }
            _isFirst = true;
        }
        return size;
    }

    private async Task<string> ReadLineAsync(CancellationToken stop)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < 1000)
        {
            await connection.ReadExactlyAsync(one, stop);
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }
            line.Append((char)one[0]);
        }
        throw new InvalidDataException("A line of the chunked body is too long.");
    }
}
