using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Alarms;

/// <summary>`/console/alarms`: alarms, channels, the test.</summary>
internal static class AlarmPages
{
    private const string Path = "/console/alarms";
    private const string ChannelPath = "/console/alarm-channels";
    private const Permission Manage = Permission.AlertManage;

    public static void MapAlarmPages(this IEndpointRouteBuilder routes)
    {
        Notices.Add("acknowledged", "Acknowledged: it is not told again.");
        Notices.Add("closed", "Closed.");
        Notices.Add("test_sent", "A test alarm is on its way; 'last attempt' says whether it arrived.");
        routes.MapPage(Path, Permission.AlertRead, context => ShowAsync(context));
        routes.MapForm(Path + "/{id:guid}", Manage, ActOnAlarmAsync);
        routes.MapForm(
            Path + "/test",
            Manage,
            (context, _) => ActAsync(context, tx => Alerts.TestAsync(tx), "test_sent")
        );
        routes.MapForm("/console/rota/turns", Manage, AddTurnAsync);
        routes.MapForm("/console/rota/overrides", Manage, AddOverrideAsync);
        routes.MapForm("/console/rota/{id:guid}/remove", Manage, RemoveRotaAsync);
        routes.MapForm(ChannelPath, Manage, CreateAsync);
        routes.MapForm(ChannelPath + "/{id:guid}", Manage, ActOnChannelAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, string? error = null)
    {
        var (alarms, channels, plan) = await DbOf(context)
            .ReadAsync(
                context.Actor(),
                Permission.AlertRead,
                async tx =>
                    (await Alerts.ListAsync(tx), await AlarmChannels.ListAsync(tx), await Rota.ReadAsync(tx)),
                context.RequestAborted
            );
        return Pages.Show<AlarmsPage>(
            context,
            "Alarms",
            new
            {
                Alarms = alarms,
                Channels = channels,
                Plan = plan,
                Now = context.RequestServices.GetRequiredService<TrustKernel>().Time.GetUtcNow(),
                MayManage = context.Actor().May(Manage),
                Error = error,
            }
        );
    }

    private static Task<IResult> ActOnAlarmAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        return form["act"].ToString() switch
        {
            "acknowledge" => AcknowledgeAsync(context, id),
            "close" => ActAsync(context, tx => Alerts.CloseAsync(tx, id), "closed"),
            _ => throw ProblemException.BadRequest("bad_form", "Send this page's own form."),
        };
    }

    private static Task<IResult> ActOnChannelAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        return form["act"].ToString() switch
        {
            "test" => ActAsync(context, tx => Alerts.TestAsync(tx, id), "test_sent"),
            "on" => ActAsync(context, tx => AlarmChannels.TurnAsync(tx, id, isOn: true), "saved"),
            "off" => ActAsync(context, tx => AlarmChannels.TurnAsync(tx, id, isOn: false), "saved"),
            "remove" => ActAsync(context, tx => AlarmChannels.RemoveAsync(tx, id), "removed"),
            _ => throw ProblemException.BadRequest("bad_form", "Send this page's own form."),
        };
    }

    private static Task<IResult> CreateAsync(HttpContext context, IFormCollection form)
    {
        var services = context.RequestServices;
        var (host, port) = ServerOf(form["server"].ToString());
        var input = new ChannelBody
        {
            Kind = form["kind"],
            Label = form["label"],
            Minimum = form["minimum"],
            Person = Text(form, "person"),
            Url = Text(form, "url"),
            Key = Text(form, "key"),
            Host = host,
            Port = port,
            Security = Text(form, "security"),
            User = Text(form, "user"),
            From = Text(form, "from"),
            To = Text(form, "to")?.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        }.ToInput();
        return ActAsync(
            context,
            tx =>
                AlarmChannels.CreateAsync(
                    tx,
                    services.GetRequiredService<Outbound>(),
                    services.GetRequiredService<AlarmOptions>(),
                    input
                ),
            "created"
        );
    }

    private static Task<IResult> AddTurnAsync(HttpContext context, IFormCollection form)
    {
        var turn = new RotaTurn
        {
            Person = form["person"].ToString().Trim(),
            Step = RotaWords.Number(form["step"].ToString()),
            FromMinute = RotaWords.Minute(form["fromDay"].ToString(), form["from"].ToString()),
            UntilMinute = RotaWords.Minute(form["untilDay"].ToString(), form["until"].ToString()),
        };
        return ActAsync(context, tx => Rota.AddTurnAsync(tx, RotaWords.Whole(turn)), "created");
    }

    private static Task<IResult> AddOverrideAsync(HttpContext context, IFormCollection form)
    {
        var one = new RotaOverride
        {
            Person = form["person"].ToString().Trim(),
            Step = RotaWords.Number(form["step"].ToString()),
            FromAt = RotaWords.Time(form["from"].ToString()),
            Until = RotaWords.Time(form["until"].ToString()),
        };
        return ActAsync(context, tx => Rota.AddOverrideAsync(tx, one), "created");
    }

    private static Task<IResult> RemoveRotaAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        return ActAsync(context, tx => Rota.RemoveAsync(tx, id), "removed");
    }

    /// <summary>Also while the ledger is behind: the alarm may say so.</summary>
    private static async Task<IResult> AcknowledgeAsync(HttpContext context, Guid id)
    {
        await DbOf(context)
            .ActWhileBehindAsync(
                context.Actor(),
                Manage,
                tx => Alerts.AcknowledgeAsync(tx, id),
                context.RequestAborted
            );
        return Pages.Go(Path, "acknowledged");
    }

    private static async Task<IResult> ActAsync<T>(HttpContext context, Func<Tx, Task<T>> act, string notice)
    {
        try
        {
            await DbOf(context).ActAsync(context.Actor(), Manage, act, context.RequestAborted);
            return Pages.Go(Path, notice);
        }
        catch (Exception e) when (e is DeliveryInputException or OutboundException)
        {
            return await ShowAsync(context, e.Message);
        }
    }

    private static string? Text(IFormCollection form, string name) =>
        form[name].ToString().Trim() is { Length: > 0 } text ? text : null;

    private static (string? Host, int? Port) ServerOf(string text)
    {
        var colon = text.LastIndexOf(':');
        return
            colon > 0
            && int.TryParse(
                text.AsSpan(colon + 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var port
            )
            ? (text[..colon], port)
            : (null, null);
    }

    private static Guid IdOf(HttpContext context) => Guid.Parse((string)context.Request.RouteValues["id"]!);

    private static Db DbOf(HttpContext context) => context.RequestServices.GetRequiredService<Db>();
}
