using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Playbooks;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Showing;

/// <summary>The console's pages of working through a queue. Forms and links; keys are a help, not a need.</summary>
internal static class WorkPages
{
    private const string Cases = "/console/cases";

    public static void AddNotices()
    {
        Notices.Add("case_claimed", "The case is yours while you work on it.");
        Notices.Add("case_given_back", "The case is given back.");
        Notices.Add("case_skipped", "Skipped: it comes back to you later. This is the next one.");
        Notices.Add(
            "case_held",
            "The case waits. It comes back by itself, or when something new comes into it."
        );
        Notices.Add("case_resumed", "The case waits no more: it is offered again.");
        Notices.Add("case_handed_over", "The case is handed over.");
        Notices.Add("case_typed", "The type is changed; its playbook is below.");
        Notices.Add("case_undone", "The decision is taken back. Nobody was told.");
        Notices.Add("case_danger", "First of the queue, and who is on call is woken. Follow the checklist.");
        Notices.Add("case_danger_ended", "The danger lane of this case is closed.");
        Notices.Add("queue_empty", "Nothing waits for you in this queue.");
        Notices.Add("queues_saved", "The queues are changed.");
        Notices.Add("item_graded", "Your grade is kept.");
        Notices.Add("many_confirmed", "All of them are confirmed. " + DecideCase.DraftNow);
        Notices.Add(
            "action_done",
            "Done. The platform is told, not before the confirmation can no longer be undone. It can be taken back."
        );
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapForm($"{Cases}/next", Permission.CaseDecide, NextAsync);
        routes.MapForm($"{Cases}/decisions", Permission.CaseDecide, ConfirmManyAsync);
        MapClaims(routes);
        MapMoves(routes);
        MapActs(routes);
        MapItems(routes);
        routes.MapPage("/console/queues", Permission.CaseRead, ShowQueuesAsync);
        routes.MapForm("/console/queues", Permission.CaseAssign, ChangeQueuesAsync);
        routes.MapPage("/console/stacks", Permission.CaseRead, ShowStacksAsync);
        routes.MapPage("/console/stacks/{stack}", Permission.CaseRead, ShowStackAsync);
        routes.MapPage(
            "/console/playbooks",
            Permission.CaseRead,
            context => Task.FromResult(Pages.Show<PlaybooksPage>(context, "Playbooks"))
        );
    }

    private static void MapClaims(IEndpointRouteBuilder routes)
    {
        Form(routes, "claim", "case_claimed", (tx, reference, _) => ClaimCase.RunAsync(tx, reference));
        Form(
            routes,
            "renew",
            null,
            (tx, reference, form) => ClaimCase.RenewAsync(tx, reference, LeaseOf(form))
        );
        Form(
            routes,
            "release",
            "case_given_back",
            (tx, reference, form) => ClaimCase.ReleaseAsync(tx, reference, LeaseOf(form))
        );
        routes.MapForm($"{Cases}/{{reference}}/skip", Permission.CaseDecide, SkipAsync);
    }

    private static void MapMoves(IEndpointRouteBuilder routes)
    {
        Form(
            routes,
            "handover",
            "case_handed_over",
            (tx, reference, form) =>
                AssignCase.HandOverAsync(
                    tx,
                    reference,
                    new AssignRequest
                    {
                        To = form["to"],
                        Note = form["note"],
                        Lease = LeaseOf(form),
                    }
                )
        );
        Form(
            routes,
            "hold",
            "case_held",
            (tx, reference, form) =>
                HoldCase.RunAsync(
                    tx,
                    reference,
                    new HoldRequest
                    {
                        Until = tx.Now + TimeSpan.FromHours(HoursOf(form["hours"])),
                        Reason = form["reason"],
                        Lease = LeaseOf(form),
                    }
                )
        );
        Form(
            routes,
            "resume",
            "case_resumed",
            (tx, reference, form) => HoldCase.ResumeAsync(tx, reference, LeaseOf(form))
        );
        Form(
            routes,
            "type",
            "case_typed",
            (tx, reference, form) =>
                TypeCase.RunAsync(
                    tx,
                    reference,
                    new TypeRequest { ProblemType = form["problemType"], Lease = LeaseOf(form) }
                )
        );
    }

