using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;

namespace Vigil.Browser.Tests;

/// <summary>A long list of settings stays where somebody changed one.</summary>
public class SettingsTests(Browser browser) : IClassFixture<Browser>
{
    [Fact(Timeout = 180_000)]
    public async Task After_saving_the_window_is_at_the_field_which_says_so_and_the_next_key_reaches_it()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        await using var window = await browser.OpenAsync(server);
        await window.AdoptAsync(admin);
        var page = window.Page;
        await window.GoAsync("/console/settings");
        await page.Locator("#cases-auditPercent").FillAsync("7");
        await page.Keyboard.PressAsync("Enter");

        await window.ReachAsync("#cases-auditPercent-form");

        Assert.Equal("7", await page.InputValueAsync("#cases-auditPercent"));
        var said = page.Locator("main .notice");
        Assert.Equal(1, await said.CountAsync());
        Assert.True(
            await said.EvaluateAsync<bool>(
                "e => { const box = e.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"
            )
        );
        Assert.True(await page.EvaluateAsync<int>("Math.round(scrollY)") > 100);
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("cases-auditPercent", await page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.Empty(await page.EvaluateAsync<string[]>(Checks.Faults));
        await window.KeepPictureAsync("settings-saved");
        Assert.Empty(window.Complaints);
    }
}
