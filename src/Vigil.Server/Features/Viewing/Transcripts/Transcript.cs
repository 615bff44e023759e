using System.Text;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Transcripts;

/// <summary>What may be known of a transcript without a look at it.</summary>
/// <param name="Characters">Of the text, in UTF-16 units: 1 to <see cref="Transcript.MostCharacters"/>.</param>
/// <param name="Language">A language tag (BCP 47), as "en".</param>
/// <param name="MadeBy">A program or a person, as who delivered it says.</param>
/// <param name="DeliveredBy">An actor's name.</param>
public sealed record TranscriptFacts(
    Guid ContentId,
    long Characters,
    string Language,
    string MadeBy,
    DateTimeOffset DeliveredAt,
    string DeliveredBy
);

/// <summary>What is said in a content: words of people.</summary>
public sealed record TranscriptWords(string Text, string Language)
{
    /// <summary>Which part of it this is, from 1, of how many; 1 of 1: all of it.</summary>
    public int Part { get; init; } = 1;
    public int Parts { get; init; } = 1;

    public override string ToString() => $"A transcript of {Text.Length} characters";
}

/// <summary>
/// The rows of transcripts: one for a content, each value sealed and bound to it. Of contents that are there only: what
/// a backup brought back of others is read by nobody.
/// </summary>
internal static class Transcript
{
    /// <summary>About four hours of speech. Own choice.</summary>
    public const int MostCharacters = 200_000;

    private const string Words = "viewing transcript";
    private const string Maker = "viewing transcript maker";

    /// <returns>Null: there is none.</returns>
    public static async Task<TranscriptFacts?> FindAsync(Tx tx, Guid id) =>
        await tx.FindAsync<Row>(
            """
            select t.characters, t.language, t.made_by, t.delivered_at, t.delivered_by
            from viewing_transcript t join content_overview c on c.tenant = t.tenant and c.id = t.content_id
            where t.tenant = @tenant and t.content_id = @id and c.state = 'Sealed'
            """,
            new { id }
        )
            is { } row
            ? new TranscriptFacts(
                id,
                row.Characters,
                row.Language,
                Open(tx, Maker, row.MadeBy, id),
                row.DeliveredAt,
                row.DeliveredBy
            )
            : null;

    /// <summary>The words themselves: within a look only.</summary>
    /// <returns>Null: there are none.</returns>
    public static async Task<TranscriptWords?> OpenAsync(Tx tx, Guid id) =>
        await tx.FindAsync<Row>(
            """
            select t.words, t.language
            from viewing_transcript t join content_overview c on c.tenant = t.tenant and c.id = t.content_id
            where t.tenant = @tenant and t.content_id = @id and c.state = 'Sealed'
            """,
            new { id }
        )
            is { } row
            ? new TranscriptWords(Open(tx, Words, row.Words, id), row.Language)
            : null;

    /// <summary>In place of an earlier one.</summary>
    public static Task<int> PutAsync(Tx tx, ContentRow content, string text, TranscriptFacts facts) =>
        tx.ExecuteAsync(
            """
            insert into viewing_transcript (tenant, content_id, case_ref, words, made_by, language, characters,
                delivered_at, delivered_by)
            values (@tenant, @id, @caseRef, @words, @madeBy, @language, @characters, @at, @by)
            on conflict (tenant, content_id) do update
            set words = excluded.words, made_by = excluded.made_by, language = excluded.language,
                characters = excluded.characters, delivered_at = excluded.delivered_at,
                delivered_by = excluded.delivered_by
            """,
            new
            {
                id = content.Id,
                caseRef = content.CaseRef,
                words = Seal(tx, Words, text, content.Id),
                madeBy = Seal(tx, Maker, facts.MadeBy, content.Id),
                language = facts.Language,
                characters = facts.Characters,
                at = facts.DeliveredAt,
                by = facts.DeliveredBy,
            }
        );

    private static byte[] Seal(Tx tx, string purpose, string text, Guid id) =>
        tx.Secrets.Sealer(purpose).Seal(Encoding.UTF8.GetBytes(text), id.ToByteArray());

    private static string Open(Tx tx, string purpose, byte[] value, Guid id) =>
        Encoding.UTF8.GetString(tx.Secrets.Sealer(purpose).Open(value, id.ToByteArray()));

    private sealed class Row
    {
        public byte[] Words { get; init; } = [];
        public byte[] MadeBy { get; init; } = [];
        public string Language { get; init; } = "";
        public long Characters { get; init; }
        public DateTimeOffset DeliveredAt { get; init; }
        public string DeliveredBy { get; init; } = "";
    }
}
