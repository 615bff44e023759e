using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Vigil.Server.Ui;

/// <summary>Where a person goes back to from a form that was refused: never to an address that has no page.</summary>
internal static class PageAbove
{
    /// <summary>The form's own page where it has the form's address; else the nearest page above; null: none.</summary>
    public static string? Of(HttpContext context) => AllOf(context).FirstOrDefault();

    /// <summary>All of them, the nearest first.</summary>
    public static IEnumerable<string> AllOf(HttpContext context)
    {
        var pages = context
            .RequestServices.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(IsPage)
            .Select(endpoint => endpoint.RoutePattern)
            .ToList();
        var path = context.Request.Path.Value!;
        var form = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        if (form is not null && pages.Any(page => page.RawText == form))
        {
            yield return path;
        }
        while (path.LastIndexOf('/') is > 0 and var end)
        {
            path = path[..end];
            if (pages.Any(page => Matches(page, path)))
            {
                yield return path;
            }
        }
    }

    private static bool IsPage(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.RawText?.StartsWith("/console", StringComparison.Ordinal) == true
        && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Get) == true;

    private static bool Matches(RoutePattern page, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == page.PathSegments.Count
            && page.PathSegments.Zip(parts).All(pair => Matches(pair.First, pair.Second));
    }

    private static bool Matches(RoutePatternPathSegment segment, string part) =>
        segment.Parts[0] is RoutePatternLiteralPart literal ? literal.Content == part : segment.IsSimple;
}
