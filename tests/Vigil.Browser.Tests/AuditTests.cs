using Microsoft.Playwright;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;

namespace Vigil.Browser.Tests;

/// <summary>A decision is looked at again, by keyboard, on a page that does not tell it.</summary>
public class AuditTests(Browser browser) : IClassFixture<Browser>
{
    [Theory(Timeout = 180_000)]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task An_audit_is_opened_from_the_list_and_answered_by_keys(ColorScheme scheme)
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("cases.auditPercent", "100");
        var reference = await server.OpenAsync();
        await server.DecideAsync(reference);
        using var user = await server.ReviewerAsync();
        await using var window = await browser.OpenAsync(server, scheme);
        await window.AdoptAsync(user);
        var page = window.Page;
        await window.GoAsync("/console/opinions");
        Assert.Empty(await page.EvaluateAsync<string[]>(Checks.Faults));
        await page.FocusAsync($"main a:has-text('{reference}')");
        await page.Keyboard.PressAsync("Enter");
        await window.ReachAsync("/console/audits/*");
        Assert.Empty(await page.EvaluateAsync<string[]>(Checks.Faults));
        await window.KeepPictureAsync($"audit-{scheme.ToString().ToLowerInvariant()}");

        await page.Keyboard.PressAsync("y");
        await page.Keyboard.PressAsync("r");
        await page.Keyboard.TypeAsync("Seen, and the same.");
        await page.Keyboard.PressAsync("Control+Enter");
        await window.ReachAsync("/console/opinions?notice=saved");
        Assert.Equal(0, await page.Locator($"main a:has-text('{reference}')").CountAsync());
        Assert.Empty(window.Complaints);
    }
}
