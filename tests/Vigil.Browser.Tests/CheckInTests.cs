using Microsoft.Playwright;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Browser.Tests;

/// <summary>How are you? Asked, answered and told of, by keyboard alone.</summary>
public class CheckInTests(Browser browser) : IClassFixture<Browser>
{
    [Theory(Timeout = 240_000)]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task A_check_in_is_answered_and_a_talk_asked_for_by_keys_on_pages_without_a_fault(
        ColorScheme scheme
    )
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.AskDailyAsync();
        using var user = await ConsoleUser.InviteAsync(server, "rev.iewer", "reviewer", "wellness_lead");
        await user.LookAsync(content);
        await using var window = await browser.OpenAsync(server, scheme);
        await window.AdoptAsync(user);
        var page = window.Page;
        var name = scheme.ToString().ToLowerInvariant();
        await window.GoAsync("/console");
        await IsWholeAsync(window, $"check-in-home-{name}");
        await page.FocusAsync("main a:has-text('How are you?')");
        await page.Keyboard.PressAsync("Enter");
        await window.ReachAsync("/console/exposure");
        await IsWholeAsync(window, $"check-in-asked-{name}");

        // One stop for the choices, arrows between them, then the button.
        await page.FocusAsync("input[name=answer][value=fine]");
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        Assert.True(await page.IsCheckedAsync("input[name=answer][value=talk]"));
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await window.ReachAsync("/console/exposure?notice=check_in_kept");
        await IsWholeAsync(window, $"check-in-talk-{name}");
        await page.FocusAsync("button:has-text('Tell my wellness lead')");
        await page.Keyboard.PressAsync("Enter");
        await window.ReachAsync("/console/exposure?notice=talk_asked");
        await IsWholeAsync(window, $"check-in-told-{name}");
        await window.GoAsync("/console/wellness");
        Assert.Equal(1, await page.Locator("button:has-text('Done')").CountAsync());
        await IsWholeAsync(window, $"check-in-wellness-{name}");
        Assert.Empty(window.Complaints);
    }

    [Fact(Timeout = 180_000)]
    public async Task Not_now_needs_no_choice()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.AskDailyAsync();
        using var user = await server.ReviewerAsync();
        await user.LookAsync(content);
        await using var window = await browser.OpenAsync(server);
        await window.AdoptAsync(user);
        await window.GoAsync("/console/exposure");
        await window.Page.FocusAsync("button[name=skip]");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.ReachAsync("/console/exposure?notice=check_in_skipped");
        Assert.Equal(0, await window.Page.Locator("#check-in").CountAsync());
        Assert.Empty(window.Complaints);
    }

    private static async Task IsWholeAsync(Window window, string name)
    {
        await window.Page.SetViewportSizeAsync(1280, 800);
        Assert.Empty(await window.Page.EvaluateAsync<string[]>(Checks.Faults));
        await window.KeepPictureAsync(name);
        // 200 % of zoom: half as many pixels of the page's own.
        await window.Page.SetViewportSizeAsync(640, 400);
        Assert.Equal(
            0,
            await window.Page.EvaluateAsync<int>(
                "() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"
            )
        );
        await window.Page.SetViewportSizeAsync(1280, 800);
    }
}
