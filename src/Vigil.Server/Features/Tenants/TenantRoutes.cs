using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Tenants;

public sealed record TenantView(
    string Tenant,
    string Title,
    string State,
    DateTimeOffset CreatedAt,
    DateTimeOffset? KeysDestroyedAt,
    DateTimeOffset? RowsRemovedAt
);

internal sealed record NewTenantRequest
{
    /// <summary>1 to 64 of a-z, 0-9, '-', '_', '.'.</summary>
    public string? Tenant { get; init; }
    public string? Title { get; init; }
}

/// <param name="FirstKey">Shown this once.</param>
public sealed record NewTenantAnswer(string Tenant, string FirstKey);

internal sealed record TenantActRequest
{
    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>A destruction that waits for its second step.</summary>
/// <param name="Read">Given back with the second step.</param>
public sealed record DestructionView(
    string Tenant,
    string RequestedBy,
    DateTimeOffset RequestedAt,
    DateTimeOffset ConfirmableFrom,
    DateTimeOffset ExpiresAt,
    string Confirmation,
    string Read
)
{
    public static DestructionView Of(SecondPersonRequest request) =>
        new(
            request.Object,
            request.RequestedBy,
            request.RequestedAt,
            request.RipeAt,
            request.ExpiresAt,
            request.IsSolo ? "after_delay" : "by_second_person",
            request.Read
        );
}

/// <summary>The API of tenants: for admins of the default tenant, that is, of the installation.</summary>
internal static class TenantRoutes
{
    private const string Root = "/v1/tenants";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Describe(routes.MapGet(Root, ListAsync), "listTenants", "All tenants.").Produces<TenantView[]>();
        Describe(
                routes.MapPost(Root, (Delegate)CreateAsync),
                "createTenant",
                "A tenant with its keys, and a first API key that is shown once."
            )
            .Accepts<NewTenantRequest>("application/json")
            .Produces<NewTenantAnswer>(StatusCodes.Status201Created);
        Act(
            routes,
            "suspend",
            "suspendTenant",
            "Refuse its keys.",
            (t, a, id, why) => t.SuspendAsync(a, id, why)
        );
        Act(
            routes,
            "resume",
            "resumeTenant",
            "Take its keys again.",
            (t, a, id, why) => t.ResumeAsync(a, id, why)
        );
        Describe(
            routes.MapGet($"{Root}/{{tenant}}/export", (Delegate)ExportAsync),
            "exportTenant",
            "What is known of a tenant, without secrets and sealed values."
        );
        MapDestruction(routes);
    }

    private static void MapDestruction(IEndpointRouteBuilder routes)
    {
        const string path = $"{Root}/{{tenant}}/destruction";
        Describe(
                routes.MapPost(path, (Delegate)RequestAsync),
                "requestTenantDestruction",
                "First step: ask for a suspended tenant's destruction."
            )
            .Accepts<TenantActRequest>("application/json")
            .Produces<DestructionView>(StatusCodes.Status202Accepted);
        Describe(
                routes.MapPost($"{path}/confirm", (Delegate)ConfirmAsync),
                "confirmTenantDestruction",
                "Second step, a day later at the earliest: destroy its keys, and then its rows."
            )
            .Accepts<ConfirmRequest>("application/json");
        Act(
            routes,
            "destruction/withdraw",
            "withdrawTenantDestruction",
            "Call it off.",
            (t, a, id, why) => t.WithdrawDestructionAsync(a, id, why)
        );
    }

    private static async Task<IResult> ListAsync(HttpContext context, TrustKernel kernel)
    {
        var tenants = await kernel.Tenants.ListAsync(context.Actor(), context.RequestAborted);
        return Results.Json(tenants.Select(ViewOf));
    }

