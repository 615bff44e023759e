namespace Vigil.Matching.Lists;

/// <summary>
/// A stream whose first bytes can be looked at before they are read. Leaves the source open.
/// </summary>
internal sealed class HeadedStream : Stream
{
    private readonly Stream _source;
    private readonly ReadOnlyMemory<byte> _head;
    private int _given;

    /// <summary>Reads the head; a UTF-8 byte order mark is left out.</summary>
    /// <exception cref="ListFormatException">UTF-16, or no bytes at all.</exception>
    public HeadedStream(Stream source)
    {
        _source = source;
        var bytes = new byte[ListLimits.HeadBytes];
        var head = bytes.AsMemory(0, source.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        if (head.Length == 0)
        {
            throw new ListFormatException("The file is empty: no list in it.");
        }
        if (
            head.Span.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe])
            || head.Span.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff])
        )
        {
            throw new ListFormatException("The file is UTF-16 text. Save it as UTF-8 and try again.");
        }
        _head = head.Span.StartsWith("\ufeff"u8) ? head[3..] : head;
    }

    public ReadOnlySpan<byte> Head => _head.Span;

    public override int Read(Span<byte> buffer)
    {
        if (_given == _head.Length)
        {
            return _source.Read(buffer);
        }
        var count = Math.Min(buffer.Length, _head.Length - _given);
        _head.Span.Slice(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
