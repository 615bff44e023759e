using System.Text;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;

namespace Vigil.Server.Ui;

/// <summary>
/// A form that is refused comes back as it was sent: its page is rendered again, with what was typed and chosen in the
/// form and the error above it. One way for all forms of the console, without a script.
/// </summary>
internal static class FormAgain
{
    private const string StillHere =
        "What you typed and chose is still here; secrets, and what you confirm, are given anew.";

    /// <summary>Its own page, or the nearest above that have it.</summary>
    private const int MostPages = 3;

    /// <param name="next">The way of a request to its page.</param>
    /// <returns>False: nothing was written, because no page has this form as it was sent.</returns>
    public static async Task<bool> TryAsync(
        HttpContext context,
        ProblemException problem,
        RequestDelegate next
    )
    {
        if (!ComesBack(problem.Status) || Sent(context, problem) is not { } sent)
        {
            return false;
        }
        var written = new HashSet<string>(StringComparer.Ordinal);
        context.Features.Set(new Written(written));
        var origin = PageOrigin.Of(context.Request.Query);
        foreach (var path in PageAbove.AllOf(context).Take(MostPages).ToList())
        {
            if (await RenderAsync(context, path, next) is not { } html)
            {
                continue;
            }
            written.UnionWith(FilledForm.WordsIn(html, path, sent));
            var anew = origin?.On(path) ?? path;
            if (FilledForm.In(html, path, sent, again => ErrorOf(problem, again, anew)) is { } filled)
            {
                context.Response.StatusCode = problem.Status;
                context.Response.ContentType = "text/html; charset=utf-8";
                context.Response.Headers.CacheControl = "no-store";
                await context.Response.WriteAsync(filled, CancellationToken.None);
                return true;
            }
        }
        return false;
    }

    /// <summary>What a person wrote in the refused form, to be copied, where no page shows the form again.</summary>
    public static IEnumerable<(string Name, string Value)> TextsOf(
        HttpContext context,
        ProblemException problem
    ) =>
        Sent(context, problem)?.TextsOf(context.Features.Get<Written>()?.Names ?? new HashSet<string>())
        ?? [];

    /// <summary>What was sent with the refused form; null: nothing that may be shown again.</summary>
    private static SentForm? Sent(HttpContext context, ProblemException problem) =>
        SentForm.Of(context, isGuarded: problem.Code is not (Pages.Forged or "bad_form"));

    private static bool ComesBack(int status) =>
        status
            is StatusCodes.Status400BadRequest
                or StatusCodes.Status409Conflict
                or StatusCodes.Status422UnprocessableEntity;

    /// <returns>Null: the person sees no page there.</returns>
    private static async Task<string?> RenderAsync(HttpContext context, string path, RequestDelegate next)
    {
        var (request, response) = (context.Request, context.Response);
        var (method, asked, values) = (request.Method, request.Path, request.RouteValues);
        var (endpoint, body) = (context.GetEndpoint(), response.Body);
        using var page = new MemoryStream();
        response.Clear();
        response.Body = page;
        request.Method = HttpMethods.Get;
        request.Path = path;
        request.RouteValues = [];
        context.SetEndpoint(null);
        try
        {
            await next(context);
            return
                response.StatusCode == StatusCodes.Status200OK
                && response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true
                ? Encoding.UTF8.GetString(page.ToArray())
                : null;
        }
        catch (Exception) when (!response.HasStarted)
        {
            // The error that is told is the form's own, also where nobody waits for it any more.
            return null;
        }
        finally
        {
            response.Body = body;
            (request.Method, request.Path, request.RouteValues) = (method, asked, values);
            context.SetEndpoint(endpoint);
            // A page that asks for a fresh proof is not what the person is asked about.
            context.Features.Set<Suspended>(null);
        }
    }

    /// <param name="again">The labels of what was given and does not come back.</param>
    private static string ErrorOf(ProblemException problem, IReadOnlyList<string> again, string page) =>
        $"""
            <div class="error" role="alert" id="{FilledForm.ErrorId}" tabindex="-1" autofocus>
            <p><strong>That did not work.</strong> {FilledForm.Encode(problem.Message)}{GiveAgain(again)}</p>
            <p class="quiet">{StillHere} <a href="{FilledForm.Encode(page)}">Load the page anew</a>
            Code: <code>{FilledForm.Encode(problem.Code)}</code></p></div>
            """;

    private static string GiveAgain(IReadOnlyList<string> again) =>
        again.Count == 0
            ? ""
            : $" <strong>Give again: {FilledForm.Encode(string.Join(", ", again))}.</strong>";

    /// <summary>The names under which the form's pages let people write.</summary>
    private sealed record Written(IReadOnlySet<string> Names);
}