    private static async Task<IResult> CreateAsync(HttpContext context)
    {
        var request = await JsonBody.ReadAsync<NewTenantRequest>(context);
        var id = IdOf(request.Tenant);
        var key = await TryAsync(() =>
            TenantsOf(context).CreateAsync(context.Actor(), id, request.Title ?? "", context.RequestAborted)
        );
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new NewTenantAnswer(id.Value, key), statusCode: StatusCodes.Status201Created);
    }

    private static async Task ExportAsync(HttpContext context)
    {
        var id = IdOf(context);
        context.Response.ContentType = "application/json";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"tenant-{id.Value}.json\"";
        await TryAsync(async () =>
        {
            await TenantsOf(context)
                .ExportAsync(context.Actor(), id, context.Response.Body, context.RequestAborted);
            return true;
        });
    }

    private static async Task<IResult> RequestAsync(HttpContext context)
    {
        var request = await JsonBody.ReadAsync<TenantActRequest>(context);
        var why = InstallationRoutes.ReasonOf(request.Reason);
        var asked = await TryAsync(() =>
            TenantsOf(context)
                .RequestDestructionAsync(context.Actor(), IdOf(context), why, context.RequestAborted)
        );
        return Results.Json(DestructionView.Of(asked), statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ConfirmAsync(HttpContext context)
    {
        var request = await JsonBody.ReadAsync<ConfirmRequest>(context);
        await DestroyAsync(context, IdOf(context), request.Read);
        return Results.NoContent();
    }

    /// <summary>The second step, of page and API.</summary>
    public static async Task DestroyAsync(HttpContext context, TenantId tenant, string? read)
    {
        await TryAsync(async () =>
        {
            await TenantsOf(context).DestroyAsync(context.Actor(), tenant, read, context.RequestAborted);
            return true;
        });
        context.RequestServices.GetRequiredService<TenantEndings>().Wake();
    }

    private static void Act(
        IEndpointRouteBuilder routes,
        string deed,
        string name,
        string summary,
        Func<Trust.Tenants, Actor, TenantId, string, Task> act
    ) =>
        Describe(
                routes.MapPost(
                    $"{Root}/{{tenant}}/{deed}",
                    (Delegate)(
                        async (HttpContext context) =>
                        {
                            var request = await JsonBody.ReadAsync<TenantActRequest>(context);
                            var why = InstallationRoutes.ReasonOf(request.Reason);
                            await TryAsync(async () =>
                            {
                                await act(TenantsOf(context), context.Actor(), IdOf(context), why);
                                return true;
                            });
                            return Results.NoContent();
                        }
                    )
                ),
                name,
                summary
            )
            .Accepts<TenantActRequest>("application/json");

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint
            .Require(Permission.SettingsWrite)
            .WithName(name)
            .WithSummary(summary)
            .WithTags("Tenants")
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict);

    /// <summary>What the kernel refuses, as callers see it.</summary>
    public static async Task<T> TryAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (TenantException e) when (e.Code == "not_found")
        {
            throw ProblemException.NotFound(e.Message);
        }
        catch (TenantException e)
        {
            throw ProblemException.Conflict(e.Code, e.Message);
        }
        catch (SecondPersonException e)
        {
            throw ProblemException.Conflict(e.Code, e.Message);
        }
    }

    public static Trust.Tenants TenantsOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<TrustKernel>().Tenants;

    /// <exception cref="ProblemException">No tenant has such a name.</exception>
    public static TenantId IdOf(string? name)
    {
        try
        {
            return new TenantId(name ?? "");
        }
        catch (ArgumentException)
        {
            throw ProblemException.BadRequest(
                "bad_tenant",
                "A tenant's name is 1 to 64 of a-z, 0-9, '-', '_', '.', and not '.' or '..'."
            );
        }
    }

    public static TenantId IdOf(HttpContext context) => IdOf(context.GetRouteValue("tenant") as string);

    public static TenantView ViewOf(Tenant tenant) =>
        new(
            tenant.Id,
            tenant.Title,
            tenant.State.ToString().ToLowerInvariant(),
            tenant.CreatedAt,
            tenant.KeysGoneAt,
            tenant.RowsGoneAt
        );
}
