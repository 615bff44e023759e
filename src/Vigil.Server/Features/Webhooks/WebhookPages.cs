using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Webhooks;

/// <summary>`/console/webhooks`.</summary>
internal static class WebhookPages
{
    private const string Path = "/console/webhooks";
    private const Permission Manage = Permission.WebhookManage;

    public static void MapWebhookPages(this IEndpointRouteBuilder routes)
    {
        Notices.Add("ping_sent", "A test event is on its way; the outbox says whether it arrived.");
        routes.MapPage(Path, Manage, context => ShowAsync(context));
        routes.MapForm(Path, Manage, CreateAsync);
        routes.MapForm(Path + "/{id:guid}", Manage, ActAsync);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context,
        string? secret = null,
        string? error = null,
        string? url = null
    )
    {
        var webhooks = await DbOf(context)
            .ReadAsync(context.Actor(), Manage, Trust.Webhooks.ListAsync, context.RequestAborted);
        return Pages.Show<WebhooksPage>(
            context,
            "Webhooks",
            new
            {
                Webhooks = webhooks,
                Secret = secret,
                Error = error,
                Url = url,
            }
        );
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IFormCollection form)
    {
        var settings = new WebhookSettings
        {
            Url = form["url"],
            Label = form["label"] is [{ Length: > 0 } label] ? label : null,
            Types = form["types"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries),
        };
        var outbound = context.RequestServices.GetRequiredService<Outbound>();
        try
        {
            var (_, secret) = await DbOf(context)
                .ActAsync(
                    context.Actor(),
                    Manage,
                    tx => Trust.Webhooks.CreateAsync(tx, outbound, settings),
                    context.RequestAborted
                );
            // No redirect: the secret is shown this once, and must not travel in an address.
            return await ShowAsync(context, secret);
        }
        catch (Exception e) when (e is DeliveryInputException or OutboundException)
        {
            return await ShowAsync(context, error: e.Message, url: settings.Url);
        }
    }

    private static async Task<IResult> ActAsync(HttpContext context, IFormCollection form)
    {
        var id = Guid.Parse((string)context.Request.RouteValues["id"]!);
        var act = form["act"].ToString();
        try
        {
            var secret = await DbOf(context)
                .ActAsync(
                    context.Actor(),
                    Manage,
                    tx => ActAsync(tx, context.RequestServices.GetRequiredService<Outbound>(), id, act),
                    context.RequestAborted
                );
            return secret is not null
                ? await ShowAsync(context, secret)
                : Pages.Go(
                    Path,
                    act switch
                    {
                        "ping" => "ping_sent",
                        "remove" => "removed",
                        _ => "saved",
                    }
                );
        }
        catch (Exception e) when (e is DeliveryInputException or OutboundException)
        {
            return await ShowAsync(context, error: e.Message);
        }
    }

    /// <returns>A new secret, where there is one to show.</returns>
    private static async Task<string?> ActAsync(Tx tx, Outbound outbound, Guid id, string act)
    {
        var isKnown = act switch
        {
            "ping" => await Trust.Webhooks.PingAsync(tx, id) is not null,
            "remove" => await Trust.Webhooks.RemoveAsync(tx, id),
            "on" => await TurnAsync(WebhookState.On),
            "pause" => await TurnAsync(WebhookState.Paused),
            "rotate" => true,
            _ => throw ProblemException.BadRequest("bad_form", "Send this page's own form."),
        };
        var secret = act == "rotate" ? await Trust.Webhooks.RotateAsync(tx, id) : null;
        return isKnown && (act != "rotate" || secret is not null)
            ? secret
            : throw ProblemException.NotFound("There is no such webhook any more: load the page again.");

        Task<bool> TurnAsync(WebhookState state) =>
            Trust.Webhooks.ChangeAsync(tx, outbound, id, new WebhookSettings { State = state });
    }

    private static Db DbOf(HttpContext context) => context.RequestServices.GetRequiredService<Db>();
}
