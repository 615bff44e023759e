using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
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
    ) =>
        routes
            .MapGet(
                path,
                (Delegate)(
                    async (HttpContext context) =>
                    {
                        var db = context.RequestServices.GetRequiredService<Db>();
                        return Results.Json(
                            await db.ReadAsync(
                                context.Actor(),
                                permission,
                                tx => read(tx, context),
                                context.RequestAborted
                            )
                        );
                    }
                )
            )
            .Require(permission)
            .WithName(about.Name)
            .WithSummary(about.Summary)
            .WithTags(tag)
            .Produces<T>()
            .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>A privileged act; 201 where it makes something new.</summary>
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
        routes
            .MapPost(
                path,
                (Delegate)(
                    async (HttpContext context) =>
                    {
                        var body = await JsonBody.ReadBytesAsync(context);
                        var request = JsonBody.Parse<TRequest>(body);
                        return await Idempotent.ActAsync(
                            context,
                            permission,
                            "case",
                            body,
                            status,
                            tx => act(tx, context, request)
                        );
                    }
                )
            )
            .Require(permission)
            .WithName(about.Name)
            .WithSummary(about.Summary)
            .WithTags(tag)
            .Accepts<TRequest>("application/json")
            .Produces<TAnswer>(status)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
}
