using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vigil.Trust;

namespace Vigil.Server.Ui;

/// <summary>
/// The browser that a session is bound to: a second cookie, given with the session's and never sent anywhere
/// else, and which browser on which system it says it is. Not its version: a browser that was brought up to date
/// goes on with its sessions, and is nobody else. Who copies the session's cookie alone has nothing; who copies all of
/// a browser has its sessions, until somebody revokes them: no cookie can do better.
/// </summary>
internal static class Browser
{
    private const string SecureName = "__Host-vigil-browser";
    private const string PlainName = "vigil-browser";
    private const int SecretBytes = 32;

    private static readonly (string Mark, string Name)[] Browsers =
    [
        // Those first that also call themselves what they were made of.
        ("Edg/", "Edge"),
        ("EdgA/", "Edge"),
        ("EdgiOS/", "Edge"),
        ("OPR/", "Opera"),
        ("Vivaldi/", "Vivaldi"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("CriOS/", "Chrome"),
        ("FxiOS/", "Firefox"),
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
        SHA256.HashData(Encoding.UTF8.GetBytes($"{cookie}\n{KindOf(agent)}"));

    private static string NameFor(HttpContext context) => context.Request.IsHttps ? SecureName : PlainName;

    private static string AgentOf(HttpContext context) => context.Request.Headers.UserAgent.ToString();

    /// <summary>What people recognise it by: "Firefox on Linux". No more of it is kept in the clear.</summary>
    private static string NameOf(HttpContext context)
    {
        var agent = AgentOf(context);
        return $"{Find(Browsers, agent, "Another program")} on {Find(Systems, agent, "another system")}";
    }

    /// <summary>Browser and system; of one that is not known here, what it calls itself without its numbers.</summary>
    private static string KindOf(string agent) =>
        $"{Find(Browsers, agent, WithoutNumbers(agent))}\n{Find(Systems, agent, WithoutNumbers(agent))}";

    private static string WithoutNumbers(string agent) =>
        string.Concat(agent.Where(letter => !char.IsAsciiDigit(letter) && letter is not ('.' or '_')));

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
