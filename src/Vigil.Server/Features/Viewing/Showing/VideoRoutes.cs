using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Seeing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Showing;

/// <summary>
/// A video's frames, and its sound: each one request for a reason, one act, one record. The page shows one frame
/// after the other of what came, and asks for nothing more.
/// </summary>
internal static class VideoRoutes
{
    private const string Content = "/console/contents/{id:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapForm($"{Content}/strip", Permission.ContentRender, StripAsync);
        routes.MapForm($"{Content}/sound", Permission.ContentReveal, SoundAsync);
    }

    private static async Task<IResult> StripAsync(HttpContext context, IFormCollection form)
    {
        OwnPage.Require(context, "empty");
        var person = context.Person();
        var kind = Words.Read<RenditionKind>(form["as"], "as");
        var reason = RevealReasons.Read(form["reason"], form["text"]);
        var asked = await context
            .RequestServices.GetRequiredService<Db>()
            .WriteAsync(
                context.Actor(),
                Permission.ContentRender,
                tx => AskVideo.ForStripAsync(tx, person, context.Id(), kind, reason),
                context.RequestAborted
            );
        return await context
            .RequestServices.GetRequiredService<ShowContent>()
            .StripAsync(context, asked.Require(), kind);
    }

    private static async Task<IResult> SoundAsync(HttpContext context, IFormCollection form)
    {
        OwnPage.Require(context, "empty");
        if (form["on"] != "on")
        {
            throw ProblemException.BadRequest("sound_off", "Sound is off: turn it on for this one time.");
        }
        var reason = RevealReasons.Read(form["reason"], form["text"]);
        return await context
            .RequestServices.GetRequiredService<ShowSound>()
            .RunAsync(context, context.Id(), reason);
    }
}
