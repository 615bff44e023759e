using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Browser.Tests;

/// <summary>Words of people, by keyboard.</summary>
public class WordsTests(Browser browser) : IClassFixture<Browser>
{
    [Fact(Timeout = 180_000)]
    public async Task Words_are_uncovered_by_keys_and_covered_by_a_key_which_ends_the_look()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.FlaggedAsync();
        using var user = await ConsoleUser.InviteAsync(server, "rev.iewer", "reviewer");
        await using var window = await browser.OpenAsync(server);
        await window.AdoptAsync(user);
        var page = window.Page;
        await window.GoAsync($"/console/cases/{reference}");
        Assert.Equal(0, await page.Locator($"text={WordsWork.Message}").CountAsync());

        await page.Keyboard.PressAsync("t");
        await window.ReachAsync("/words");
        await page.Keyboard.PressAsync("w");
        await page.Keyboard.TypeAsync("To decide the case.");
        await page.Keyboard.PressAsync("Control+Enter");
        var shown = page.GetByRole(Microsoft.Playwright.AriaRole.Region, new() { Name = "Words of people" });
        await shown.WaitForAsync();
        Assert.Contains(WordsWork.Message, await shown.InnerTextAsync(), StringComparison.Ordinal);
        await page.WaitForTimeoutAsync(1_100);
        var ended = page.WaitForResponseAsync(answer =>
            answer.Url.EndsWith("/ended", StringComparison.Ordinal)
        );
        await page.Keyboard.PressAsync("Escape");
        Assert.Equal(204, (await ended).Status);

        Assert.Equal(0, await page.Locator($"text={WordsWork.Message}").CountAsync());
        Assert.StartsWith("Covered.", await page.InnerTextAsync("#words-status"), StringComparison.Ordinal);
        var row = Assert.Single(await server.WordsAsync());
        Assert.True(row.IsEnded);
        Assert.InRange(row.ReadMs, 1_000, 15_000);
        Assert.Empty(window.Complaints);
    }
}
