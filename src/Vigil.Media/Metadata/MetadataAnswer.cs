using System.Text;
using System.Text.Json;

namespace Vigil.Media.Metadata;

/// <summary>
/// What exiftool wrote, believed as little as the file itself: one JSON object of tags. The limits hold whatever
/// is in it.
/// </summary>
internal static class MetadataAnswer
{
    /// <summary>Lists in lists; a deeper answer is none.</summary>
    private const int MaxDepth = 16;

    private const int MaxNameCharacters = 120;

    /// <summary>Tells of embedded bytes by their length; what follows is advice for exiftool's own users.</summary>
    private const string BinaryAdvice = ", use -b option to extract)";

    /// <returns>Null: it is not what exiftool writes.</returns>
    public static FileMetadata? Read(ReadOnlySpan<byte> output, MetadataLimits limits)
    {
        try
        {
            // Bytes that are no UTF-8 become the sign for that, and cost nothing else.
            using var document = JsonDocument.Parse(
                Encoding.UTF8.GetString(output),
                new JsonDocumentOptions { MaxDepth = MaxDepth }
            );
            return
                document.RootElement is { ValueKind: JsonValueKind.Array } array
                && array.GetArrayLength() == 1
                && array[0] is { ValueKind: JsonValueKind.Object } file
                ? Tags(file, limits)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static FileMetadata Tags(JsonElement file, MetadataLimits limits)
    {
        var tags = new List<MetadataTag>();
        var (characters, leftOut, isDamaged, hasFailed) = (0, 0, false, false);
        foreach (var property in file.EnumerateObject())
        {
            var (source, about, name) = Split(property.Name);
            var text = Text(property.Value, limits.MaxValueCharacters);
            if (source == "ExifTool")
            {
                hasFailed |= name == "Error";
                isDamaged |= name == "Error" || (name == "Warning" && !IsMinor(text));
                continue;
            }
            if (property.Name == "SourceFile")
            {
                continue;
            }
            var tag = TagOf(source, about, name, text, limits);
            characters += tag.Value.Length;
            if (tags.Count >= limits.MaxTags || characters > limits.MaxCharacters)
            {
                leftOut++;
                continue;
            }
            tags.Add(tag);
        }
        return new FileMetadata
        {
            Outcome = hasFailed && !tags.Exists(IsOfTheFile) ? MediaOutcome.Damaged : MediaOutcome.Done,
            Tags = tags,
            LeftOut = leftOut,
            IsDamaged = isDamaged,
        };
    }

    private static MetadataTag TagOf(
        string source,
        string about,
        string name,
        string text,
        MetadataLimits limits
    )
    {
        var value = text.EndsWith(BinaryAdvice, StringComparison.Ordinal)
            ? text[..^BinaryAdvice.Length] + ")"
            : text;
        var (shown, isCut) = VisibleText.Of(value, limits.MaxValueCharacters);
        return new MetadataTag(
            // Of the whole text: a place must not hide behind the cut.
            TagGroups.Of(source, about, name, value),
            VisibleText.Of(source, MaxNameCharacters).Text,
            VisibleText.Of(name, MaxNameCharacters).Text,
            shown,
            isCut
        );
    }

    /// <summary>exiftool's own facts of the format stand there for files without any metadata too.</summary>
    private static bool IsOfTheFile(MetadataTag tag) => tag.Source != "File";

    private static bool IsMinor(string warning) => warning.StartsWith("[minor]", StringComparison.Ordinal);

    /// <summary>"GPS:Location:Copy1:GPSLatitude" as source, about, name.</summary>
    private static (string Source, string About, string Name) Split(string key)
    {
        var parts = key.Split(':');
        return parts.Length >= 3 ? (parts[0], parts[1], parts[^1]) : ("", "", key);
    }

    private static string Text(JsonElement value, int most)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString()!;
        }
        var text = new StringBuilder();
        Append(text, value, most);
        return text.ToString();
    }

    /// <summary>A list as its parts; no longer than can be shown, by one part more so that the cut is told.</summary>
    private static void Append(StringBuilder text, JsonElement value, int most)
    {
        var start = text.Length;
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                text.Append(value.GetString());
                break;
            case JsonValueKind.Array:
                foreach (var part in value.EnumerateArray().TakeWhile(_ => text.Length <= most))
                {
                    text.Append(text.Length > start ? "; " : "");
                    Append(text, part, most);
                }
                break;
            case JsonValueKind.Object:
                foreach (var part in value.EnumerateObject().TakeWhile(_ => text.Length <= most))
                {
                    text.Append(text.Length > start ? "; " : "").Append(part.Name).Append(' ');
                    Append(text, part.Value, most);
                }
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}
