using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vigil.Hashing;

namespace Vigil.Matching.Lists;

/// <summary>
/// Project VIC's VICS JSON 1.2, 1.3 and 2.0, of Media or of Cases. Hashes, media number and category are
/// kept; victims, offenders, series, tags, comments, names, paths and Exif are passed over unread.
/// </summary>
internal sealed partial class VicsList
{
    /// <summary>
    /// Longest text that is looked at: the marker and hashes fit, names and comments are never made a
    /// string.
    /// </summary>
    private const int MaxText = 512;

    private readonly JsonTokens _json;
    private readonly EntryDraft _draft = new();
    private long _row;

    private VicsList(Stream source) => _json = new JsonTokens(source);

    public static IEnumerable<ListRow> Read(Stream source) => new VicsList(source).Document();

    private IEnumerable<ListRow> Document()
    {
        if (_json.Next() != JsonTokenType.StartObject)
        {
            throw NotVics();
        }
        string? kind = null;
        var hasValue = false;
        while (_json.Next() == JsonTokenType.PropertyName)
        {
            var key = _json.Key;
            _json.Next();
            if (key is "odata.metadata" or "@odata.context")
            {
                kind = Kind();
            }
            else if (key == "value" && kind is not null)
            {
                hasValue = true;
                foreach (var row in kind == "Media" ? MediaArray(inCase: null) : CaseArray())
                {
                    yield return row;
                }
            }
            else if (key == "value")
            {
                throw NotVics();
            }
            else
            {
                _json.SkipValue();
            }
        }
        if (!hasValue)
        {
            throw NotVics();
        }
        // Anything after the document is an error of the JSON reader.
        while (_json.Read()) { }
    }

    private string Kind()
    {
        var marker = Marker().Match(_json.Scalar(MaxText) ?? "");
        if (!marker.Success)
        {
            throw NotVics();
        }
        return marker.Groups["kind"].Value;
    }

    private IEnumerable<ListRow> CaseArray()
    {
        RequireArray();
        for (var number = 1; _json.Next() != JsonTokenType.EndArray; number++)
        {
            if (_json.Type != JsonTokenType.StartObject)
            {
                throw NotVics();
            }
            while (_json.Next() == JsonTokenType.PropertyName)
            {
                var isMedia = _json.Key == "Media";
                if (_json.Next() == JsonTokenType.StartArray && isMedia)
                {
                    foreach (var row in MediaArray(number))
                    {
                        yield return row;
                    }
                }
                else
                {
                    _json.SkipValue();
                }
            }
        }
    }

    private IEnumerable<ListRow> MediaArray(int? inCase)
    {
        RequireArray();
        while (_json.Next() != JsonTokenType.EndArray)
        {
            if (_json.Type != JsonTokenType.StartObject)
            {
                throw NotVics();
            }
            _draft.Clear();
            ReadMedia(inCase);
            foreach (var row in _draft.Finish(++_row))
            {
                yield return row;
            }
        }
    }

    private void ReadMedia(int? inCase)
    {
        while (_json.Next() == JsonTokenType.PropertyName)
        {
            var key = _json.Key.ToUpperInvariant();
            _json.Next();
            switch (key)
            {
                case "MD5":
                    AddDigest(DigestAlgorithm.Md5);
                    break;
                case "SHA1":
                    AddDigest(DigestAlgorithm.Sha1);
                    break;
                case "SHA256":
                    AddDigest(DigestAlgorithm.Sha256);
                    break;
                case "MEDIAID" when _json.Type != JsonTokenType.Null:
                    // Numbers of media are unique within their case only.
                    AddScalar(
                        id => _draft.SetId(inCase is { } number ? $"{number}/{id}" : id),
                        RejectCodes.BadId
                    );
                    break;
                case "CATEGORY" when _json.Type != JsonTokenType.Null:
                    AddScalar(AddCategory, RejectCodes.BadCategory);
                    break;
                case "ALTERNATEHASHES" when _json.Type == JsonTokenType.StartArray:
                    ReadAlternateHashes();
                    break;
                default:
                    _json.SkipValue();
                    break;
            }
        }
    }

    private void ReadAlternateHashes()
    {
        while (_json.Next() != JsonTokenType.EndArray)
        {
            if (_json.Type != JsonTokenType.StartObject)
            {
                _json.SkipValue();
                continue;
            }
            string? name = null;
            string? value = null;
            while (_json.Next() == JsonTokenType.PropertyName)
            {
                var key = _json.Key;
                _json.Next();
                if (key.Equals("HashName", StringComparison.OrdinalIgnoreCase))
                {
                    name = _json.Scalar(MaxText);
                }
                else if (key.Equals("HashValue", StringComparison.OrdinalIgnoreCase))
                {
                    value = _json.Scalar(MaxText);
                }
                _json.SkipValue();
            }
            AddAlternate(name, value);
        }
    }

    private void AddAlternate(string? name, string? value)
    {
        switch (name?.ToUpperInvariant().Replace("-", "", StringComparison.Ordinal))
        {
            case "PDQ":
                _draft.AddPdq(value);
                break;
            case "SHA256":
                _draft.Add(DigestAlgorithm.Sha256, value);
                break;
        }
    }

    private void AddDigest(DigestAlgorithm algorithm)
    {
        if (_json.Type != JsonTokenType.Null)
        {
            AddScalar(
                text =>
                {
                    if (text.Length > 0)
                    {
                        _draft.Add(algorithm, text);
                    }
                },
                RejectCodes.WrongLength
            );
        }
    }

    /// <summary>
    /// The category's number; a text there could be anything, a name too, and is not taken.
    /// </summary>
    private void AddCategory(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            _draft.SetCategory(number.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            _draft.Refuse(RejectCodes.BadCategory, "A VICS category is a whole number.");
        }
    }

    private void AddScalar(Action<string> take, string codeWhenNot)
    {
        if (_json.Scalar(MaxText) is { } text)
        {
            take(text);
        }
        else
        {
            _draft.Refuse(codeWhenNot, "A text or a number is expected, and not a long one.");
            _json.SkipValue();
        }
    }

    private void RequireArray()
    {
        if (_json.Type != JsonTokenType.StartArray)
        {
            throw NotVics();
        }
    }

    private static ListFormatException NotVics() =>
        new(
            "The JSON is not a VICS list of version 1.2, 1.3 or 2.0: it starts with "
                + "odata.metadata or @odata.context, which names Media or Cases, and holds them in the array \"value\"."
        );

    [GeneratedRegex(
        @"/DataModels/(?:1\.2|1\.3|2\.0)\.xml[^#]*#(?<kind>Media|Cases)$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Marker();
}