    private static void MapActs(IEndpointRouteBuilder routes)
    {
        Form(
            routes,
            "undo",
            "case_undone",
            (tx, reference, form) =>
                UndoDecision.RunAsync(tx, DecidingPerson.Of(tx, form["person"]), reference)
        );
        Form(routes, "danger", "case_danger", (tx, reference, _) => DangerLane.BeginAsync(tx, reference));
        Form(
            routes,
            "danger-end",
            "case_danger_ended",
            (tx, reference, form) => DangerLane.EndAsync(tx, reference, form["note"])
        );
        Form(
            routes,
            "action",
            "action_done",
            (tx, reference, form) =>
                ActOnAccount.RunAsync(
                    tx,
                    reference,
                    new ActionRequest
                    {
                        Kind = form["kind"],
                        Reason = form["reason"],
                        PlaybookRead = form["playbookRead"] == "true",
                        Lease = LeaseOf(form),
                        Person = form["person"],
                    }
                )
        );
    }

    private static void MapItems(IEndpointRouteBuilder routes)
    {
        var path = $"{Cases}/{{reference}}/items/{{item}}/grade";
        routes.MapPage(path, Permission.CaseGrade, ShowGradeAsync);
        routes.MapForm(
            path,
            Permission.CaseGrade,
            async (context, form) =>
            {
                var request = GradeOf(form) with
                {
                    Reasons = [.. form["reason"].OfType<string>()],
                    Text = form["text"],
                    SecondOpinion = form["secondOpinion"] == "true",
                    Person = form["person"],
                };
                await ActAsync(
                    context,
                    Permission.CaseGrade,
                    tx => GradeItem.RunAsync(tx, context.Reference(), context.RouteId("item"), request)
                );
                return Pages.Go($"{Cases}/{context.Reference()}", "item_graded");
            }
        );
    }

    /// <summary>Its facts alone.</summary>
    public static GradeRequest GradeOf(IFormCollection form) =>
        new()
        {
            Age = form["age"],
            Activity = form["activity"],
            Depiction = form["depiction"],
            FocusOnGenitals = form["fact"].Contains("focusOnGenitals"),
            Animal = form["fact"].Contains("animal"),
            Sadism = form["fact"].Contains("sadism"),
            SelfGenerated = form["fact"].Contains("selfGenerated"),
            LiveStreamed = form["fact"].Contains("liveStreamed"),
            Infant = form["fact"].Contains("infant"),
        };

    private static async Task<IResult> NextAsync(HttpContext context, IFormCollection form)
    {
        try
        {
            var taken = await ActAsync(
                context,
                Permission.CaseDecide,
                tx => TakeNext.RunAsync(tx, form["queue"])
            );
            return Pages.Go($"{Cases}/{taken.CaseRef}", "case_claimed");
        }
        catch (ProblemException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            return Pages.Go(Cases, "queue_empty");
        }
    }

    /// <summary>Skipped, and on to the next: the queue is worked without going back to it.</summary>
    private static async Task<IResult> SkipAsync(HttpContext context, IFormCollection form)
    {
        await ActAsync(
            context,
            Permission.CaseDecide,
            tx => SkipCase.RunAsync(tx, context.Reference(), LeaseOf(form))
        );
        return await NextAsync(context, form);
    }

    private static async Task<IResult> ConfirmManyAsync(HttpContext context, IFormCollection form)
    {
        var request = new ManyRequest
        {
            Cases = [.. form["case"].OfType<string>()],
            Items = ItemsRead.Of(form[ItemsRead.Field]).Ids,
            Reason = form["reason"],
            Person = form["person"],
        };
        await ActAsync(context, Permission.CaseDecide, tx => DecideMany.RunAsync(tx, request));
        return Pages.Go("/console/stacks", "many_confirmed");
    }

    private static async Task<IResult> ShowQueuesAsync(HttpContext context)
    {
        var queues = await ReadAsync(context, Permission.CaseRead, CaseQueues.StateAsync);
        return Pages.Show<QueuesPage>(context, "Queues", new { Queues = queues });
    }

