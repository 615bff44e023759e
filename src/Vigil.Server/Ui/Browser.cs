using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vigil.Trust;

namespace Vigil.Server.Ui;

/// <summary>
/// The browser that a session is bound to: a second cookie, given with the session's and never sent anywhere
/// else, and what the browser calls itself. Who copies the session's cookie alone has nothing; who copies all of a
/// browser has its sessions, until somebody revokes them: no cookie can do better.
/// </summary>
internal static class Browser
{
    private const string SecureName = "__Host-vigil-browser";
    private const string PlainName = "vigil-browser";
    private const int SecretBytes = 32;

    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ];

    /// <summary>As it shows itself in this request.</summary>
    public static SessionClient Of(HttpContext context) =>
        new(NameOf(context), DigestOf(context.Request.Cookies[NameFor(context)] ?? "", AgentOf(context)));

    /// <summary>For a session that may begin with this request: as it will be, once it is given its cookie.</summary>
    public static NewBrowser New(HttpContext context)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return new(new(NameOf(context), DigestOf(secret, AgentOf(context))), secret);
    }

    /// <summary>Gives it.</summary>
    public static void Set(HttpContext context, NewBrowser browser) =>
        context.Response.Cookies.Append(NameFor(context), browser.Secret, SessionCookie.Options(context));

    public static byte[] DigestOf(string cookie, string agent) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{cookie}\n{agent}"));

    private static string NameFor(HttpContext context) => context.Request.IsHttps ? SecureName : PlainName;

    private static string AgentOf(HttpContext context) => context.Request.Headers.UserAgent.ToString();

    /// <summary>What people recognise it by: "Firefox on Linux". No more of it is kept in the clear.</summary>
    private static string NameOf(HttpContext context)
    {
        var agent = AgentOf(context);
        return $"{Find(Browsers, agent, "Another program")} on {Find(Systems, agent, "another system")}";
    }

    private static string Find((string Mark, string Name)[] names, string agent, string otherwise) =>
        names
            .Where(name => agent.Contains(name.Mark, StringComparison.Ordinal))
            .Select(name => name.Name)
            .FirstOrDefault(otherwise);
}

/// <summary>A browser before it has its cookie; must not be printed.</summary>
internal sealed record NewBrowser(SessionClient Client, string Secret)
{
    public override string ToString() => nameof(NewBrowser);
}
