using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>How operations of this feature are mapped: reads, and acts that are repeated safely.</summary>
internal static class CaseApi
{
    public const string Tag = "Cases";

    /// <summary>The case that a route names.</summary>
    public static string Reference(this HttpContext context) =>
        context.GetRouteValue("reference") as string ?? "";

    /// <exception cref="ProblemException">No id.</exception>
    public static Guid RouteId(this HttpContext context, string name) =>
        Guid.TryParse(context.GetRouteValue(name) as string, out var id)
            ? id
            : throw ProblemException.NotFound("There is nothing of this id.");

    public static void Read<T>(
        IEndpointRouteBuilder routes,
        string path,
        Permission permission,
        (string Name, string Summary) about,
        Func<Tx, HttpContext, Task<T>> read,
        string tag = Tag
    ) => routes.MapRead(path, permission, new Operation(about.Name, about.Summary, tag), read);

    /// <summary>
    /// A privileged act; 201 where it makes something new. A case's state in its answer is what the actor may be told.
    /// </summary>
    public static void Act<TRequest, TAnswer>(
        IEndpointRouteBuilder routes,
        string path,
        Permission permission,
        (string Name, string Summary) about,
        Func<Tx, HttpContext, TRequest, Task<TAnswer>> act,
        string tag = Tag,
        int status = StatusCodes.Status200OK
    )
        where TRequest : notnull =>
        routes.MapAct<TRequest, TAnswer>(
            path,
            permission,
            new Operation(about.Name, about.Summary, tag),
            async (tx, context, request) =>
                await BlindViews.AnswerAsync(tx, request, await act(tx, context, request)),
            status
        );
}
