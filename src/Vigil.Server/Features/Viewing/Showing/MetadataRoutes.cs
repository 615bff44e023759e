using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Seeing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Showing;

/// <summary>
/// A content's metadata: a form that asks why, and its answer, which is never redirected to and kept nowhere. There
/// is none for programs: the API takes keys, and no key sees contents.
/// </summary>
internal static class MetadataRoutes
{
    private const string Path = "/console/contents/{id:guid}/metadata";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Permission.ContentRender, AskAsync);
        routes.MapForm(Path, Permission.ContentRender, ShowAsync);
    }

    private static async Task<IResult> AskAsync(HttpContext context) =>
        Show(context, await ContentAsync(context), shown: null);

    private static async Task<IResult> ShowAsync(HttpContext context, IFormCollection form)
    {
        var content = await ContentAsync(context);
        var reason = RevealReasons.Read(form["reason"], form["text"]);
        var withPlace = form["place"] == "on" && context.Actor().May(Permission.ContentPlace);
        var shown = await context
            .RequestServices.GetRequiredService<ShowMetadata>()
            .RunAsync(context, content.Id, reason, withPlace);
        return Show(context, content, shown);
    }

    private static IResult Show(HttpContext context, ContentRow content, MetadataView? shown) =>
        Pages.Show<MetadataPage>(context, "Metadata", new { Content = content, Shown = shown });

    private static Task<ContentRow> ContentAsync(HttpContext context)
    {
        var id = context.Id();
        return context
            .RequestServices.GetRequiredService<Db>()
            .ReadAsync(
                context.Actor(),
                Permission.ContentRender,
                tx => ContentRow.RequireAsync(tx, id),
                context.RequestAborted
            );
    }
}
