using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>
/// Looks for fingerprints of notices in the history of what was scanned, where the tenant keeps one; what is found
/// comes into a case. Cut off, it begins again: the notice waits until all was read.
/// </summary>
internal sealed partial class SearchHistory(TrustKernel kernel, KeptFiles kept, ILogger<SearchHistory> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>Looks at every tenant now.</summary>
    public async Task LookAsync(CancellationToken stopping)
    {
        foreach (var tenant in await kernel.TenantsAsync(stopping))
        {
            var actor = Actor.Machine(tenant, "notices", Permission.NoticeSubmit);
            var waiting = await kernel.Db.ReadAsync(actor, Permission.NoticeSubmit, WaitingAsync, stopping);
            foreach (var (id, files) in waiting)
            {
                var search = await kept.SearchAsync(tenant, files, stopping);
                await kernel.Db.ActAsync(
                    actor,
                    Permission.NoticeSubmit,
                    tx => FoundAsync(tx, id, files.Count, search),
                    stopping
                );
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
        }
    }

    private static async Task<IReadOnlyList<(Guid Id, IReadOnlyList<NamedFile> Files)>> WaitingAsync(Tx tx)
    {
        var rows = await tx.QueryAsync<ReceivedNotice>(
            $"""
            select {ReceivedNotice.Columns} from notice_received
            where tenant = @tenant and history = 'Waiting' order by id limit {NoticeLimits.Rows}
            """
        );
        return [.. rows.Select(row => (row.Id, LocateNotice.FilesOf(row.DetailsOf(tx).Hashes)))];
    }

    private static async Task<bool> FoundAsync(Tx tx, Guid id, int searched, KeptSearch search)
    {
        var notice = await ReceivedNotice.RequireAsync(tx, id);
        var details = notice.DetailsOf(tx);
        // More fingerprints came meanwhile: they are looked for next.
        var isLast = notice.History == NoticeHistory.Waiting && details.Hashes.Count == searched;
        var news = NewsOf(details, search);
        var places = new List<NoticePlace>();
        foreach (var file in news)
        {
            var found = await LocateNotice.AskAsync(tx, CaseOf(notice, details, file));
            places.AddRange(found.Places.Select(place => place with { FoundBy = NoticeFoundBy.History }));
        }
        var history = isLast ? Enum.Parse<NoticeHistory>(search.End.ToString()) : notice.History;
        await UpdateAsync(tx, notice, details, news, history);
        await NoticePlaces.AddAsync(tx, id, places);
        if (places.Count > 0 && (notice.State == NoticeState.Answered || await IsReviewedAsync(tx, id)))
        {
            await NoticeSteps.BeginAsync(tx, id, tx.Now, null, notice.WantsRemoval);
        }
        if (isLast)
        {
            var isFound = notice.IsFound || places.Count > 0;
            await NoticeSteps.DoneAsync(tx, id, NoticeStep.Locate, ReceivedNotice.LocatedOf(isFound));
        }
        await tx.RecordAsync(ActOf(notice, places.Count, history));
        return true;
    }

    /// <summary>What it does not name, and no search found before; each content and account once.</summary>
    private static List<KeptFile> NewsOf(NoticeDetails details, KeptSearch search)
    {
        var known = details.AllContents();
        return
        [
            .. search
                .Files.Where(file =>
                    file.ContentRef is { } content
                        ? !known.Contains(content, StringComparer.Ordinal)
                        : !details.LocatedOf.Contains(file.Account, StringComparer.Ordinal)
                )
                .DistinctBy(file => file.ContentRef ?? $"of {file.Account}"),
        ];
    }

    private static async Task<bool> IsReviewedAsync(Tx tx, Guid id) =>
        (await NoticeSteps.OfAsync(tx, id)).Any(step =>
            step is { Step: NoticeStep.Review, DoneAt: not null }
        );

    private static NoticeCaseWanted CaseOf(ReceivedNotice notice, NoticeDetails details, KeptFile file) =>
        new()
        {
            From = details.Sender,
            Reference = details.Reference,
            ReceivedAt = notice.ReceivedAt,
            AnswerBy = notice.Deadline,
            Account = file.Account,
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
        List<KeptFile> news,
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
                isFound = notice.IsFound || news.Count > 0,
                isMore = news.Count > 0,
                details = ReceivedNotice.Seal(
                    tx,
                    details with
                    {
                        Located =
                        [
                            .. details.Located,
                            .. news.Select(file => file.ContentRef).OfType<string>(),
                        ],
                        LocatedOf =
                        [
                            .. details.LocatedOf,
                            .. news.Where(file => file.ContentRef is null).Select(file => file.Account!),
                        ],
                    },
                    notice.Id
                ),
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

    [LoggerMessage(2321, LogLevel.Error, "The history could not be searched for notices: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
