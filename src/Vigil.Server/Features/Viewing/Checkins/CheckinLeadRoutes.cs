using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Checkins;

/// <summary>The wellness lead's part: who asked to talk, helpers, rules, and counts of no small group.</summary>
internal static class CheckinLeadRoutes
{
    public const string Path = WellnessRoutes.Path + "/checkins";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Permission.WellnessManage, ShowAsync);
        routes.MapForm(
            Path + "/contacts/{id:guid}/take",
            Permission.WellnessManage,
            (context, _) => ContactAsync(context, ContactRequest.TakeAsync)
        );
        routes.MapForm(
            Path + "/contacts/{id:guid}/answered",
            Permission.WellnessManage,
            (context, _) => ContactAsync(context, ContactRequest.AnswerAsync)
        );
        Form(routes, "/rules", (tx, _, form) => WriteAsync(tx, form));
        Form(routes, "/helpers", (tx, _, form) => HelperOf(form).AddAsync(tx));
        Form(routes, "/helpers/{id:guid}/remove", (tx, context, _) => Helper.RemoveAsync(tx, context.Id()));
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var shown = await context
            .RequestServices.GetRequiredService<Db>()
            .ReadAsync(
                context.Actor(),
                Permission.WellnessManage,
                async tx => new
                {
                    Contacts = await ContactRequest.ReadAsync(tx),
                    Helpers = await Helper.ReadAsync(tx),
                    Rules = await CheckinRules.ReadAsync(tx),
                    Counts = await CheckinCounts.ReadAsync(tx),
                    tx.Now,
                },
                context.RequestAborted
            );
        return Pages.Show<CheckinLeadPage>(context, "Check-ins and helpers", shown);
    }

    private static async Task<IResult> ContactAsync(HttpContext context, Func<Tx, Guid, Task<bool>> act)
    {
        var id = context.Id();
        var done = await context
            .RequestServices.GetRequiredService<Db>()
            .ActAsync(context.Actor(), Permission.WellnessManage, tx => act(tx, id), context.RequestAborted);
        return Pages.Go(Path, done ? "contact_done" : "contact_own");
    }

    private static async Task WriteAsync(Tx tx, IFormCollection form)
    {
        try
        {
            await new CheckinRules
            {
                ExposureDays = NumberOf(form, "exposureDays"),
                KeepDays = NumberOf(form, "keepDays"),
                AnswerHours = NumberOf(form, "answerHours"),
            }.WriteAsync(tx);
        }
        catch (ValidationException e)
        {
            throw ProblemException.BadRequest(
                "bad_rules",
                e.ValidationResult.ErrorMessage ?? "A number is out of its range."
            );
        }
    }

    private static Helper HelperOf(IFormCollection form) =>
        new()
        {
            Place = form["place"].ToString(),
            Language = form["language"].ToString(),
            Name = form["name"].ToString(),
            Phone = form["phone"].ToString(),
            Hours = form["hours"].ToString(),
            Link = form["link"].ToString(),
        };

    private static int NumberOf(IFormCollection form, string name) =>
        int.TryParse(form[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ProblemException.BadRequest("bad_rules", $"'{name}' is a number.");

    private static void Form(
        IEndpointRouteBuilder routes,
        string path,
        Func<Tx, HttpContext, IFormCollection, Task> act
    ) =>
        routes.MapForm(
            Path + path,
            Permission.WellnessManage,
            async (context, form) =>
            {
                await ActRoutes.ActAsync(context, Permission.WellnessManage, tx => act(tx, context, form));
                return Pages.Go(Path, "saved");
            }
        );
}
