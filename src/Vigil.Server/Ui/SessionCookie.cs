using Microsoft.AspNetCore.Http;

namespace Vigil.Server.Ui;

/// <summary>The cookie of a session: unreadable to scripts, never sent from another site's page.</summary>
internal static class SessionCookie
{
    /// <summary>The prefix makes browsers refuse it from another host, another path or without TLS.</summary>
    private const string SecureName = "__Host-vigil-session";
    private const string PlainName = "vigil-session";

    public static string? Find(HttpContext context) =>
        context.Request.Cookies.TryGetValue(NameFor(context), out var token) ? token : null;

    public static void Set(HttpContext context, string token) =>
        context.Response.Cookies.Append(NameFor(context), token, Options(context));

    /// <summary>Of a session that began, with the cookie of the browser that it is bound to.</summary>
    public static void Set(HttpContext context, string token, NewBrowser browser)
    {
        Set(context, token);
        Browser.Set(context, browser);
    }

    /// <summary>Also everything else that a browser keeps of this console.</summary>
    public static void Clear(HttpContext context)
    {
        context.Response.Cookies.Delete(NameFor(context), Options(context));
        context.Response.Headers["Clear-Site-Data"] = "\"cache\", \"cookies\", \"storage\"";
    }

    private static string NameFor(HttpContext context) => context.Request.IsHttps ? SecureName : PlainName;

    /// <summary>Of every cookie of the console.</summary>
    public static CookieOptions Options(HttpContext context) =>
        new()
        {
            HttpOnly = true,
            IsEssential = true,
            Path = "/",
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
        };
}
