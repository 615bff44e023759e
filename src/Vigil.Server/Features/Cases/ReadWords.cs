using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>What people wrote that stands in a case: personal data, shown for one look.</summary>
/// <param name="Items">Words of its items, the oldest first.</param>
/// <param name="Flags">What users said, the newest first.</param>
public sealed record CaseWords(IReadOnlyList<ItemWords> Items, IReadOnlyList<FlagWords> Flags)
{
    /// <summary>What who was told said afterwards, the newest first; none for who is still to judge alone.</summary>
    public IReadOnlyList<FeedbackWords> Feedback { get; init; } = [];

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
                        + "each look is in the ledger and one record.",
                    CaseApi.Tag
                )
            );

    public static Task<WordsRead<CaseWords>> RunAsync(HttpContext context, WordsRequest asked)
    {
        var reference = context.Reference();
        return WordsLooks.RunAsync(
            context,
            Permission.CaseRead,
            About,
            asked,
            async tx =>
            {
                var file = await CaseActs.RequireAsync(tx, reference);
                var words = await OfAsync(tx, file) with
                {
                    Feedback = await FeedbackAsync(tx, file, asked.Person),
                };
                return new WordsOf<CaseWords>(file.Ref, words.Characters, words);
            }
        );
    }

    private static async Task<IResult> HandleAsync(HttpContext context)
    {
        var read = await RunAsync(context, await WordsRequest.ReadAsync(context));
        return Results.Json(new WordsAnswer(context.Reference(), read.ViewId, read.Words));
    }

    private static async Task<IReadOnlyList<FeedbackWords>> FeedbackAsync(
        Tx tx,
        CaseFile file,
        string? person
    ) =>
        [
            .. (await CaseFeedback.OfAsync(tx, file, DecidingPerson.ReaderOf(tx, person)))
                .Select(said => said.ToWords(tx))
                .OfType<FeedbackWords>(),
        ];

    private static async Task<CaseWords> OfAsync(Tx tx, CaseFile file)
    {
        var items = await CaseItem.OfAsync(tx, file.Id);
        var flags = await CaseFlag.OfCaseAsync(tx, file.Id);
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
                .. flags
                    .Where(flag => flag.Words is not null || flag.Thread is not null)
                    .Select(flag => new FlagWords(
                        flag.Id,
                        flag.ItemId,
                        Words.NameOf(flag.Reason),
                        Sealed.Open(tx, flag.Reporter, flag.Id),
                        flag.FirstAt,
                        flag.TextOf(tx),
                        flag.ThreadOf(tx)
                    )),
            ]
        );
    }
}
