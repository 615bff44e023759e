using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vigil.Trust;

namespace Vigil.Server.Http;

/// <summary>What an endpoint asks of its caller. Every endpoint has one: without it nobody gets in.</summary>
/// <param name="Permission">Null: anyone, for the reason given.</param>
/// <param name="Reason">Why anyone may.</param>
internal sealed record AccessRule(Permission? Permission, string? Reason);

internal static class Access
{
    public static TBuilder Require<TBuilder>(this TBuilder endpoint, Permission permission)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AccessRule(permission, null));

    /// <summary>For what must be reached without an account, as sign-in and health.</summary>
    public static TBuilder AllowAnyone<TBuilder>(this TBuilder endpoint, string reason)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AccessRule(null, reason));

    /// <summary>Who sent this request.</summary>
    /// <exception cref="ProblemException">Nobody known.</exception>
    public static Actor Actor(this HttpContext context) =>
        context.Features.Get<Actor>()
        ?? throw new ProblemException(
            StatusCodes.Status401Unauthorized,
            "not_authenticated",
            "Send an API key: Authorization: Bearer vk_…"
        );

    public static Actor? FindActor(this HttpContext context) => context.Features.Get<Actor>();
}
