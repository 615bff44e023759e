using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Vigil.Server.Http;

/// <summary>What the router answers by itself, with a status alone: said in words, as every other error is.</summary>
internal static class UnknownAddress
{
    /// <summary>Null: somebody answered, or begins to.</summary>
    public static ProblemException? Of(HttpContext context) =>
        context.Response.HasStarted || context.GetEndpoint() is RouteEndpoint
            ? null
            : context.Response.StatusCode switch
            {
                StatusCodes.Status404NotFound => ProblemException.NotFound(
                    "There is nothing at this address. /openapi/v1.json describes the API; people work at /console."
                ),
                StatusCodes.Status405MethodNotAllowed => new ProblemException(
                    StatusCodes.Status405MethodNotAllowed,
                    "method_not_allowed",
                    "This address does not take this method: see Allow, and /openapi/v1.json."
                ),
                StatusCodes.Status415UnsupportedMediaType => new ProblemException(
                    StatusCodes.Status415UnsupportedMediaType,
                    "wrong_content_type",
                    "This address does not take a body of this Content-Type: see /openapi/v1.json."
                ),
                _ => null,
            };
}
