using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Showing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>
/// Each person's own page. No act here is in the ledger: pausing must leave no trace that others could read.
/// </summary>
internal static class ExposureRoutes
{
    public const string Path = "/console/exposure";

    public static void AddNotices()
    {
        Notices.Add("viewing_paused", "You paused. Nobody asks why.");
        Notices.Add("viewing_resumed", "You go on.");
        Notices.Add("stop_lifted", "The person may go on.");
        Notices.Add(
            "stop_own",
            "Not lifted: it is your own, or it is lifted already. Another person must do it."
        );
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Permission.ContentRender, ShowAsync);
        routes.MapForm(
            $"{Path}/pause",
            Permission.ContentRender,
            (context, _) =>
                ChangeAsync(
                    context,
                    "viewing_paused",
                    (tx, person, _) => person with { PausedAt = person.PausedAt ?? tx.Now }
                )
        );
        routes.MapForm(
            $"{Path}/resume",
            Permission.ContentRender,
            (context, _) =>
                ChangeAsync(context, "viewing_resumed", (_, person, _) => person with { PausedAt = null })
        );
        routes.MapForm(
            $"{Path}/settings",
            Permission.ContentRender,
            (context, form) =>
                ChangeAsync(context, "saved", (tx, person, rules) => Read(form, person, rules, tx.Now))
        );
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var viewer = context.Person().Actor.Name;
        var (rules, person, seen, checkIn) = await DbOf(context)
            .ReadAsync(
                context.Actor(),
                Permission.ContentRender,
                async tx =>
                {
                    var inForce = await ViewingRules.ReadAsync(tx);
                    return (
                        inForce,
                        await ViewingPerson.ReadAsync(tx, viewer),
                        await Exposure.ReadAsync(tx, viewer, inForce),
                        await OwnCheckIn.ReadAsync(tx, viewer)
                    );
                },
                context.RequestAborted
            );
        return Pages.Show<ExposurePage>(
            context,
            "Your exposure",
            new
            {
                Rules = rules,
                Person = person,
                Seen = seen,
                Refusal = MayView.Decide(
                    rules,
                    person with
                    {
                        Own = new OwnSettings(),
                    },
                    seen,
                    ViewMode.Reveal
                ),
                CheckIn = checkIn,
                IsNear = MayView.IsNearLimit(rules, seen),
            }
        );
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context,
        string notice,
        Func<Tx, ViewingPerson, ViewingRules, ViewingPerson> change
    )
    {
        var viewer = context.Person().Actor.Name;
        await DbOf(context)
            .WriteAsync(
                context.Actor(),
                Permission.ContentRender,
                async tx =>
                {
                    var person = await ViewingPerson.ReadAsync(tx, viewer);
                    return await change(tx, person, await ViewingRules.ReadAsync(tx)).WriteAsync(tx, viewer);
                },
                context.RequestAborted
            );
        return Pages.Go(Path, notice);
    }

    private static ViewingPerson Read(
        IFormCollection form,
        ViewingPerson person,
        ViewingRules rules,
        DateTimeOffset now
    ) =>
        person with
        {
            Own = new OwnSettings
            {
                Reveal = Words.Read<RevealWish>(form["reveal"], "reveal"),
                Renditions = Words.Read<RenditionWish>(form["renditions"], "renditions"),
                RevealSeconds = int.TryParse(
                    form["seconds"],
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var seconds
                )
                    ? Math.Clamp(seconds, 1, 30)
                    : throw ProblemException.BadRequest("bad_seconds", "Seconds are a number from 1 to 30."),
                VideoSeconds = int.TryParse(
                    form["videoSeconds"],
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var videoSeconds
                )
                    ? Math.Clamp(videoSeconds, 10, 600)
                    : person.Own.VideoSeconds,
                NoSound = form["noSound"] == "on",
                OptOuts =
                [
                    .. Enum.GetValues<HarmKind>()
                        .Where(harm => form["optOut"].Contains(harm.ToString(), StringComparer.Ordinal)),
                ],
            },
            ShiftEndsAt = EndOf(form["shiftEnds"], rules, now),
        };

    /// <summary>The next time that the house's clock says so.</summary>
    private static DateTimeOffset? EndOf(string? text, ViewingRules rules, DateTimeOffset now)
    {
        if (
            !TimeOnly.TryParseExact(
                text,
                "HH:mm",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var time
            )
        )
        {
            return null;
        }
        var today = rules.DayOf(now) + time.ToTimeSpan();
        return today > now ? today : today.AddDays(1);
    }

    private static Db DbOf(HttpContext context) => context.RequestServices.GetRequiredService<Db>();
}
