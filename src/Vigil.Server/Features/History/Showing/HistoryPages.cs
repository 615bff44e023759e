using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.History.Erasing;
using Vigil.Server.Features.History.Hunting;
using Vigil.Server.Features.History.Setting;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Showing;

/// <summary>`/console/history` and its hunts.</summary>
internal static class HistoryPages
{
    public const string Path = "/console/history";
    private const string Hunt = Path + "/hunts/{id:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Notices.Add("history_on", "Fingerprints are kept from now on.");
        Notices.Add("history_off", "Nothing is kept any more; what was kept is destroyed.");
        Notices.Add("history_erased", "Erased from the history.");
        Notices.Add("history_erasing", "It is being erased; hunts pass over it already.");
        Notices.Add("hunt_started", "The hunt waits for its turn.");
        routes.MapPage(Path, Permission.HistoryRead, ShowAsync);
        routes.MapForm(Path, Permission.HistoryManage, TurnOnAsync);
        routes.MapForm(Path + "/off", Permission.HistoryManage, TurnOffAsync);
        routes.MapForm(Path + "/erase", Permission.HistoryErase, EraseAsync);
        routes.MapForm(Path + "/hunts", Permission.HuntRun, StartAsync);
        routes.MapPage(Hunt, Permission.HistoryRead, ShowHuntAsync);
        routes.MapForm(Hunt, Permission.HuntRun, MoveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        Guid? before = Guid.TryParse(context.Request.Query["before"], out var id) ? id : null;
        var (actor, stop) = (context.Actor(), context.RequestAborted);
        return Pages.Show<HistoryPage>(
            context,
            "History",
            new
            {
                Kept = await Get<ShowHistory>(context).RunAsync(actor, stop),
                Hunted = await Get<ShowHunts>(context).PageAsync(actor, before, stop),
                IsFirst = before is null,
            }
        );
    }

    private static async Task<IResult> TurnOnAsync(HttpContext context, IFormCollection form)
    {
        await Get<TurnOn>(context)
            .RunAsync(
                context.Actor(),
                new HistoryWanted
                {
                    Days = Number(form, "days"),
                    MaxGigabytes = Number(form, "maxGigabytes"),
                    HuntsByItself = form["huntsByItself"].ToString() == "yes",
                    Reason = form["reason"],
                }
            );
        return Pages.Go(Path, "history_on");
    }

    private static async Task<IResult> TurnOffAsync(HttpContext context, IFormCollection form)
    {
        await Get<TurnOff>(context).RunAsync(context.Actor(), form["reason"]);
        return Pages.Go(Path, "history_off");
    }

    private static async Task<IResult> EraseAsync(HttpContext context, IFormCollection form)
    {
        var kind = Words.Read<ErasureKind>(form["kind"], "kind");
        if (form["value"].ToString() is not { Length: > 0 and <= HistoryRules.MaxRefCharacters } value)
        {
            throw ProblemException.BadRequest("bad_reference", "Say which content or account.");
        }
        var view = await Get<EraseContent>(context).RunAsync(context.Actor(), new Erased(kind, value));
        return Pages.Go(Path, view.StoredState == "Done" ? "history_erased" : "history_erasing");
    }

    private static async Task<IResult> StartAsync(HttpContext context, IFormCollection form)
    {
        var hunt = await Get<StartHunt>(context)
            .RunAsync(context.Actor(), new HuntWanted { List = form["list"], Reason = form["reason"] });
        return Pages.Go($"{Path}/hunts/{hunt.Id}", "hunt_started");
    }

    private static async Task<IResult> ShowHuntAsync(HttpContext context)
    {
        var (actor, stop, id) = (context.Actor(), context.RequestAborted, IdOf(context));
        Guid? after = Guid.TryParse(context.Request.Query["after"], out var last) ? last : null;
        var show = Get<ShowHunts>(context);
        return Pages.Show<HuntPage>(
            context,
            "Hunt",
            new
            {
                Shown = await show.OneAsync(actor, id, stop),
                Unread = await show.UnreadAsync(actor, id, stop),
                Found = actor.May(Permission.DecisionRead)
                    ? await show.HitsAsync(actor, id, after, stop)
                    : null,
            }
        );
    }

    private static async Task<IResult> MoveAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        await Get<MoveHunt>(context).RunAsync(context.Actor(), id, Words.Read<HuntAct>(form["act"], "act"));
        return Pages.Go($"{Path}/hunts/{id}", "saved");
    }

    private static Guid IdOf(HttpContext context) => Guid.Parse((string)context.GetRouteValue("id")!);

    private static T Get<T>(HttpContext context)
        where T : notnull => context.RequestServices.GetRequiredService<T>();

    private static int Number(IFormCollection form, string name) =>
        int.TryParse(form[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ProblemException.BadRequest("bad_number", $"'{name}' is a whole number.");
}
