using System.Globalization;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>What a search in the history found comes into cases and into the notice.</summary>
internal static class TakeFound
{
    /// <param name="tx">The transaction of the notice.</param>
    /// <param name="id">The notice.</param>
    /// <param name="searched">Of how many of its fingerprints.</param>
    /// <param name="search">What it found.</param>
    public static async Task<bool> RunAsync(Tx tx, Guid id, int searched, KeptSearch search)
    {
        var notice = await ReceivedNotice.RequireAsync(tx, id);
        var details = notice.DetailsOf(tx);
        // More fingerprints came meanwhile: they are looked for next.
        var isLast = notice.History == NoticeHistory.Waiting && details.Hashes.Count == searched;
        var news = NewsOf(details, search);
        var (places, located) = (new List<NoticePlace>(), new List<LocatedContent>());
        foreach (var file in news)
        {
            var found = await LocateNotice.AskAsync(tx, CaseOf(notice, details, file));
            places.AddRange(found.Places.Select(place => place with { FoundBy = NoticeFoundBy.History }));
            if (file.ContentRef is { } content)
            {
                located.AddRange(
                    found.Places.Select(place => new LocatedContent(content, place.Case.Value, place.ItemId))
                );
            }
        }
        var history =
            !isLast ? notice.History
            : details.IsCut && search.End == KeptSearchEnd.Done ? NoticeHistory.Incomplete
            : Enum.Parse<NoticeHistory>(search.End.ToString());
        await UpdateAsync(tx, notice, With(details, news, located), news.Count > 0, history);
        await NoticePlaces.AddAsync(tx, id, places);
        if (places.Count > 0 && (notice.State == NoticeState.Answered || await IsDoneAsync(tx, id)))
        {
            await NoticeSteps.BeginAsync(
                tx,
                id,
                tx.Now,
                notice.DeadlineAhead(tx.Now),
                NoticeSteps.Of(notice.WantsRemoval)
            );
        }
        if (isLast)
        {
            var isFound = notice.IsFound || places.Count > 0;
            await NoticeSteps.DoneAsync(tx, id, NoticeStep.Locate, ReceivedNotice.LocatedOf(isFound));
        }
        await tx.RecordAsync(ActOf(notice, places.Count, history));
        return true;
    }

    /// <summary>What it does not name, and no search found before.</summary>
    public static bool IsNew(NoticeDetails details, KeptFile file) =>
        file.ContentRef is { } content
            ? !details.AllContents().Contains(content, StringComparer.Ordinal)
            : !details.LocatedOf.Contains(file.Account, StringComparer.Ordinal);

    /// <summary>Each content and account once.</summary>
    private static List<KeptFile> NewsOf(NoticeDetails details, KeptSearch search) =>
        [.. search.Files.Where(file => IsNew(details, file)).DistinctBy(file => file.About)];

    private static NoticeDetails With(
        NoticeDetails details,
        List<KeptFile> news,
        List<LocatedContent> located
    ) =>
        details.With(located, isWhole: true) with
        {
            LocatedOf =
            [
                .. details.LocatedOf,
                .. news.Where(file => file.ContentRef is null).Select(file => file.Account!),
            ],
        };

    /// <summary>Reviewed, or removed: what is found now was not meant by that.</summary>
    private static async Task<bool> IsDoneAsync(Tx tx, Guid id) =>
        (await NoticeSteps.OfAsync(tx, id)).Any(step =>
            step is { Step: NoticeStep.Review or NoticeStep.Remove, DoneAt: not null }
        );

    private static NoticeCaseWanted CaseOf(ReceivedNotice notice, NoticeDetails details, KeptFile file) =>
        new()
        {
            From = details.Sender,
            Reference = details.Reference,
            ReceivedAt = notice.ReceivedAt,
            AnswerBy = notice.Deadline,
            Account = file.Account,
            // Rows of nobody would open a case each.
            Before = file.Account is null ? new CaseRef(notice.CaseRef) : null,
            Contents = file.ContentRef is { } content ? [content] : [],
            Surface = Surfaces.NameOf(file.Surface),
            Jurisdiction = file.Jurisdiction,
            ProblemType = Words.Of(notice.Category),
            Text =
                $"{Words.Of(notice.Category).Replace('_', ' ')}. A fingerprint of the notice was found in what was "
                + "scanned before: look whether it is what they mean.",
        };

    private static Task<int> UpdateAsync(
        Tx tx,
        ReceivedNotice notice,
        NoticeDetails details,
        bool isMore,
        NoticeHistory history
    ) =>
        tx.ExecuteAsync(
            """
            update notice_received set details = @details, history = @history, is_found = @isFound,
                state = case when @isMore then 'Open' else state end
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = notice.Id,
                history = history.ToString(),
                isFound = notice.IsFound || isMore,
                isMore,
                details = ReceivedNotice.Seal(tx, details, notice.Id),
            }
        );

    private static LedgerAct ActOf(ReceivedNotice notice, int found, NoticeHistory history) =>
        new("notice.searched", notice.Id.ToString())
        {
            Facts = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["case"] = notice.CaseRef,
                ["found"] = found.ToString(CultureInfo.InvariantCulture),
                ["history"] = Words.Of(history),
            },
        };
}
