using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Vigil.Server.Features.Viewing.Seeing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Transcripts;

/// <summary>POST /v1/contents/{id}/transcript.</summary>
internal sealed record TranscriptRequest
{
    /// <summary>1 to <see cref="Transcript.MostCharacters"/>; no control characters but line ends.</summary>
    public string? Text { get; init; }

    /// <summary>A language tag (BCP 47), as "en" or "pt-BR".</summary>
    public string? Language { get; init; }

    /// <summary>The program, with its version, or the person that made it; 1 to 100 characters.</summary>
    public string? MadeBy { get; init; }

    public override string ToString() => $"A transcript of {Text?.Length ?? 0} characters";
}

/// <summary>
/// A transcript that somebody else made is kept with its content. The ledger has its length and a keyed digest.
/// </summary>
internal static partial class DeliverTranscript
{
    private const int MakerCharacters = 100;

    /// <summary>RFC 5646, 4.4.1.</summary>
    private const int LanguageCharacters = 35;

    /// <exception cref="ProblemException">Not a text as it must be; the content takes none; or a hold keeps
    /// the one that is there.</exception>
    public static async Task<TranscriptFacts> RunAsync(Tx tx, Guid id, TranscriptRequest request)
    {
        var content = await AskView.RequireThereAsync(tx, id);
        await RequireOpenAsync(tx, content);
        var text = TextOf(request);
        var facts = new TranscriptFacts(
            id,
            text.Length,
            LanguageOf(request),
            MakerOf(request),
            tx.Now,
            tx.Actor.Name
        );
        var isLater = await Transcript.FindAsync(tx, id) is not null;
        if (isLater)
        {
            await RequireNotHeldAsync(tx, id);
        }
        await Transcript.PutAsync(tx, content, text, facts);
        await tx.RecordAsync(
            new LedgerAct("transcript.delivered", id.ToString())
            {
                Secret = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["characters"] = text.Length.ToString(CultureInfo.InvariantCulture),
                    ["replaced"] = isLater ? "yes" : "no",
                },
            }
        );
        return facts;
    }

    /// <summary>
    /// Nothing under a hold that somebody placed is overwritten. The law's own term keeps files, no words about them.
    /// </summary>
    private static async Task RequireNotHeldAsync(Tx tx, Guid id)
    {
        var holds = await Holds.OfContentAsync(tx, id);
        if (holds.Any(hold => hold.Kind != HoldKind.Preservation && hold.IsActiveAt(tx.Now)))
        {
            throw ProblemException.Conflict(
                "transcript_held",
                "A hold keeps this content as it is, with its transcript: nothing was overwritten. Deliver the later "
                    + "one when the hold is lifted; until then put what is to be corrected into a note of the case."
            );
        }
    }

    /// <summary>A case that takes no contents takes no words of them either.</summary>
    private static async Task RequireOpenAsync(Tx tx, ContentRow content)
    {
        if (!tx.IsAnswered<ContentCase>())
        {
            return;
        }
        var found = await tx.AskAsync<ContentCase, CaseForContent>(
            new ContentCase(new CaseRef(content.CaseRef), content.ItemId)
        );
        if (found.IsClosed)
        {
            throw ProblemException.Conflict(
                "case_closed",
                "The case is closed and takes no transcripts: reopen it first, with a reason."
            );
        }
        if (found.IsCleared)
        {
            throw ProblemException.Conflict(
                "case_cleared",
                "A person decided that this is not CSAM: nothing more of it is kept."
            );
        }
    }

    private static string TextOf(TranscriptRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Text))
        {
            throw ProblemException.BadRequest(
                "missing",
                $"'text' is required: 1 to {Transcript.MostCharacters} characters."
            );
        }
        if (request.Text.Length > Transcript.MostCharacters)
        {
            throw ProblemException.BadRequest(
                "too_long",
                $"'text' has at most {Transcript.MostCharacters} characters."
            );
        }
        return request.Text.Any(one => char.IsControl(one) && one is not ('\n' or '\r'))
            ? throw ProblemException.BadRequest(
                "bad_text",
                "'text' has control characters besides line ends: leave them out."
            )
            : request.Text;
    }

    private static string LanguageOf(TranscriptRequest request) =>
        request.Language is { Length: <= LanguageCharacters } tag && LanguageTag().IsMatch(tag)
            ? tag
            : throw ProblemException.BadRequest(
                "bad_language",
                $"'language' is a language tag (BCP 47) of at most {LanguageCharacters} characters, as en or pt-BR; "
                    + "und where it is not known."
            );

    private static string MakerOf(TranscriptRequest request)
    {
        var maker = Given.Required(request.MadeBy, MakerCharacters, "madeBy");
        return maker.Any(char.IsControl)
            ? throw ProblemException.BadRequest(
                "bad_made_by",
                "'madeBy' is one line without control characters."
            )
            : maker;
    }

    [GeneratedRegex(
        @"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex LanguageTag();
}
