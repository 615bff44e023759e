using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Vigil.Server;

/// <summary>
/// Maps handlers that are compiled when they are first called. The framework compiles all of them, some 600, before
/// the first answer of a server; this was a third of all that the tests computed. What a handler takes and gives is
/// still read, and refused, at the start. In this namespace these come before the framework's methods of the same name.
/// </summary>
internal static class LazyRoutes
{
    public static RouteHandlerBuilder MapGet(
        this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern,
        Delegate handler
    ) => routes.MapLazily(HttpMethods.Get, pattern, handler);

    public static RouteHandlerBuilder MapPost(
        this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern,
        Delegate handler
    ) => routes.MapLazily(HttpMethods.Post, pattern, handler);

    public static RouteHandlerBuilder MapPut(
        this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern,
        Delegate handler
    ) => routes.MapLazily(HttpMethods.Put, pattern, handler);

    public static RouteHandlerBuilder MapPatch(
        this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern,
        Delegate handler
    ) => routes.MapLazily(HttpMethods.Patch, pattern, handler);

    public static RouteHandlerBuilder MapDelete(
        this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern,
        Delegate handler
    ) => routes.MapLazily(HttpMethods.Delete, pattern, handler);

    private static RouteHandlerBuilder MapLazily(
        this IEndpointRouteBuilder routes,
        string method,
        string pattern,
        Delegate handler
    )
    {
        Lazy<RequestDelegate>? compiled = null;
        var route = routes.MapMethods(
            pattern,
            [method],
            (RequestDelegate)(context => compiled!.Value(context))
        );
        route.Add(builder =>
        {
            var options = new RequestDelegateFactoryOptions
            {
                ServiceProvider = routes.ServiceProvider,
                RouteParameterNames = ((RouteEndpointBuilder)builder).RoutePattern.Parameters.Select(one =>
                    one.Name
                ),
                ThrowOnBadRequest = routes
                    .ServiceProvider.GetRequiredService<IOptions<RouteHandlerOptions>>()
                    .Value.ThrowOnBadRequest,
                // As the framework has it: these bring no body.
                DisableInferBodyFromParameters = HttpMethods.IsGet(method) || HttpMethods.IsDelete(method),
                EndpointBuilder = builder,
            };
            builder.Metadata.Add(handler.Method);
            foreach (var attribute in handler.Method.GetCustomAttributes(inherit: true))
            {
                builder.Metadata.Add(attribute);
            }
            var metadata = RequestDelegateFactory.InferMetadata(handler.Method, options);
            compiled = new(() => RequestDelegateFactory.Create(handler, options, metadata).RequestDelegate);
        });
        return new RouteHandlerBuilder([route]);
    }
}
