using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Ui;

/// <summary>
/// Lets people into the console by their session. Cookies count under /console only: the API takes keys, so that
/// no page of another site can make a browser call it.
/// </summary>
internal sealed class ConsoleDoor(TrustKernel kernel)
{
    public const string SignInPath = "/console/sign-in";
    private static readonly PathString Console = "/console";
    private static readonly PathString AssetsPath = "/console/assets";

    public async Task RecogniseAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (
            !path.StartsWithSegments(Console, StringComparison.Ordinal)
            || path.StartsWithSegments(AssetsPath, StringComparison.Ordinal)
            || SessionCookie.Find(context) is not { } token
            || await kernel.Sessions.FindAsync(token, Browser.Of(context), context.RequestAborted)
                is not { } person
        )
        {
            return;
        }
        context.Features.Set(person);
        context.Features.Set(person.Actor);
        // Binds the tokens of forms to this session: one of another session is refused.
        context.User = new ClaimsPrincipal(
            new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, person.SessionId.ToString())], "session")
        );
    }

    /// <summary>A browser without a session asks for a page: it is sent to sign in, and back.</summary>
    public static bool SendsToSignIn(HttpContext context)
    {
        if (context.FindActor() is not null || !IsPageOfBrowser(context))
        {
            return false;
        }
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(
            HttpMethods.IsGet(context.Request.Method)
                ? $"{SignInPath}?return={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}"
                : SignInPath
        );
        return true;
    }

    public static bool IsPageOfBrowser(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Console, StringComparison.Ordinal)
        && context.Request.Headers.Authorization.Count == 0
        && context
            .Request.Headers.Accept.ToString()
            .Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>A page of this console, whatever a link says.</summary>
    public static string SafeReturn(string? path) =>
        path is not null
        && (
            path == "/console"
            || path.StartsWith("/console/", StringComparison.Ordinal)
            || path.StartsWith("/console?", StringComparison.Ordinal)
        )
        && !path.StartsWith(SignInPath, StringComparison.Ordinal)
        && !path.Contains('\\')
        && !path.Contains("//", StringComparison.Ordinal)
        && !path.Any(char.IsControl)
            ? path
            : "/console";
}

internal static class ConsolePerson
{
    public static SignedIn? FindPerson(this HttpContext context) => context.Features.Get<SignedIn>();

    /// <summary>The person whose session this is; an API key is nobody.</summary>
    /// <exception cref="ProblemException">No session.</exception>
    public static SignedIn Person(this HttpContext context) =>
        context.FindPerson()
        ?? throw new ProblemException(
            StatusCodes.Status403Forbidden,
            "not_a_person",
            "This is for people: sign in to the console."
        );
}
