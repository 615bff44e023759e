using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Showing;
using Vigil.Server.Features.Viewing.Standing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>The wellness lead's page: limits, and who reached one. Each change is an act in the ledger.</summary>
internal static class WellnessRoutes
{
    public const string Path = "/console/wellness";
    private const int ReasonCharacters = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Permission.WellnessManage, ShowAsync);
        routes.MapForm(
            $"{Path}/rules",
            Permission.WellnessManage,
            async (context, form) =>
            {
                await ActAsync(context, Permission.WellnessManage, tx => WriteAsync(tx, form));
                return Pages.Go(Path, "saved");
            }
        );
        routes.MapForm($"{Path}/stops/{{id:guid}}/lift", Permission.WellnessManage, LiftAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var shown = await DbOf(context)
            .ReadAsync(
                context.Actor(),
                Permission.WellnessManage,
                async tx => new
                {
                    Events = await LimitEvents.ReadAsync(tx),
                    Talks = await Talks.WaitingAsync(tx),
                    CheckIns = await CheckInNumbers.ReadAsync(tx),
                    Rules = await ViewingRules.ReadAsync(tx),
                    Avoided = await ViewsAvoided.ReadAsync(tx),
                    tx.Now,
                },
                context.RequestAborted
            );
        return Pages.Show<WellnessPage>(context, "Wellness", shown);
    }

    private static async Task<IResult> LiftAsync(HttpContext context, IFormCollection form)
    {
        var id = Guid.Parse((string)context.GetRouteValue("id")!, CultureInfo.InvariantCulture);
        var reason = form["reason"].ToString().Trim();
        if (reason.Length is < 3 or > ReasonCharacters)
        {
            throw ProblemException.BadRequest(
                "reason_missing",
                $"Say why in 3 to {ReasonCharacters} characters."
            );
        }
        var lifted = await ActAsync(
            context,
            Permission.WellnessManage,
            tx => LimitEvents.LiftAsync(tx, id, reason)
        );
        return Pages.Go(Path, lifted ? "stop_lifted" : "stop_own");
    }

    private static async Task<bool> WriteAsync(Tx tx, IFormCollection form)
    {
        var rules = new ViewingRules
        {
            DailyMinutes = NumberOf(form, "dailyMinutes"),
            SevereMinutes = NumberOf(form, "severeMinutes"),
            SoftPercent = NumberOf(form, "softPercent"),
            BlockMinutes = NumberOf(form, "blockMinutes"),
            BreakMinutes = NumberOf(form, "breakMinutes"),
            NewMaterialInRow = NumberOf(form, "newMaterialInRow"),
            GraphicInRow = NumberOf(form, "graphicInRow"),
            ViewsAnHour = NumberOf(form, "viewsAnHour"),
            RevealSeconds = NumberOf(form, "revealSeconds"),
            VideoSeconds = NumberOf(form, "videoSeconds"),
            LastMinutes = NumberOf(form, "lastMinutes"),
            CheckInDays = NumberOf(form, "checkInDays"),
            QuietFrom = MinuteOf(form, "quietFrom"),
            QuietTo = MinuteOf(form, "quietTo"),
            UtcOffsetMinutes = NumberOf(form, "utcOffsetMinutes"),
            Helpers = form["helpers"].ToString().Trim(),
        };
        try
        {
            await rules.WriteAsync(tx);
        }
        catch (ValidationException e)
        {
            throw ProblemException.BadRequest(
                "bad_rules",
                e.ValidationResult.ErrorMessage ?? "A limit is out of its range."
            );
        }
        return true;
    }

    private static int NumberOf(IFormCollection form, string name) =>
        int.TryParse(form[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ProblemException.BadRequest("bad_rules", $"'{name}' is a number.");

    private static int MinuteOf(IFormCollection form, string name) =>
        TimeOnly.TryParseExact(
            form[name],
            "HH:mm",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var time
        )
            ? (int)time.ToTimeSpan().TotalMinutes
            : throw ProblemException.BadRequest("bad_rules", $"'{name}' is a time as 21:00.");

    private static async Task<bool> DoneAsync(Task work)
    {
        await work;
        return true;
    }

    private static Task<T> ActAsync<T>(HttpContext context, Permission permission, Func<Tx, Task<T>> act) =>
        DbOf(context).ActAsync(context.Actor(), permission, act, context.RequestAborted);

    private static Db DbOf(HttpContext context) => context.RequestServices.GetRequiredService<Db>();
}
