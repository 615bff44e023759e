using Microsoft.AspNetCore.Http;

namespace Vigil.Server.Features.Admin.Entrance;

/// <summary>What people recognise a session by: "Firefox on Linux". No more of the browser is kept.</summary>
internal static class Device
{
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

    public static string Of(HttpContext context)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        return $"{Find(Browsers, agent, "Another program")} on {Find(Systems, agent, "another system")}";
    }

    private static string Find((string Mark, string Name)[] names, string agent, string otherwise) =>
        names
            .Where(name => agent.Contains(name.Mark, StringComparison.Ordinal))
            .Select(name => name.Name)
            .FirstOrDefault(otherwise);
}
