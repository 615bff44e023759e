using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Vigil.Server.Tests.People;

namespace Vigil.Browser.Tests;

/// <summary>A browser window of one person, which notes what its console complains about.</summary>
internal sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private Window(IBrowserContext context, IPage page, string address)
    {
        (_context, Page, Address) = (context, page, address);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complaints.Enqueue($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => Complaints.Enqueue($"{page.Url}: {error}");
        page.Request += (_, request) =>
        {
            if (
                !request.Url.StartsWith(address, StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal)
            )
            {
                Complaints.Enqueue($"{page.Url} asks another host: {request.Url}");
            }
        };
    }

    public IPage Page { get; }
    public string Address { get; }

    /// <summary>Errors, policy violations, calls to other hosts.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public static async Task<Window> OfAsync(IBrowserContext context, string address) =>
        new(context, await context.NewPageAsync(), address);

    public Task GoAsync(string path) => Page.GotoAsync(path);

    public string Path => Page.Url[Address.Length..];

    /// <summary>
    /// Waits until the page has this address and is loaded. Asked of the page itself: the library's own wait for an
    /// address misses a navigation that ends between its look and its wait, and then waits for another.
    /// </summary>
    /// <param name="ending">What the address ends with; a * stands for whatever follows.</param>
    public Task ReachAsync(string ending) =>
        Page.WaitForFunctionAsync(
            "wanted => new RegExp(wanted).test(location.href) && document.readyState === 'complete'",
            Regex.Escape(ending).Replace(@"\*", ".*", StringComparison.Ordinal) + "$"
        );

    /// <summary>A key of the device itself, that knows its owner.</summary>
    public async Task AddAuthenticatorAsync()
    {
        var session = await _context.NewCDPSessionAsync(Page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync(
            "WebAuthn.addVirtualAuthenticator",
            new Dictionary<string, object>
            {
                ["options"] = new Dictionary<string, object>
                {
                    ["protocol"] = "ctap2",
                    ["transport"] = "internal",
                    ["hasResidentKey"] = true,
                    ["hasUserVerification"] = true,
                    ["isUserVerified"] = true,
                    ["automaticPresenceSimulation"] = true,
                },
            }
        );
    }

    /// <summary>Takes a session that was made without a browser, with what binds it to one.</summary>
    public Task AdoptAsync(ConsoleUser user) =>
        _context.AddCookiesAsync(
            user.Cookies.GetCookies(user.Server.Address)
                .Where(cookie => cookie.Name is "vigil-session" or "vigil-browser")
                .Select(cookie => new Cookie
                {
                    Name = cookie.Name,
                    Value = cookie.Value,
                    Url = Address,
                    HttpOnly = true,
                    SameSite = SameSiteAttribute.Strict,
                })
        );

    public Task ForgetCookiesAsync() => _context.ClearCookiesAsync();

    /// <summary>Into the folder that VIGIL_SCREENSHOTS names, when it is set.</summary>
    public async Task KeepPictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("VIGIL_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(
                new PageScreenshotOptions
                {
                    Path = System.IO.Path.Combine(folder, $"{name}.png"),
                    FullPage = true,
                }
            );
        }
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
