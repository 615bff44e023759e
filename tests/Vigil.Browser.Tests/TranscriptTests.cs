using Microsoft.Playwright;
using Vigil.Server.Tests.Viewing;

namespace Vigil.Browser.Tests;

/// <summary>What is said in a video, read by keyboard instead of heard.</summary>
public class TranscriptTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly Lazy<byte[]> Clip = new(() => VideoWork.Clip(2));

    [Theory(Timeout = 240_000)]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task It_is_uncovered_by_keys_for_a_reason_and_covered_by_one_which_ends_the_look(
        ColorScheme scheme
    )
    {
        await using var desk = await VideoDesk.OpenAsync(browser, Clip.Value, scheme);
        var page = desk.Page;
        Assert.Contains("There is no transcript", await page.InnerTextAsync("main"));
        await desk.Server.TranscriptAsync(desk.Content, $"{TranscriptWork.Said}\nA second line.");
        await desk.Window.GoAsync($"/console/contents/{desk.Content}");
        var faults = (await page.EvaluateAsync<string[]>(Checks.Faults)).ToList();
        Assert.Contains("Transcript, 28 characters", await page.InnerTextAsync("main"));

        await page.Keyboard.PressAsync("t");
        await desk.Window.ReachAsync("/transcript");
        faults.AddRange(await page.EvaluateAsync<string[]>(Checks.Faults));
        Assert.Equal(0, await page.Locator($"text={TranscriptWork.Said}").CountAsync());
        await page.Keyboard.PressAsync("w");
        await page.Keyboard.TypeAsync("To decide the case.");
        await page.Keyboard.PressAsync("Control+Enter");
        var shown = page.GetByRole(AriaRole.Region, new() { Name = "Words of people" });
        await shown.WaitForAsync();
        // Line for line, as it came.
        Assert.Equal($"{TranscriptWork.Said}\nA second line.", (await shown.InnerTextAsync()).Trim());
        faults.AddRange(await page.EvaluateAsync<string[]>(Checks.Faults));
        await page.WaitForTimeoutAsync(1_100);
        var ended = page.WaitForResponseAsync(answer =>
            answer.Url.EndsWith("/ended", StringComparison.Ordinal)
        );
        await page.Keyboard.PressAsync("Escape");
        Assert.Equal(204, (await ended).Status);

        Assert.Equal(0, await page.Locator($"text={TranscriptWork.Said}").CountAsync());
        var row = Assert.Single(await desk.Server.WordsAsync());
        Assert.True(row.IsEnded);
        Assert.InRange(row.ReadMs, 1_000, 15_000);
        Assert.Equal(0, desk.Requests("/sound"));
        faults.AddRange(desk.Window.Complaints);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }
}
