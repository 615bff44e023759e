using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>What people wrote that stands in a case: personal data, shown for one look.</summary>
/// <param name="Items">Words of its items, the oldest first; on the first page only.</param>
/// <param name="Flags">What users said, the newest first, at most 100.</param>
public sealed record CaseWords(IReadOnlyList<ItemWords> Items, IReadOnlyList<FlagWords> Flags)
{
    /// <summary>Give it as 'after' to read older flags; null: there are none.</summary>
    public Guid? Next { get; init; }

    /// <summary>
    /// What who was told said afterwards, the newest first, on the first page only; none for who is still to judge
    /// alone.
    /// </summary>
    public IReadOnlyList<FeedbackWords> Feedback { get; init; } = [];

    /// <summary>That feedback is hidden, why, and who ends that; null: none is.</summary>
    public string? Hidden { get; init; }

    public int Characters =>
        Items.Sum(item => item.Text.Length)
        + Flags.Sum(flag => (flag.Text?.Length ?? 0) + flag.Thread.Sum(message => message.Text?.Length ?? 0))
        + Feedback.Sum(said => said.Text.Length);

    public override string ToString() => $"Words of {Items.Count} items and {Flags.Count} flags";
}

public sealed record ItemWords(Guid ItemId, string Origin, DateTimeOffset At, string Text);

public sealed record FlagWords(
    Guid FlagId,
    Guid ItemId,
    string Reason,
    string? Reporter,
    DateTimeOffset FirstAt,
    string? Text,
    IReadOnlyList<FlagMessage> Thread
);

/// <param name="ViewId">The look's record, which the ledger names.</param>
internal sealed record WordsAnswer(string CaseRef, Guid? ViewId, CaseWords Words);

/// <summary>POST /v1/cases/{ref}/words and its page: one look, on record.</summary>
internal static class ReadWords
{
    private const string About = "case";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/cases/{reference}/words", (Delegate)HandleAsync)
            .Describe<WordsAnswer>(
                Permission.CaseRead,
                (
                    "readCaseWords",
                    "What people wrote in a case: messages, flags, notices, feedback. Takes a reason and a person; "
                        + "each look is in the ledger and one record. Over 100 flags: older ones by 'after'.",
                    CaseApi.Tag
                )
            );

    public static Task<WordsRead<CaseWords>> RunAsync(HttpContext context, WordsRequest asked)
    {
        var (reference, after) = (context.Reference(), AfterOf(context));
        return WordsLooks.RunAsync(
            context,
            Permission.CaseRead,
            About,
            asked,
            async tx =>
            {
                var file = await CaseActs.RequireAsync(tx, reference);
                var words = await OfAsync(tx, file, after);
                if (after is null)
                {
                    words = await WithFeedbackAsync(tx, file, words, asked.Person);
                }
                return new WordsOf<CaseWords>(file.Ref, words.Characters, words);
            }
        );
    }

    private static async Task<IResult> HandleAsync(HttpContext context)
    {
        var read = await RunAsync(context, await WordsRequest.ReadAsync(context));
        return Results.Json(new WordsAnswer(context.Reference(), read.ViewId, read.Words));
    }

    /// <summary>Of which flag on older ones are wanted; null: the first page.</summary>
    /// <exception cref="ProblemException">No id.</exception>
    public static Guid? AfterOf(HttpContext context) =>
        context.Request.Query["after"].ToString() is not { Length: > 0 } text ? null
        : Guid.TryParse(text, out var id) ? id
        : throw ProblemException.BadRequest(
            "bad_after",
            "'after' is the 'next' of the page before, unchanged."
        );

    /// <exception cref="ProblemException">All there may be is hidden from this reader.</exception>
    private static async Task<CaseWords> WithFeedbackAsync(
        Tx tx,
        CaseFile file,
        CaseWords words,
        string? person
    )
    {
        var me = DecidingPerson.ReaderOf(tx, person);
        var hidden = await BlindReading.WhyAsync(tx, file, me);
        if (hidden is not null && words.Characters == 0)
        {
            throw ProblemException.Conflict("words_hidden", hidden);
        }
        return words with
        {
            Hidden = hidden,
            Feedback =
            [
                .. (await CaseFeedback.OfAsync(tx, file, me))
                    .Select(said => said.ToWords(tx))
                    .OfType<FeedbackWords>(),
            ],
        };
    }

    private static async Task<CaseWords> OfAsync(Tx tx, CaseFile file, Guid? after)
    {
        var page = await CaseFlag.WithWordsAsync(tx, file.Id, after);
        var items = page.IsFirst ? await CaseItem.OfAsync(tx, file.Id) : [];
        return new CaseWords(
            [
                .. items
                    .Select(item => (item, Text: Sealed.Open(tx, item.Words, item.Id)))
                    .Where(pair => pair.Text is not null)
                    .Select(pair => new ItemWords(
                        pair.item.Id,
                        Words.NameOf(pair.item.Origin),
                        pair.item.At,
                        pair.Text!
                    )),
            ],
            [
                .. page.Flags.Select(flag => new FlagWords(
                    flag.Id,
                    flag.ItemId,
                    Words.NameOf(flag.Reason),
                    Sealed.Open(tx, flag.Reporter, flag.Id),
                    flag.FirstAt,
                    flag.TextOf(tx),
                    flag.ThreadOf(tx)
                )),
            ]
        )
        {
            Next = page.Next,
        };
    }
}
