using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Checkins;

/// <summary>A person's own check-ins. No act here is in the ledger: answers are nobody's business.</summary>
internal static class CheckinRoutes
{
    public const string Path = ExposureRoutes.Path + "/checkin";

    public static void AddNotices()
    {
        Notices.Add("checkin_done", "Thank you. What you answered is yours alone.");
        Notices.Add("checkin_later", "Not now. It is offered again tomorrow at the earliest.");
        Notices.Add("checkin_forgotten", "All your answers are deleted.");
        Notices.Add("contact_done", "It is noted.");
        Notices.Add("contact_own", "Not done: it is your own, or it is answered already.");
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Permission.ContentRender, ShowAsync);
        Form(routes, Path, "checkin_done", ExposureRoutes.Path, DoneAsync);
        Form(
            routes,
            Path + "/later",
            "checkin_later",
            ExposureRoutes.Path,
            (tx, viewer, _) => CheckinOffer.PutOffAsync(tx, viewer)
        );
        Form(
            routes,
            Path + "/forget",
            "checkin_forgotten",
            Path,
            (tx, viewer, _) => Checkin.ForgetAsync(tx, viewer)
        );
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var viewer = context.Person().Actor.Name;
        var shown = await context
            .RequestServices.GetRequiredService<Db>()
            .ReadAsync(
                context.Actor(),
                Permission.ContentRender,
                async tx => new
                {
                    Rules = await CheckinRules.ReadAsync(tx),
                    Own = await Checkin.OfAsync(tx, viewer),
                    Helpers = await Helper.ReadAsync(tx),
                    Line = (await ViewingRules.ReadAsync(tx)).Helpers,
                    IsWaiting = await ContactRequest.IsWaitingAsync(tx, viewer),
                },
                context.RequestAborted
            );
        return Pages.Show<CheckinPage>(context, "Check-in", shown);
    }

    private static async Task DoneAsync(Tx tx, string viewer, IFormCollection form)
    {
        var known = CheckinQuestions.Known;
        var answers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var question in known.Questions)
        {
            var given = form[$"q-{question.Id}"].ToString();
            if (given.Length == 0)
            {
                continue;
            }
            answers[question.Id] =
                int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
                && place < known.Scale.Count
                    ? place
                    : throw ProblemException.BadRequest("bad_answer", "Choose one of the answers, or none.");
        }
        // Without an answer too: it was taken, and is not offered again at once.
        await Checkin.AddAsync(tx, viewer, answers);
        if (form["talk"] == "yes")
        {
            await ContactRequest.AskAsync(tx, viewer);
        }
    }

    private static void Form(
        IEndpointRouteBuilder routes,
        string path,
        string notice,
        string next,
        Func<Tx, string, IFormCollection, Task> change
    ) =>
        routes.MapForm(
            path,
            Permission.ContentRender,
            async (context, form) =>
            {
                var viewer = context.Person().Actor.Name;
                await context
                    .RequestServices.GetRequiredService<Db>()
                    .WriteAsync(
                        context.Actor(),
                        Permission.ContentRender,
                        async tx =>
                        {
                            await change(tx, viewer, form);
                            return true;
                        },
                        context.RequestAborted
                    );
                return Pages.Go(next, notice);
            }
        );
}
