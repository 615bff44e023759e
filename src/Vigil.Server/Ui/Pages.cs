using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Ui;

/// <summary>Pages of the console: rendered here, usable without scripts, forms guarded against forgery.</summary>
internal static class Pages
{
    /// <summary>Most bytes of a page's form; files never come this way.</summary>
    private const int MaxFormBytes = 256 * 1024;

    /// <summary>The field of a form that guards it against forgery.</summary>
    public const string GuardField = "__RequestVerificationToken";

    /// <summary>The problem of a form whose guard is not good.</summary>
    public const string Forged = "form_expired";

    /// <summary>A page that is looked at.</summary>
    public static RouteHandlerBuilder MapPage(
        this IEndpointRouteBuilder routes,
        string path,
        Permission permission,
        Func<HttpContext, Task<IResult>> show
    ) => routes.MapGet(path, (Delegate)show).Require(permission).ExcludeFromDescription();

    /// <summary>A form of a page: checked against forgery, then handled, then (as a rule) redirected.</summary>
    public static RouteHandlerBuilder MapForm(
        this IEndpointRouteBuilder routes,
        string path,
        Permission permission,
        Func<HttpContext, IFormCollection, Task<IResult>> handle
    ) =>
        routes
            .MapPost(
                path,
                (Delegate)(async (HttpContext context) => await handle(context, await ReadAsync(context)))
            )
            .Require(permission)
            .ExcludeFromDescription();

    /// <summary>Renders a component with the console's layout.</summary>
    public static IResult Show<TPage>(HttpContext context, string title, object? parameters = null)
        where TPage : IComponent
    {
        context.RequestServices.GetRequiredService<PageContext>().Title = title;
        context.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<TPage>(parameters ?? new { });
    }

    /// <summary>After an act: to a page of the console, with what is said there.</summary>
    public static IResult Go(string path, string? notice = null) =>
        Results.LocalRedirect(
            notice is null ? path : $"{path}{(path.Contains('?') ? '&' : '?')}notice={notice}"
        );

    /// <exception cref="ProblemException">Forged, too large, or not a form.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpContext context)
    {
        if (!IsPlainForm(context.Request) || context.Request.ContentLength > MaxFormBytes)
        {
            throw ProblemException.BadRequest("bad_form", "Send this page's own form.");
        }
        // A body in chunks says no length: it ends there.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxFormBytes;
        }
        var form = await FormAsync(context);
        // A program with a key is not a browser that somebody else could steer.
        if (context.FindActor()?.Kind != ActorKind.ApiKey)
        {
            var guard = context.RequestServices.GetRequiredService<IAntiforgery>();
            if (!await guard.IsRequestValidAsync(context))
            {
                throw ProblemException.BadRequest(Forged, "This form is too old: load the page again.");
            }
        }
        return form;
    }

    /// <summary>Before the guard against forgery, which would read it itself.</summary>
    private static async Task<IFormCollection> FormAsync(HttpContext context)
    {
        try
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            throw ProblemException.BadRequest("bad_form", "Send this page's own form.");
        }
    }

    /// <summary>In parts it would be put into a temporary file; of pages' forms only an import's is sent so.</summary>
    private static bool IsPlainForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
}
