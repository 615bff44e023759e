using Microsoft.Playwright;
using Vigil.Server.Tests.Running;

namespace Vigil.Browser.Tests;

/// <summary>One Chromium (Debian's) for a class of tests; each test has a window of its own.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Program,
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
    }

    internal async Task<Window> OpenAsync(
        TestServer server,
        ColorScheme scheme = ColorScheme.Light,
        bool scripts = true
    )
    {
        // A host name: passkeys are not made for addresses.
        var address = new UriBuilder(server.Address) { Host = "localhost" }
            .Uri.ToString()
            .TrimEnd('/');
        var context = await _browser!.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = address,
                ColorScheme = scheme,
                JavaScriptEnabled = scripts,
                ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
            }
        );
        context.SetDefaultTimeout(20_000);
        return await Window.OfAsync(context, address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
    }
}