    private static async Task<IResult> ChangeQueuesAsync(HttpContext context, IFormCollection form)
    {
        var rules = form["rules"].ToString();
        var request =
            rules.Trim().Length == 0
                ? new QueuesRequest()
                : JsonBody.Parse<QueuesRequest>(
                    System.Text.Encoding.UTF8.GetBytes(string.Concat("{\"queues\":", rules, "}"))
                );
        await ActAsync(context, Permission.CaseAssign, tx => CaseQueues.ReplaceAsync(tx, request));
        return Pages.Go("/console/queues", "queues_saved");
    }

    private static async Task<IResult> ShowStacksAsync(HttpContext context)
    {
        var stacks = await ReadAsync(context, Permission.CaseRead, CaseStacks.ListAsync);
        return Pages.Show<StacksPage>(context, "Stacks", new { stacks.Stacks });
    }

    private static async Task<IResult> ShowStackAsync(HttpContext context)
    {
        var stack = await ReadAsync(
            context,
            Permission.CaseRead,
            tx => CaseStacks.ReadAsync(tx, context.RouteId("stack"))
        );
        return Pages.Show<StackPage>(context, "Stack", new { View = stack });
    }

    private static async Task<IResult> ShowGradeAsync(HttpContext context)
    {
        var id = context.RouteId("item");
        var (view, grades, contents) = await ReadAsync(
            context,
            Permission.CaseGrade,
            async tx =>
            {
                var grades = await Opinions.ReadAsync(tx, context.Reference());
                if (grades.Items.Any(item => item.ItemId == id && item.IsWanted))
                {
                    await TakeToJudge.RequireAsync(
                        tx,
                        await CaseActs.RequireAsync(tx, context.Reference()),
                        id
                    );
                }
                return (
                    await ReadCase.RunAsync(tx, context.Reference()),
                    grades,
                    await ReadAudit.ContentsOfAsync(tx, context.Reference(), id)
                );
            }
        );
        return Pages.Show<GradePage>(
            context,
            "Grade an item",
            new
            {
                Item = view.Items.FirstOrDefault(item => item.Id == id)
                    ?? throw ProblemException.NotFound("There is no such item in this case."),
                View = view,
                Grades = grades.Items.First(item => item.ItemId == id),
                Contents = contents,
            }
        );
    }

    private static void Form<T>(
        IEndpointRouteBuilder routes,
        string act,
        string? notice,
        Func<Tx, string, IFormCollection, Task<T>> work
    ) =>
        routes.MapForm(
            $"{Cases}/{{reference}}/{act}",
            Permission.CaseDecide,
            async (context, form) =>
            {
                var reference = context.Reference();
                if (notice is null)
                {
                    // A sign of life from a script: no act, no page.
                    await DbOf(context)
                        .WriteAsync(
                            context.Actor(),
                            Permission.CaseDecide,
                            tx => work(tx, reference, form),
                            context.RequestAborted
                        );
                    return Results.NoContent();
                }
                await ActAsync(context, Permission.CaseDecide, tx => work(tx, reference, form));
                return Pages.Go($"{Cases}/{reference}", notice);
            }
        );

    public static long? LeaseOf(IFormCollection form) =>
        long.TryParse(form["lease"], NumberStyles.None, CultureInfo.InvariantCulture, out var lease)
            ? lease
            : null;

    public static Task<T> ReadAsync<T>(HttpContext context, Permission permission, Func<Tx, Task<T>> read) =>
        DbOf(context).ReadAsync(context.Actor(), permission, read, context.RequestAborted);

    public static Task<T> ActAsync<T>(HttpContext context, Permission permission, Func<Tx, Task<T>> act) =>
        DbOf(context).ActAsync(context.Actor(), permission, act, context.RequestAborted);

    private static double HoursOf(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours)
            ? Math.Min(hours, 100_000)
            : throw ProblemException.BadRequest("bad_hours", "'hours' is a number.");

    private static Db DbOf(HttpContext context) => context.RequestServices.GetRequiredService<Db>();
}
