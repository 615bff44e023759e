using System.Text;
using System.Text.Json;

namespace Vigil.Matching.Lists;

/// <summary>
/// The tokens of a JSON stream of any length over one buffer that grows to the largest single value. A key
/// that comes twice in one object is refused at every level: readers disagree on which of the two holds.
/// </summary>
internal sealed class JsonTokens(Stream source)
{
    private readonly HashSet<string>[] _keys = new HashSet<string>[ListLimits.MaxJsonDepth + 1];
    private readonly HashSet<string> _names = [];
    private readonly char[] _name = new char[ListLimits.MaxJsonKeyCharacters];
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _isEnded;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = ListLimits.MaxJsonDepth });
    private Range _value;
    private bool _isEscaped;
    private int _depth;

    public JsonTokenType Type { get; private set; }

    /// <summary>The key, after <see cref="JsonTokenType.PropertyName"/>.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Goes to the next token; false after the last.</summary>
    /// <exception cref="ListFormatException"> Not JSON, cut short, too deep, too large, or a key twice.
    /// </exception>
    public bool Read()
    {
        while (!TryRead(out var isAtEnd))
        {
            if (isAtEnd)
            {
                return false;
            }
            Fill();
        }
        switch (Type)
        {
            case JsonTokenType.StartObject:
                (_keys[++_depth] ??= new HashSet<string>(StringComparer.OrdinalIgnoreCase)).Clear();
                break;
            case JsonTokenType.StartArray:
                _depth++;
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _depth--;
                break;
            case JsonTokenType.PropertyName:
                TakeKey();
                break;
        }
        return true;
    }

    /// <summary>Goes to the next token, which there must be.</summary>
    public JsonTokenType Next() => Read() ? Type : throw Damaged();

    /// <summary>Passes over the value whose first token is the current one.</summary>
    public void SkipValue()
    {
        var depth = _depth;
        if (Type is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            while (_depth >= depth)
            {
                Next();
            }
        }
    }

    /// <summary>
    /// The text of a string or the digits of a number; null for anything else, and for a text that is
    /// longer than asked for.
    /// </summary>
    public string? Scalar(int maxCharacters)
    {
        var bytes = _buffer.AsSpan(_value);
        // An escaped character takes at most 6 bytes, any other at most 4.
        if (Type is not (JsonTokenType.String or JsonTokenType.Number) || bytes.Length > maxCharacters * 6L)
        {
            return null;
        }
        var text = _isEscaped ? Unescaped(bytes) : Encoding.UTF8.GetString(bytes);
        return text.Length <= maxCharacters ? text : null;
    }

    private bool TryRead(out bool isAtEnd)
    {
        isAtEnd = false;
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start.._end), _isEnded, _state);
        try
        {
            if (!reader.Read())
            {
                isAtEnd = _isEnded;
                Keep(reader);
                return false;
            }
        }
        catch (JsonException problem)
        {
            // Its text may quote the file, so only the place is passed on.
            throw new ListFormatException(
                $"The JSON is damaged, cut short or nested over {ListLimits.MaxJsonDepth} levels, "
                    + $"in line {problem.LineNumber + 1}."
            );
        }
        Type = reader.TokenType;
        _isEscaped = reader.ValueIsEscaped;
        var quote = Type is JsonTokenType.String or JsonTokenType.PropertyName ? 1 : 0;
        var first = _start + (int)reader.TokenStartIndex + quote;
        _value = first..(first + reader.ValueSpan.Length);
        Keep(reader);
        return true;
    }

    private void Keep(in Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= ListLimits.MaxJsonValueBytes)
            {
                throw new ListFormatException(
                    $"A JSON value has more than {ListLimits.MaxJsonValueBytes} bytes. Export the "
                        + "list without media."
                );
            }
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        var room = _buffer.AsSpan(_end);
        var count = source.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
        _isEnded = count < room.Length;
        _end += count;
    }

    private void TakeKey()
    {
        var bytes = _buffer.AsSpan(_value);
        if (bytes.Length > _name.Length)
        {
            throw new ListFormatException($"A JSON key has more than {_name.Length} bytes.");
        }
        var name = _isEscaped
            ? Unescaped(bytes).AsSpan()
            : _name.AsSpan(0, Encoding.UTF8.GetChars(bytes, _name));
        // The same few names come a million times: each is made a string once.
        if (!_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var known))
        {
            known = name.ToString();
            if (_names.Count < ListLimits.MaxJsonKeys)
            {
                _names.Add(known);
            }
        }
        var keys = _keys[_depth];
        if (!keys.Add(known))
        {
            throw new ListFormatException(
                "A JSON object has the same key twice, so that it cannot be told which value "
                    + "holds. Ask the list's source for a clean export."
            );
        }
        if (keys.Count > ListLimits.MaxJsonKeys)
        {
            throw new ListFormatException($"A JSON object has more than {ListLimits.MaxJsonKeys} keys.");
        }
        Key = known;
    }

    private static string Unescaped(ReadOnlySpan<byte> bytes)
    {
        // A reader of its own, over the value with quotes around it: the main one has moved on.
        Span<byte> quoted = [(byte)'"', .. bytes, (byte)'"'];
        var reader = new Utf8JsonReader(quoted);
        try
        {
            reader.Read();
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw new ListFormatException("A JSON text holds half of a surrogate pair or is not UTF-8.");
        }
    }

    private static ListFormatException Damaged() =>
        new("The JSON ends before its objects are closed: the file was cut.");
}
