using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Trust;

namespace Vigil.Server.Http;

/// <param name="Name">Of the operation, stable.</param>
/// <param name="Summary">In one sentence.</param>
/// <param name="Tag">Group in the description.</param>
internal sealed record Operation(string Name, string Summary, string Tag);

/// <summary>How most operations are mapped: a read in one view, or a privileged act that is repeated safely.</summary>
internal static class ActRoutes
{
    public static void MapRead<T>(
        this IEndpointRouteBuilder routes,
        string path,
        Permission permission,
        Operation about,
        Func<Tx, HttpContext, Task<T>> read
    )
    {
        var handle = async (HttpContext context) => Results.Json(await ReadAsync(context, permission, read));
        Describe<T>(routes.MapGet(path, (Delegate)handle), permission, about);
    }

    /// <summary>Of one thing: the path has {id:guid}.</summary>
    public static void MapReadOne<T>(
        this IEndpointRouteBuilder routes,
        string path,
        Permission permission,
        Operation about,
        Func<Tx, Guid, Task<T>> read
    )
    {
        var handle = async (HttpContext context, Guid id) =>
            Results.Json(await ReadAsync(context, permission, (tx, _) => read(tx, id)));
        Describe<T>(routes.MapGet(path, (Delegate)handle), permission, about);
    }

    public static void MapAct<TRequest, TAnswer>(
        this IEndpointRouteBuilder routes,
        string path,
        Permission permission,
        Operation about,
        Func<Tx, HttpContext, TRequest, Task<TAnswer>> act,
        int status = StatusCodes.Status200OK
    )
        where TRequest : notnull
    {
        var handle = (HttpContext context) => HandleAsync(context, permission, about, act, status);
        Describe<TAnswer>(routes.MapPost(path, (Delegate)handle), permission, about, status)
            .Accepts<TRequest>("application/json")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>On one thing: the path has {id:guid}.</summary>
    public static void MapActOn<TRequest, TAnswer>(
        this IEndpointRouteBuilder routes,
        string path,
        Permission permission,
        Operation about,
        Func<Tx, Guid, TRequest, Task<TAnswer>> act
    )
        where TRequest : notnull
    {
        const int status = StatusCodes.Status200OK;
        var handle = (HttpContext context, Guid id) =>
            HandleAsync<TRequest, TAnswer>(
                context,
                permission,
                about,
                (tx, _, request) => act(tx, id, request),
                status
            );
        Describe<TAnswer>(routes.MapPost(path, (Delegate)handle), permission, about)
            .Accepts<TRequest>("application/json")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>For a page.</summary>
    public static Task<T> ReadAsync<T>(
        HttpContext context,
        Permission permission,
        Func<Tx, HttpContext, Task<T>> read
    ) =>
        context
            .RequestServices.GetRequiredService<Db>()
            .ReadAsync(context.Actor(), permission, tx => read(tx, context), context.RequestAborted);

    /// <summary>For a page's form.</summary>
    public static Task<bool> ActAsync(HttpContext context, Permission permission, Func<Tx, Task> act) =>
        context
            .RequestServices.GetRequiredService<Db>()
            .ActAsync(
                context.Actor(),
                permission,
                async tx =>
                {
                    await act(tx);
                    return true;
                },
                context.RequestAborted
            );

    /// <summary>The route's {id:guid}.</summary>
    public static Guid Id(this HttpContext context) => Guid.Parse((string)context.GetRouteValue("id")!);

    /// <summary>Where a list goes on.</summary>
    public static Guid? Before(this HttpContext context) =>
        Guid.TryParse(context.Request.Query["before"], out var id) ? id : null;

    private static async Task<IResult> HandleAsync<TRequest, TAnswer>(
        HttpContext context,
        Permission permission,
        Operation about,
        Func<Tx, HttpContext, TRequest, Task<TAnswer>> act,
        int status
    )
        where TRequest : notnull
    {
        var body = await JsonBody.ReadBytesAsync(context);
        var request = JsonBody.Parse<TRequest>(body);
        return await Idempotent.ActAsync(
            context,
            permission,
            about.Name,
            body,
            status,
            tx => act(tx, context, request)
        );
    }

    private static RouteHandlerBuilder Describe<TAnswer>(
        RouteHandlerBuilder route,
        Permission permission,
        Operation about,
        int status = StatusCodes.Status200OK
    ) =>
        route
            .Require(permission)
            .WithName(about.Name)
            .WithSummary(about.Summary)
            .WithTags(about.Tag)
            .Produces<TAnswer>(status)
            .ProducesProblem(StatusCodes.Status404NotFound);
}
