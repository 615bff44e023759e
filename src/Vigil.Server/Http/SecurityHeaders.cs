using Microsoft.AspNetCore.Http;

namespace Vigil.Server.Http;

/// <summary>On every answer: what a browser may do with it, which is as little as the pages need.</summary>
internal static class SecurityHeaders
{
    private const string PagePolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        // A worker of scripts could keep what a page showed.
        + "worker-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>An answer of the API is no page.</summary>
    private const string DataPolicy = "default-src 'none'; frame-ancestors 'none'";

    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(
            static state =>
            {
                Set((HttpContext)state);
                return Task.CompletedTask;
            },
            context
        );
        return next(context);
    }

    private static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        var isConsole = context.Request.Path.StartsWithSegments("/console", StringComparison.Ordinal);
        headers.ContentSecurityPolicy = isConsole ? PagePolicy : DataPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] =
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
            + "publickey-credentials-get=(self), publickey-credentials-create=(self)";
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }
        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
    }
}
