using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Viewing.Showing;

/// <summary>
/// Pictures are for the console's own pages: not for another site's, not for a tab of their own, where they
/// would stay uncovered (Fetch Metadata, ASVS 3.5.8).
/// </summary>
internal static class OwnPage
{
    /// <param name="destination">"image" for an element, "empty" for a script's request.</param>
    /// <exception cref="ProblemException">Somebody else asks, or for something else.</exception>
    public static void Require(HttpContext context, string destination)
    {
        var headers = context.Request.Headers;
        if (!IsOr(headers["Sec-Fetch-Site"], "same-origin") || !IsOr(headers["Sec-Fetch-Dest"], destination))
        {
            throw new ProblemException(
                StatusCodes.Status403Forbidden,
                "wrong_origin",
                "This is shown on the content's own page only."
            );
        }
    }

    /// <summary>
    /// Every browser of the last years says it; what is no browser has no cookie that others could use.
    /// </summary>
    private static bool IsOr(string? value, string wanted) => string.IsNullOrEmpty(value) || value == wanted;
}
