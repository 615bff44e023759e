using Microsoft.Playwright;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;

namespace Vigil.Browser.Tests;

/// <summary>One Chromium (Debian's) for a class of tests; each test has a window of its own.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = Arguments }
        );
    }

    /// <summary>Another Chromium, that keeps what it keeps in this folder, as a person's own does.</summary>
    internal async Task<Window> OpenKeptAsync(TestServer server, string folder)
    {
        var address = AddressOf(server);
        var context = await _playwright!.Chromium.LaunchPersistentContextAsync(
            folder,
            new BrowserTypeLaunchPersistentContextOptions
            {
                BaseURL = address,
                ExecutablePath = Program,
                Args = Arguments,
                UserAgent = ConsoleUser.Agent,
                ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
            }
        );
        context.SetDefaultTimeout(20_000);
        return await Window.OfAsync(context, address);
    }

    internal async Task<Window> OpenAsync(
        TestServer server,
        ColorScheme scheme = ColorScheme.Light,
        bool scripts = true
    )
    {
        var address = AddressOf(server);
        var context = await _browser!.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = address,
                // Sessions of a ConsoleUser are bound to this name.
                UserAgent = ConsoleUser.Agent,
                ColorScheme = scheme,
                JavaScriptEnabled = scripts,
                ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
            }
        );
        context.SetDefaultTimeout(20_000);
        return await Window.OfAsync(context, address);
    }

    /// <summary>A host name: passkeys are not made for addresses.</summary>
    private static string AddressOf(TestServer server) =>
        new UriBuilder(server.Address) { Host = "localhost" }
            .Uri.ToString()
            .TrimEnd('/');

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
    }
}
