namespace Vigil.Server.Features.Viewing.Transcripts;

/// <summary>
/// A page shows so much of a transcript as somebody reads in the time that words stay uncovered; one look covers the
/// parts, for as long as all of it takes to read.
/// </summary>
internal static class TranscriptParts
{
    /// <summary>Of one part, at most, in UTF-16 units: five minutes at ten a second.</summary>
    public const int Characters = 3000;

    /// <summary>Looked back from its end for a line or a word that ends.</summary>
    private const int Back = 500;

    private static readonly TimeSpan LeastTime = TimeSpan.FromMinutes(5);

    /// <summary>A look of a longer one is over all the same. Own choice: the limit of a day.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(60);

    /// <summary>How long one look covers a transcript: ten characters a second, 5 to 60 minutes.</summary>
    public static TimeSpan TimeOf(int characters)
    {
        var time = TimeSpan.FromSeconds(characters / 10.0);
        return time < LeastTime ? LeastTime
            : time > MostTime ? MostTime
            : time;
    }

    /// <summary>In order; together they are the text.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        var parts = new List<string>();
        for (var at = 0; at < text.Length; )
        {
            var length = LengthAt(text, at);
            parts.Add(text.Substring(at, length));
            at += length;
        }
        return parts;
    }

    private static int LengthAt(string text, int at)
    {
        if (text.Length - at <= Characters)
        {
            return text.Length - at;
        }
        var end = text.AsSpan(at + Characters - Back, Back);
        var line = end.LastIndexOf('\n');
        var word = end.LastIndexOf(' ');
        var cut = line >= 0 ? line : word;
        if (cut >= 0)
        {
            return Characters - Back + cut + 1;
        }
        // No half of a character.
        return char.IsHighSurrogate(text[at + Characters - 1]) ? Characters - 1 : Characters;
    }
}
