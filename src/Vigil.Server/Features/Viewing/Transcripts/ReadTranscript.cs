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
/// what was seen.
/// </summary>
internal static class ReadTranscript
{
    public const string About = "transcript";

    public static Task<WordsRead<TranscriptWords>> RunAsync(HttpContext context, WordsRequest asked)
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
                return new WordsOf<TranscriptWords>(content.CaseRef, words.Text.Length, words);
            }
        );
    }

    public static async Task<IResult> HandleAsync(HttpContext context)
    {
        var read = await RunAsync(context, await WordsRequest.ReadAsync(context));
        return Results.Json(
            new TranscriptAnswer(context.Id(), read.ViewId, read.Words.Language, read.Words.Text)
        );
    }
}
