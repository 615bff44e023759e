using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived.Showing;

/// <summary>The console's pages of notices from outside, and of what became of reports.</summary>
internal static class NoticePages
{
    public const string List = "/console/notices";
    private const string One = List + "/{id:guid}";
    private const string Outcomes = List + "/outcomes";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(List, Permission.CaseRead, ShowListAsync);
        routes.MapPage(One, Permission.CaseRead, ShowOneAsync);
        routes.MapPage(Outcomes, Permission.CaseRead, ShowOutcomesAsync);
        routes.MapPage(One + "/words", Permission.CaseRead, AskForWordsAsync);
        routes.MapForm(One + "/words", Permission.CaseRead, ShowWordsAsync);
        routes.MapForm(List, Permission.NoticeSubmit, TakeAsync);
        routes.MapForm(Outcomes, Permission.NoticeSubmit, FeedbackAsync);
        Form(
            routes,
            "/removal-wanted",
            Permission.CaseDecide,
            (tx, id, form) =>
                ActOnNotice.WantRemovalAsync(tx, id, new RemovalWanted { Reason = form["reason"] })
        );
        Form(
            routes,
            "/removal",
            Permission.NoticeSubmit,
            (tx, id, form) =>
                ActOnNotice.RemovedAsync(
                    tx,
                    id,
                    new RemovalRequest
                    {
                        State = form["state"],
                        At = Given.Time(form, "at"),
                        Text = form["text"],
                    }
                )
        );
        Form(
            routes,
            "/reply",
            Permission.CaseDecide,
            (tx, id, form) =>
                ActOnNotice.ReplyAsync(
                    tx,
                    id,
                    new ReplyRequest
                    {
                        Outcome = form["outcome"],
                        At = Given.Time(form, "at"),
                        Text = form["text"],
                    }
                )
        );
    }

    private static void Form(
        IEndpointRouteBuilder routes,
        string path,
        Permission permission,
        Func<Tx, Guid, IFormCollection, Task> act
    ) =>
        routes.MapForm(
            One + path,
            permission,
            async (context, form) =>
            {
                var id = context.Id();
                await ActRoutes.ActAsync(context, permission, tx => act(tx, id, form));
                return Pages.Go($"{List}/{id}", "saved");
            }
        );

    private static async Task<IResult> TakeAsync(HttpContext context, IFormCollection form)
    {
        var request = new NoticeRequest
        {
            SenderKind = form["senderKind"],
            Sender = form["sender"],
            Reference = form["reference"],
            ReceivedAt = Given.Time(form, "receivedAt"),
            Deadline = Given.Time(form, "deadline"),
            Category = form["category"],
            Action = form["action"],
            Contents = LinesOf(form, "contents"),
            Hashes = [.. LinesOf(form, "hashes").Select(HashOf)],
            Account = form["account"],
            Surface = form["surface"],
            Jurisdiction = form["jurisdiction"].ToString().Trim().ToUpperInvariant(),
            Text = form["text"],
        };
        var taken = await context
            .RequestServices.GetRequiredService<Db>()
            .ActAsync(
                context.Actor(),
                Permission.NoticeSubmit,
                tx => TakeNotice.RunAsync(tx, request),
                context.RequestAborted
            );
        return Pages.Go($"{List}/{taken.NoticeId}", "created");
    }

    private static async Task<IResult> FeedbackAsync(HttpContext context, IFormCollection form)
    {
        var given = new FeedbackGiven
        {
            CaseRef = form["caseRef"],
            RemoteReportId = form["remoteReportId"],
            From = form["from"],
            Outcome = form["outcome"],
            At = Given.Time(form, "at"),
            Text = form["text"],
        };
        await ActRoutes.ActAsync(context, Permission.NoticeSubmit, tx => GiveFeedback.RunAsync(tx, given));
        return Pages.Go(Outcomes, "saved");
    }

    private static async Task<IResult> ShowListAsync(HttpContext context)
    {
        var isAll = context.Request.Query["state"] == "all";
        var list = await ActRoutes.ReadAsync(
            context,
            Permission.CaseRead,
            (tx, http) => NoticeView.ListAsync(tx, isAll, http.Before())
        );
        return Pages.Show<NoticeListPage>(
            context,
            "Notices from outside",
            new { Rows = list, IsAll = isAll }
        );
    }

    private static async Task<IResult> ShowOneAsync(HttpContext context)
    {
        var view = await ActRoutes.ReadAsync(
            context,
            Permission.CaseRead,
            (tx, http) => NoticeView.ReadAsync(tx, http.Id())
        );
        return Pages.Show<NoticePage>(context, "A notice", new { Row = view });
    }

    private static async Task<IResult> AskForWordsAsync(HttpContext context)
    {
        var view = await ActRoutes.ReadAsync(
            context,
            Permission.CaseRead,
            (tx, http) => NoticeView.ReadAsync(tx, http.Id())
        );
        return Pages.Show<NoticeWordsPage>(
            context,
            "Words of a notice",
            new { Address = $"{List}/{view.Status.Id}", Characters = view.TextCharacters }
        );
    }

    /// <summary>Never redirected to: the words stand in this one answer.</summary>
    private static async Task<IResult> ShowWordsAsync(HttpContext context, IFormCollection form)
    {
        var read = await ReadNoticeWords.RunAsync(context, WordsRequest.Of(form));
        return Pages.Show<NoticeWordsPage>(
            context,
            "Words of a notice",
            new
            {
                Address = $"{List}/{context.Id()}",
                Text = read.Words,
                read.ViewId,
                Seconds = (int)read.Allowance.TotalSeconds,
            }
        );
    }

    private static async Task<IResult> ShowOutcomesAsync(HttpContext context)
    {
        var numbers = await ActRoutes.ReadAsync(
            context,
            Permission.CaseRead,
            (tx, _) => NoticeNumbers.ReadAsync(tx)
        );
        return Pages.Show<OutcomesPage>(
            context,
            "Notices in numbers, and outcomes",
            new { Numbers = numbers }
        );
    }

    private static string[] LinesOf(IFormCollection form, string field) =>
        form[field]
            .ToString()
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>As "sha256 0123…".</summary>
    private static NoticeHash HashOf(string line) =>
        line.Split(' ', 2, StringSplitOptions.TrimEntries) is [var algorithm, var value]
            ? new NoticeHash { Algorithm = algorithm, Value = value }
            : new NoticeHash();
}
