using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Webhooks;

/// <summary>`/console/outbox`, dead letters among it.</summary>
internal static class OutboxPages
{
    private const string Path = "/console/outbox";
    private const Permission Manage = Permission.OutboxManage;

    public static void MapOutboxPage(this IEndpointRouteBuilder routes)
    {
        Notices.Add("resent", "On its way again.");
        Notices.Add("discarded", "Discarded.");
        routes.MapPage(Path, Manage, ShowAsync);
        routes.MapForm(Path, Manage, (context, form) => ActAsync(context, form, null));
        routes.MapForm(
            Path + "/{id:guid}",
            Manage,
            (context, form) => ActAsync(context, form, Guid.Parse((string)context.Request.RouteValues["id"]!))
        );
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var state = Words.Read<DeliveryState>(
            query["state"] is [{ Length: > 0 } word] ? word : "waiting",
            "state"
        );
        Guid? webhook = Guid.TryParse(query["webhook"], out var of) ? of : null;
        Guid? after = Guid.TryParse(query["after"], out var last) ? last : null;
        var (fill, page) = await DbOf(context)
            .ReadAsync(
                context.Actor(),
                Manage,
                async tx =>
                    (await Deliveries.FillAsync(tx), await Deliveries.ListAsync(tx, state, webhook, after)),
                context.RequestAborted
            );
        return Pages.Show<OutboxPage>(
            context,
            "Outbox",
            new
            {
                Fill = fill!,
                Deliveries = page,
                State = state.ToString(),
            }
        );
    }

    private static async Task<IResult> ActAsync(HttpContext context, IFormCollection form, Guid? id)
    {
        var act = form["act"].ToString();
        if (act is not ("resend" or "discard"))
        {
            throw ProblemException.BadRequest("bad_form", "Send this page's own form.");
        }
        var reason = act == "discard" ? OutboxRoutes.Reason(form["reason"]) : "";
        await DbOf(context)
            .ActAsync(
                context.Actor(),
                Manage,
                tx =>
                    act == "resend"
                        ? Deliveries.ResendAsync(tx, id)
                        : Deliveries.DiscardAsync(tx, reason, id),
                context.RequestAborted
            );
        return Pages.Go(Path + "?state=dead", act == "resend" ? "resent" : "discarded");
    }

    private static Db DbOf(HttpContext context) => context.RequestServices.GetRequiredService<Db>();
}
