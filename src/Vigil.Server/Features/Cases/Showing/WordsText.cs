namespace Vigil.Server.Features.Cases.Showing;

/// <summary>That there are words, as a sentence of facts.</summary>
internal static class WordsText
{
    public static string Of(FlagView flag)
    {
        if (flag.IsSum)
        {
            return $"{flag.Count} more, beyond what is kept of one item: counted, and their words are at the platform.";
        }
        var parts = new List<string>();
        if (flag.TextCharacters > 0)
        {
            parts.Add($"Their own words: {flag.TextCharacters} characters.");
        }
        if (flag.Messages > 0)
        {
            parts.Add(
                $"A conversation of {flag.Messages} messages, {flag.MessageCharacters} characters{SpanOf(flag)}."
            );
        }
        return parts.Count == 0 ? "No words." : string.Join(' ', parts);
    }

    private static string SpanOf(FlagView flag) =>
        (flag.FirstMessageAt, flag.LastMessageAt) is ({ } first, { } last)
            ? $", from {first.UtcDateTime:yyyy-MM-dd HH:mm} to {last.UtcDateTime:yyyy-MM-dd HH:mm} UTC"
            : ", without times";
}
