using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;

namespace Vigil.Server.Ui;

/// <summary>The console's style sheet and scripts, out of this assembly.</summary>
internal static class Assets
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".css"] = "text/css",
        [".js"] = "text/javascript",
        [".svg"] = "image/svg+xml",
    };

    public static void MapAssets(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/console/assets/{name}", Serve)
            .AllowAnyone("style and scripts hold nothing that is anybody's")
            .ExcludeFromDescription();

    private static IResult Serve(HttpContext context, string name)
    {
        // Short enough that an upgrade shows at once, long enough that a page costs one request.
        context.Response.Headers.CacheControl = "public, max-age=60";
        var stream = typeof(Assets).Assembly.GetManifestResourceStream($"Ui/Assets/{name}");
        return stream is not null && Types.TryGetValue(Path.GetExtension(name), out var type)
            ? Results.Stream(stream, type)
            : Results.NotFound();
    }
}
