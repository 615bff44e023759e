using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Http;

/// <summary>Tells who calls, and lets nobody past who may not.</summary>
internal sealed class AccessGate(TrustKernel kernel, ConsoleDoor door, RefusedKeys refused)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            var actor = await kernel.ApiKeys.AuthenticateAsync(
                authorization[Scheme.Length..],
                context.RequestAborted
            );
            context.Features.Set(actor ?? throw refused.Refuse(context.Connection.RemoteIpAddress));
        }
        else if (authorization.Length == 0)
        {
            await door.RecogniseAsync(context);
        }
        // What the router answers itself (405, 415) is no endpoint of ours.
        if (context.GetEndpoint() is RouteEndpoint endpoint)
        {
            var rule =
                endpoint.Metadata.GetMetadata<AccessRule>()
                ?? throw new InvalidOperationException($"{endpoint.DisplayName} has no access rule.");
            if (rule.Permission is { } permission)
            {
                if (ConsoleDoor.SendsToSignIn(context))
                {
                    return;
                }
                context.Actor().Require(permission);
                await StepUp.RequireAsync(context, endpoint, kernel);
            }
        }
        await next(context);
    }
}
