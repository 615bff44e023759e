using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.CyberTip;
using Vigil.Server.Features.Reporting.Approving.Reading;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <param name="Id">Of its heading.</param>
public sealed record ReportGroup(string Id, string Title, IReadOnlyList<ReportView> Reports);

/// <summary>The console's pages of reports. Forms and links, no scripts needed.</summary>
internal static class ReportPages
{
    public const string Root = "/console/reports";
    public const string New = Root + "/new";
    public const string Statistics = Root + "/statistics";
    private const int RowsOfGroup = 50;

    private static readonly (string Id, string Title, ReportState[] States)[] Groups =
    [
        ("needs", "Need somebody", [ReportState.NeedsHuman]),
        ("drafts", "Drafts", [ReportState.Draft]),
        ("waiting", "On their way", [ReportState.Approved, ReportState.Filing, ReportState.HandedOver]),
    ];

    public static string Of(Guid id) => $"{Root}/{id}";

    public static string OfCase(string reference) => $"{Root}?case={reference}";

    public static void AddNotices()
    {
        Notices.Add("report_drafted", "The draft is written. Read it, and supply what is missing.");
        Notices.Add("report_saved", "Saved as another version. What was approved before is void.");
        Notices.Add(
            "report_fingerprints",
            "The fingerprints of the files that are kept here stand in the draft."
        );
        Notices.Add(
            "report_metadata",
            "What the files that are kept here say of themselves stands in the draft, of those that could be read."
        );
        Notices.Add(
            "report_first",
            "Approved by one person. A second one approves the same bytes on this page."
        );
        Notices.Add("report_approved", "Approved. It leaves when the time to undo it is over.");
        Notices.Add("report_explained", "The reason is in the ledger. Who approves the report accepts it.");
        Notices.Add("report_undone", "Undone: it is a draft again, and nothing left.");
        Notices.Add("report_withdrawn", "Withdrawn.");
        Notices.Add("report_handed_over", "Handed over. Its receipt is awaited.");
        Notices.Add("report_filed", "Filed, and the receipt is kept.");
        Notices.Add(
            "report_host_not_reported",
            "The clock waits for this host no longer. Others are in no report yet: the case's destinations name them."
        );
        Notices.Add(
            "report_no_host_missing",
            "The clock waits for no host any more: each is in a filed report, or you said why not."
        );
        Notices.Add("report_no_duty", "The clock is ended: no duty asks for a report.");
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Root, Permission.ReportRead, ShowListAsync);
        routes.MapPage(Statistics, Permission.ReportRead, ShowStatisticsAsync);
        routes.MapPage(Root + "/{id:guid}", Permission.ReportRead, ShowOneAsync);
        routes.MapPage(Root + "/{id:guid}/words", Permission.ReportRead, AskForWordsAsync);
        routes.MapForm(Root + "/{id:guid}/words", Permission.ReportRead, ShowWordsAsync);
        routes.MapPage(Root + "/{id:guid}/edit", Permission.ReportFile, ShowEditAsync);
    }

    private static async Task<IResult> ShowListAsync(HttpContext context)
    {
        var filter = ReportFilter.Of(context.Request.Query);
        var isAsked = context.Request.Query.Keys.Any(key => key is not "notice");
        var (groups, due, made, next, one) = await ReadAsync(
            context,
            async tx =>
            {
                var clocks = (await ReadReports.DueAsync(tx)).Due;
                if (!isAsked)
                {
                    return (await GroupsAsync(tx), clocks, (NewReport?)null, (Guid?)null, OneCase.None);
                }
                var page = await ReadReports.ListAsync(tx, filter);
                var files = context.Actor().May(Permission.ReportFile);
                IReadOnlyList<DueView> own = [.. clocks.Where(clock => clock.CaseRef == filter.CaseRef)];
                return (
                    [new ReportGroup("found", "Reports", page.Reports)],
                    own,
                    files ? await NewReport.ReadAsync(tx, filter.CaseRef) : null,
                    page.Next,
                    files
                        ? await OneCase.ReadAsync(tx, filter.CaseRef, own is [var first, ..] ? first : null)
                        : OneCase.None
                );
            }
        );
        return Pages.Show<ReportsPage>(
            context,
            "Reports",
            new
            {
                Groups = groups,
                Due = due,
                CaseRef = Trust.CaseRef.IsWellFormed(filter.CaseRef) ? filter.CaseRef : "",
                Destinations = (IReadOnlyList<KeyValuePair<string, string>>)
                    [.. AllDestinations.All.Select(one => KeyValuePair.Create(one.Code, one.Name))],
                New = made,
                Whole = one,
                Older = next is { } before ? Older(context, before) : null,
            }
        );
    }

    /// <summary>What waits for somebody first, then what was filed last.</summary>
    private static async Task<IReadOnlyList<ReportGroup>> GroupsAsync(Tx tx)
    {
        var groups = new List<ReportGroup>();
        foreach (var (id, title, states) in Groups)
        {
            var rows = new List<ReportView>();
            foreach (var state in states)
            {
                var reports = await ReportRow.InStateAsync(tx, state, RowsOfGroup);
                rows.AddRange(
                    (await ReadReports.ToldAsync(tx, reports)).Select(report => ReportView.Of(report, tx.Now))
                );
            }
            groups.Add(new ReportGroup(id, title, rows));
        }
        var filed = await ReadReports.ListAsync(tx, new ReportFilter { State = ReportState.Filed });
        groups.Add(new ReportGroup("filed", "Filed last", [.. filed.Reports.Take(RowsOfGroup)]));
        return groups;
    }

    private static async Task<IResult> ShowStatisticsAsync(HttpContext context) =>
        Pages.Show<ReportStatisticsPage>(
            context,
            "Statistics of reports",
            new
            {
                Figures = await ReadAsync(context, tx => ReportRoutes.StatisticsAsync(context, tx)),
                Environment = context.Request.Query["environment"] == "test" ? "test" : "production",
            }
        );

    private static async Task<IResult> ShowOneAsync(HttpContext context)
    {
        var id = context.Id();
        var parameters = await ReadAsync(
            context,
            async tx =>
            {
                var report = await ReadReports.RequireAsync(tx, id);
                var ready = await ReadReports.ReadyAsync(tx, report);
                var preview = ready is null
                    ? await PreviewReport.ApprovedAsync(tx, id)
                    : PreviewReport.Of(ready);
                var draft = ready?.Draft ?? await Drafts.ReadAsync(tx, report);
                var quotes = ReportedWords.OfDocument(draft) > 0;
                return new
                {
                    Characters = ReportedWords.Of(draft),
                    Quotes = quotes,
                    Whole = ready is null
                        ? await ReadReports.OfDoneAsync(tx, report)
                        : await ReadReports.OfDraftAsync(tx, ready),
                    Text = preview is null ? null
                    : quotes ? ""
                    : TextOf(preview),
                    Sha256 = preview?.Sha256 ?? "",
                    Delivery = await DeliveryView.ReadAsync(tx, report),
                    Files = await FilesAsync(tx, id, ready),
                    Changes = ready is null || quotes ? [] : await ReportChanges.ReadAsync(tx, ready),
                    Checklist = ready?.Checklist ?? [],
                    tx.Now,
                };
            }
        );
        return Pages.Show<ReportPage>(context, $"Report of {parameters.Whole.Report.CaseRef}", parameters);
    }

    /// <summary>Of the draft, or as they were approved.</summary>
    private static async Task<IReadOnlyList<PreviewFile>> FilesAsync(Tx tx, Guid id, ReadyReport? ready)
    {
        var json = ready is null
            ? await ReportDocuments.FindAsync(tx, id, ReportDocuments.Files)
            : ApprovedFile.Write(ready.Draft);
        return json is null ? [] : [.. ApprovedFile.Read(json).Select(PreviewFile.Of)];
    }

    private static async Task<IResult> AskForWordsAsync(HttpContext context)
    {
        var id = context.Id();
        var characters = await ReadAsync(
            context,
            async tx => ReportedWords.Of(await Drafts.ReadAsync(tx, await ReadReports.RequireAsync(tx, id)))
        );
        return Pages.Show<ReportWordsPage>(
            context,
            "Words of a report",
            new { Address = Of(id), Characters = characters }
        );
    }

    /// <summary>Never redirected to: the words stand in this one answer.</summary>
    private static async Task<IResult> ShowWordsAsync(HttpContext context, IFormCollection form)
    {
        var read = await ReadReportWords.RunAsync(context, WordsRequest.Of(form));
        return Pages.Show<ReportWordsPage>(
            context,
            "Words of a report",
            new
            {
                Address = Of(context.Id()),
                Parts = read.Words,
                read.ViewId,
                Seconds = (int)read.Allowance.TotalSeconds,
            }
        );
    }

    private static async Task<IResult> ShowEditAsync(HttpContext context)
    {
        var id = context.Id();
        // What is edited is shown: where it quotes people, that is a look at their words.
        var parameters = await WordsLooks.WithinAsync(
            context,
            Permission.ReportRead,
            "report",
            "report: editing it",
            async tx =>
            {
                var report = await ReadReports.RequireAsync(tx, id);
                ReportActs.RequireState(report, ReportState.Draft, "Only a draft is edited.");
                var draft = await Drafts.ReadAsync(tx, report);
                return WordsOf.Of(
                    report.CaseRef,
                    ReportedWords.OfDocument(draft),
                    new
                    {
                        Report = ReportView.Of(report, tx.Now),
                        Fields = (IReadOnlyList<DraftField>)
                            [.. DraftFields.Of(draft).Select(field => field.Of(draft))],
                        Json = Encoding.UTF8.GetString(ReportJson.Write(draft.Tip)),
                        draft.NamesNoSuspect,
                    }
                );
            }
        );
        return Pages.Show<EditReportPage>(
            context,
            $"Edit the report of {parameters.Report.CaseRef}",
            parameters
        );
    }

    /// <summary>Null: no text.</summary>
    private static string? TextOf(Preview preview)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(preview.Document);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Older(HttpContext context, Guid before)
    {
        var kept = context
            .Request.Query.Where(pair => pair.Key is "state" or "environment" or "destination" or "case")
            .Select(pair => KeyValuePair.Create<string, string?>(pair.Key, pair.Value.ToString()));
        return Root
            + QueryString.Create([.. kept, KeyValuePair.Create<string, string?>("before", $"{before}")]);
    }

    private static Task<T> ReadAsync<T>(HttpContext context, Func<Tx, Task<T>> read) =>
        context
            .RequestServices.GetRequiredService<Db>()
            .ReadAsync(context.Actor(), Permission.ReportRead, read, context.RequestAborted);
}
