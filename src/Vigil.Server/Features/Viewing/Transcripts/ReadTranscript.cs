using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Transcripts;

/// <param name="ViewId">The look's record, which the ledger names.</param>
internal sealed record TranscriptAnswer(Guid ContentId, Guid? ViewId, string Language, string Text)
{
    public override string ToString() => $"A transcript of {Text.Length} characters";
}

/// <summary>
/// One look at a transcript, on record: as at other words of people. It is no look at the content, and says nothing of
/// what was seen. Within its time it covers all parts of a long one.
/// </summary>
internal static class ReadTranscript
{
    public const string About = "transcript";

    /// <param name="context">The request.</param>
    /// <param name="asked">Why, or which look of the reader's goes on.</param>
    /// <param name="part">From 1; null: all of it.</param>
    public static Task<WordsRead<TranscriptWords>> RunAsync(
        HttpContext context,
        WordsRequest asked,
        int? part
    )
    {
        var id = context.Id();
        return WordsLooks.RunAsync(
            context,
            Permission.CaseRead,
            About,
            asked,
            async tx =>
            {
                var content = await ContentRow.RequireAsync(tx, id);
                var words = await Transcript.OpenAsync(tx, id) ?? new TranscriptWords("", "");
                var shown = part is { } number ? PartOf(words, number) : words;
                return new WordsOf<TranscriptWords>(content.CaseRef, shown.Text.Length, shown)
                {
                    Subject = id,
                    Time = TranscriptParts.TimeOf(words.Text.Length),
                    Since = (await Transcript.FindAsync(tx, id))?.DeliveredAt ?? tx.Now,
                };
            }
        );
    }

    private static TranscriptWords PartOf(TranscriptWords words, int number)
    {
        var parts = TranscriptParts.Of(words.Text);
        var part = Math.Clamp(number, 1, Math.Max(1, parts.Count));
        return words with
        {
            Text = parts.Count == 0 ? "" : parts[part - 1],
            Part = part,
            Parts = Math.Max(1, parts.Count),
        };
    }

    public static async Task<IResult> HandleAsync(HttpContext context)
    {
        var read = await RunAsync(context, await WordsRequest.ReadAsync(context), part: null);
        return Results.Json(
            new TranscriptAnswer(context.Id(), read.ViewId, read.Words.Language, read.Words.Text)
        );
    }
}
