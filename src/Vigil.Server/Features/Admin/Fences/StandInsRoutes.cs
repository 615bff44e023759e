using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Fences;

/// <summary>Roles for a while: a filing officer's substitute, a reviewer's.</summary>
internal static class StandInsRoutes
{
    private const string Path = "/console/stand-ins";
    private const Permission Manage = Permission.PeopleManage;

    public static void MapStandIns(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Manage, ShowAsync);
        routes.MapForm(Path, Manage, GiveAsync);
        routes.MapForm($"{Path}/end", Manage, EndAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var (people, standIns) = await context
            .Db()
            .ReadAsync(
                context.Actor(),
                Manage,
                async tx => (await Trust.People.ListAsync(tx), await StandIns.ListAsync(tx)),
                context.RequestAborted
            );
        return Pages.Show<StandInsPage>(context, "Stand-ins", new { People = people, StandIns = standIns });
    }

    private static async Task<IResult> GiveAsync(HttpContext context, IFormCollection form)
    {
        _ = Guid.TryParse(form.Text("person"), out var person);
        _ = Guid.TryParse(form.Text("for"), out var absent);
        var role = form.Ticked<Role>("role") is [var chosen]
            ? chosen
            : throw ProblemException.BadRequest("bad_form", "Choose one role.");
        var (from, until) = (DayOf(form.Text("from")), DayOf(form.Text("until")).AddDays(1));
        await context
            .Db()
            .ActAsync(
                context.Actor(),
                Manage,
                tx => StandIns.GiveAsync(tx, person, absent, role, from, until, form.Text("reason")),
                context.RequestAborted
            );
        context.Kernel().Sessions.Forget();
        return Pages.Go(Path, "created");
    }

    private static async Task<IResult> EndAsync(HttpContext context, IFormCollection form)
    {
        _ = Guid.TryParse(form.Text("standIn"), out var id);
        await context
            .Db()
            .ActAsync(context.Actor(), Manage, tx => StandIns.EndAsync(tx, id), context.RequestAborted);
        context.Kernel().Sessions.Forget();
        return Pages.Go(Path, "removed");
    }

    private static DateTimeOffset DayOf(string text) =>
        DateOnly.TryParseExact(
            text,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
            : throw ProblemException.BadRequest(
                "bad_day",
                "A day is written as 2026-12-24; days end at midnight UTC."
            );
}
