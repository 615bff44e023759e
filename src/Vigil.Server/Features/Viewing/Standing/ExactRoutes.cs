using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Showing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Standing;

/// <summary>
/// The page of the policy for exact matches: read by who reads policies, changed by who writes them, in their name.
/// </summary>
internal static class ExactRoutes
{
    public const string Path = "/console/exact-matches";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Permission.PolicyRead, ShowAsync);
        routes.MapForm(Path, Permission.PolicyWrite, ApproveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var policy = await DbOf(context)
            .ReadAsync(context.Actor(), Permission.PolicyRead, ExactPolicy.ReadAsync, context.RequestAborted);
        return Pages.Show<ExactPage>(context, "Exact matches", new { Policy = policy });
    }

    private static async Task<IResult> ApproveAsync(HttpContext context, IFormCollection form)
    {
        // A person answers for it by name.
        if (context.FindPerson() is null)
        {
            throw ProblemException.Conflict(
                "not_a_person",
                "A named person approves this, no key: sign in to the console."
            );
        }
        var views = Words.Read<ExactViews>(form["views"], "views");
        await DbOf(context)
            .ActAsync(
                context.Actor(),
                Permission.PolicyWrite,
                async tx =>
                {
                    await ExactPolicy.ApproveAsync(tx, views);
                    return true;
                },
                context.RequestAborted
            );
        return Pages.Go(Path, "saved");
    }

    private static Db DbOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<TrustKernel>().Db;
}
