using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>The forms of a check-in: a person's own leave no trace in the ledger, the lead's act does.</summary>
internal static class CheckInRoutes
{
    public static void AddNotices()
    {
        Notices.Add("check_in_kept", "Thank you. Nobody but you sees your answer.");
        Notices.Add("check_in_skipped", "All right. Nobody is told, and nothing follows.");
        Notices.Add("check_in_gone", "This question is no longer asked.");
        Notices.Add("talk_asked", "Your wellness lead is told that you ask for a talk, and nothing else.");
        Notices.Add("talk_taken_back", "Taken back.");
        Notices.Add("talk_done", "The talk is marked as done.");
        Notices.Add("talk_own", "Not marked: it is your own, or it is done or taken back already.");
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapForm($"{ExposureRoutes.Path}/check-in/{{id:guid}}", Permission.ContentRender, AnswerAsync);
        MapTalk(routes, "talk", Talks.AskAsync, "talk_asked");
        MapTalk(routes, "talk/withdraw", Talks.TakeBackAsync, "talk_taken_back");
        routes.MapForm(
            $"{WellnessRoutes.Path}/talks/{{id:guid}}/done",
            Permission.WellnessManage,
            async (context, _) =>
            {
                var isDone = await context
                    .RequestServices.GetRequiredService<Db>()
                    .ActAsync(
                        context.Actor(),
                        Permission.WellnessManage,
                        tx => Talks.DoneAsync(tx, context.Id()),
                        context.RequestAborted
                    );
                return Pages.Go(WellnessRoutes.Path, isDone ? "talk_done" : "talk_own");
            }
        );
    }

    private static void MapTalk(
        IEndpointRouteBuilder routes,
        string path,
        Func<Tx, string, Task<bool>> work,
        string notice
    ) =>
        routes.MapForm(
            $"{ExposureRoutes.Path}/{path}",
            Permission.ContentRender,
            async (context, _) =>
            {
                await OwnAsync(context, work);
                return Pages.Go(ExposureRoutes.Path, notice);
            }
        );

    private static async Task<IResult> AnswerAsync(HttpContext context, IFormCollection form)
    {
        CheckInAnswer? answer =
            form["skip"] == "on" ? null : Words.Read<CheckInAnswer>(form["answer"], "answer");
        var isKept = await OwnAsync(
            context,
            (tx, viewer) => CheckIns.AnswerAsync(tx, viewer, context.Id(), answer)
        );
        return Pages.Go(
            ExposureRoutes.Path,
            !isKept ? "check_in_gone"
                : answer is null ? "check_in_skipped"
                : "check_in_kept"
        );
    }

    private static Task<T> OwnAsync<T>(HttpContext context, Func<Tx, string, Task<T>> work) =>
        context
            .RequestServices.GetRequiredService<Db>()
            .WriteAsync(
                context.Actor(),
                Permission.ContentRender,
                tx => work(tx, context.Person().Actor.Name),
                context.RequestAborted
            );
}
