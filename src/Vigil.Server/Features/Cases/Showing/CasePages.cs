using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Showing;

/// <summary>The console's pages of cases: queue, case, new case. Forms and links, no scripts needed.</summary>
internal static class CasePages
{
    private const string Queue = "/console/cases";

    public static void AddNotices()
    {
        Notices.Add("case_opened", "The case is open.");
        Notices.Add("case_noted", "Your note stands in the timeline.");
        Notices.Add(
            "case_not_csam",
            "Decided: not CSAM. The platform is told, and what rested on it is looked at again."
        );
        Notices.Add("case_confirmed", DecideCase.DraftNow);
        Notices.Add("case_closed", "The case is closed.");
        Notices.Add("case_reopened", "The case is open again.");
        Notices.Add("case_unknown", "There is no case of this reference.");
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Queue, Permission.CaseRead, ShowQueueAsync);
        routes.MapForm($"{Queue}/search", Permission.CaseRead, SearchAsync);
        routes.MapPage(
            $"{Queue}/new",
            Permission.CaseDecide,
            context => Task.FromResult(Pages.Show<NewCasePage>(context, "Open a case by hand"))
        );
        routes.MapForm($"{Queue}/new", Permission.CaseDecide, OpenAsync);
        routes.MapPage($"{Queue}/{{reference}}", Permission.CaseRead, ShowCaseAsync);
        routes.MapPage($"{Queue}/{{reference}}/words", Permission.CaseRead, AskForWordsAsync);
        routes.MapForm($"{Queue}/{{reference}}/words", Permission.CaseRead, ShowWordsAsync);
        Form(
            routes,
            "note",
            "case_noted",
            (tx, reference, form) => AddNote.RunAsync(tx, reference, form["text"])
        );
        routes.MapForm($"{Queue}/{{reference}}/decision", Permission.CaseDecide, DecideAsync);
        Form(
            routes,
            "close",
            "case_closed",
            (tx, reference, form) =>
                CloseCase.RunAsync(
                    tx,
                    DecidingPerson.Of(tx, form["person"]),
                    reference,
                    Words.Parse<CloseReason>(form["because"], "because"),
                    form["reason"],
                    ItemsRead.Of(form[ItemsRead.Field]),
                    WorkPages.LeaseOf(form)
                )
        );
        Form(
            routes,
            "reopen",
            "case_reopened",
            (tx, reference, form) =>
                ReopenCase.RunAsync(tx, DecidingPerson.Of(tx, form["person"]), reference, form["reason"])
        );
    }

    private static async Task<IResult> ShowQueueAsync(HttpContext context)
    {
        var isFirst = context.Request.Query.Count == 0;
        var filter = QueueFilter.Of(context.Request.Query);
        // Who comes without a wish sees what waits.
        filter = isFirst ? filter with { State = CaseState.Open } : filter;
        var page = await DbOf(context)
            .ReadAsync(
                context.Actor(),
                Permission.CaseRead,
                tx => CaseQueue.ReadAsync(tx, filter),
                context.RequestAborted
            );
        return Pages.Show<CasesPage>(context, "Cases", new { Rows = page, Filter = filter });
    }

    /// <summary>By reference or pseudonym. Posted, because a pseudonym must stand in no address and no log.</summary>
    private static async Task<IResult> SearchAsync(HttpContext context, IFormCollection form)
    {
        var wanted = CaseLimits.Required(form["wanted"], CaseLimits.PseudonymCharacters, "wanted");
        if (CaseRef.IsWellFormed(wanted.ToUpperInvariant()))
        {
            return Pages.Go($"{Queue}/{wanted.ToUpperInvariant()}");
        }
        var found = await DbOf(context)
            .ActAsync(
                context.Actor(),
                Permission.CaseRead,
                tx => CaseQueue.SearchAsync(tx, new SearchRequest { Account = wanted }),
                context.RequestAborted
            );
        return Pages.Show<CasesPage>(context, "Cases of one account", new { Rows = found });
    }

    private static async Task<IResult> ShowCaseAsync(HttpContext context)
    {
        var reference = ReferenceOf(context);
        var shown = await DbOf(context)
            .ReadAsync(
                context.Actor(),
                Permission.CaseRead,
                async tx =>
                    CaseRef.IsWellFormed(reference) && await CaseFile.FindAsync(tx, reference) is { } file
                        ? (
                            View: await ReadCase.RunAsync(tx, reference),
                            Actions: (await SubjectRoutes.ActionsOf(tx, reference)).Actions,
                            People: await AssignCase.ReviewersAsync(tx, reference),
                            Forms: await CaseForms.OfAsync(tx, file)
                        )
                        : default,
                context.RequestAborted
            );
        return shown.View is null
            ? Pages.Go(Queue, "case_unknown")
            : Pages.Show<CasePage>(
                context,
                $"Case {reference}",
                new
                {
                    shown.View,
                    shown.Actions,
                    shown.People,
                    shown.Forms,
                }
            );
    }

    private static async Task<IResult> AskForWordsAsync(HttpContext context)
    {
        var (reference, after) = (ReferenceOf(context), ReadWords.AfterOf(context));
        var (view, next) = await DbOf(context)
            .ReadAsync(
                context.Actor(),
                Permission.CaseRead,
                tx => FlagsOfPageAsync(tx, reference, after),
                context.RequestAborted
            );
        return Pages.Show<WordsPage>(
            context,
            $"Words of {reference}",
            new
            {
                View = view,
                After = after,
                Next = next,
            }
        );
    }

    /// <summary>The case with the flags, and on the first page the items, whose words a look shows.</summary>
    private static async Task<(CaseView View, Guid? Next)> FlagsOfPageAsync(
        Tx tx,
        string reference,
        Guid? after
    )
    {
        var view = await ReadCase.RunAsync(tx, reference);
        var file = (await CaseFile.FindAsync(tx, reference))!;
        var page = await CaseFlag.WithWordsAsync(tx, file.Id, after);
        return (
            view with
            {
                Items = page.IsFirst ? view.Items : [],
                Flags = [.. page.Flags.Select(flag => flag.ToView(tx))],
            },
            page.Next
        );
    }

    /// <summary>Never redirected to: the words stand in this one answer.</summary>
    private static async Task<IResult> ShowWordsAsync(HttpContext context, IFormCollection form)
    {
        var read = await ReadWords.RunAsync(context, WordsRequest.Of(form));
        var reference = ReferenceOf(context);
        return Pages.Show<WordsShownPage>(
            context,
            $"Words of {reference}",
            new
            {
                Reference = reference,
                read.Words,
                read.ViewId,
                Seconds = (int)read.Allowance.TotalSeconds,
            }
        );
    }

    private static async Task<IResult> OpenAsync(HttpContext context, IFormCollection form)
    {
        var request = new HandRequest
        {
            Account = form["account"],
            ContentRef = form["contentRef"],
            Surface = form["surface"],
            Jurisdiction = form["jurisdiction"],
            ProblemType = form["problemType"],
            TextAlone = form["textAlone"] == "true",
            Notice = string.IsNullOrWhiteSpace(form["noticeFrom"])
                ? null
                : new Notice { From = form["noticeFrom"], Reference = form["noticeReference"] },
            Text = form["text"],
            Reason = form["reason"],
        };
        var opened = await ActAsync(context, tx => OpenCaseByHand.RunAsync(tx, request));
        return Pages.Go($"{Queue}/{opened.CaseRef}", "case_opened");
    }

    private static async Task<IResult> DecideAsync(HttpContext context, IFormCollection form)
    {
        var verdict = CaseRoutes.VerdictOf(form["verdict"]);
        var items = form["item"].Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty).ToList();
        await ActAsync(
            context,
            tx =>
                DecideCase.RunAsync(
                    tx,
                    DecidingPerson.Of(tx, form["person"]),
                    ReferenceOf(context),
                    verdict,
                    form["reason"],
                    items.Count == 0 ? null : items,
                    ItemsRead.Of(form[ItemsRead.Field]),
                    WorkPages.LeaseOf(form)
                )
        );
        return Pages.Go($"{Queue}/{ReferenceOf(context)}", $"case_{Words.NameOf(verdict)}");
    }

    private static void Form(
        IEndpointRouteBuilder routes,
        string act,
        string notice,
        Func<Tx, string, IFormCollection, Task<CaseStatus>> work
    ) =>
        routes.MapForm(
            $"{Queue}/{{reference}}/{act}",
            Permission.CaseDecide,
            async (context, form) =>
            {
                var reference = ReferenceOf(context);
                await ActAsync(context, tx => work(tx, reference, form));
                return Pages.Go($"{Queue}/{reference}", notice);
            }
        );

    private static Task<T> ActAsync<T>(HttpContext context, Func<Tx, Task<T>> act) =>
        DbOf(context).ActAsync(context.Actor(), Permission.CaseDecide, act, context.RequestAborted);

    private static Db DbOf(HttpContext context) => context.RequestServices.GetRequiredService<Db>();

    private static string ReferenceOf(HttpContext context) =>
        context.GetRouteValue("reference") as string ?? "";
}
