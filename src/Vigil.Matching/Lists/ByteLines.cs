namespace Vigil.Matching.Lists;

/// <summary>The lines of a stream, each within the limit; of a longer one only the fact is kept.</summary>
internal sealed class ByteLines(Stream source)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly byte[] _line = new byte[ListLimits.MaxLineBytes];
    private int _start;
    private int _end;
    private int _length;

    /// <summary>Number of the current line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>
    /// The current line was longer than <see cref="ListLimits.MaxLineBytes"/> and is cut there.
    /// </summary>
    public bool IsTooLong { get; private set; }

    /// <summary>
    /// The current line's text without its end and without a comment, trimmed. Latin-1: a hash is ASCII.
    /// </summary>
    public string Text
    {
        get
        {
            var text = _line.AsSpan(0, _length);
            var comment = text.IndexOf((byte)'#');
            text = comment < 0 ? text : text[..comment];
            return System.Text.Encoding.Latin1.GetString(text.Trim(" \t\r"u8));
        }
    }

    public bool Read()
    {
        _length = 0;
        IsTooLong = false;
        var any = false;
        while (true)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, source.Read(_buffer));
                if (_end == 0)
                {
                    Number += any ? 1 : 0;
                    return any;
                }
            }
            any = true;
            var rest = _buffer.AsSpan(_start.._end);
            var newline = rest.IndexOf((byte)'\n');
            Take(newline < 0 ? rest : rest[..newline]);
            _start = newline < 0 ? _end : _start + newline + 1;
            if (newline >= 0)
            {
                Number++;
                return true;
            }
        }
    }

    private void Take(ReadOnlySpan<byte> part)
    {
        var room = Math.Min(part.Length, _line.Length - _length);
        IsTooLong |= room < part.Length;
        part[..room].CopyTo(_line.AsSpan(_length));
        _length += room;
    }
}
