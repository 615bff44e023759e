using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Showing;

/// <summary>The console's page of what a user says in an appeal: asked for, and shown in one answer.</summary>
internal static class AppealWordsPages
{
    private const string Path = "/console/appeals/{appeal:guid}/words";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Permission.AppealDecide, AskAsync);
        routes.MapForm(Path, Permission.AppealDecide, ShowAsync);
    }

    private static async Task<IResult> AskAsync(HttpContext context)
    {
        var id = context.RouteId("appeal");
        var words = await WorkPages.ReadAsync(
            context,
            Permission.AppealDecide,
            tx => ReadAppealWords.OfAsync(tx, id)
        );
        return Pages.Show<AppealWordsPage>(
            context,
            $"Appeal in {words.Case}",
            new { Address = context.Request.Path.Value, words.Characters }
        );
    }

    /// <summary>Never redirected to: the words stand in this one answer.</summary>
    private static async Task<IResult> ShowAsync(HttpContext context, IFormCollection form)
    {
        var read = await ReadAppealWords.RunAsync(context, WordsRequest.Of(form));
        return Pages.Show<AppealWordsPage>(
            context,
            "What the user says",
            new
            {
                Address = context.Request.Path.Value,
                Text = read.Words,
                read.ViewId,
                Seconds = (int)read.Allowance.TotalSeconds,
            }
        );
    }
}
