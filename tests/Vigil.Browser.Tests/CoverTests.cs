using Microsoft.Playwright;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;

namespace Vigil.Browser.Tests;

/// <summary>What counts as seen, one picture at a time, and what is not kept, in a real browser.</summary>
public class CoverTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>Room above the picture, so that it can be out of sight.</summary>
    private const string MakeRoom =
        "() => { const room = document.createElement('div'); room.style.height = '2000px'; document.body.prepend(room); }";

    private const string ToTop = "() => window.scrollTo(0, 0)";
    private const string ToPicture =
        "() => document.getElementById('reveal-screen').scrollIntoView({ block: 'center' })";

    [Fact(Timeout = 240_000)]
    public async Task It_counts_as_seen_when_it_was_whole_for_a_second_wherever_it_is_when_it_is_covered()
    {
        await using var desk = await OpenAsync();
        var page = desk.Page;

        // Out of sight at once, and in sight for the last moment alone.
        await desk.RevealAsync();
        await page.EvaluateAsync(ToTop);
        await page.WaitForTimeoutAsync(1500);
        await page.EvaluateAsync(ToPicture);
        await CoverAsync(desk);
        Assert.False(await desk.Server.FileViewedAsync(desk.Content));

        // In sight for long enough, and not when it is covered.
        await desk.RevealAsync();
        await page.WaitForTimeoutAsync(1500);
        await page.EvaluateAsync(ToTop);
        await CoverAsync(desk);
        Assert.True(await desk.Server.FileViewedAsync(desk.Content));
        Assert.True(desk.Window.Complaints.IsEmpty, string.Join('\n', desk.Window.Complaints));
    }

    [Fact(Timeout = 240_000)]
    public async Task Pressed_again_while_it_opens_it_is_opened_once_and_each_look_is_ended()
    {
        await using var desk = await OpenAsync();
        var page = desk.Page;
        // Slow to come, so that it is released and pressed again before it is there.
        await page.RouteAsync(
            "**/reveal",
            async route =>
            {
                await Task.Delay(800);
                await route.ContinueAsync();
            }
        );
        var opening = page.WaitForRequestAsync("**/reveal");
        await page.Keyboard.PressAsync("r");
        await opening;
        await page.Keyboard.PressAsync("r");
        await page.Keyboard.PressAsync("r");
        await desk.IsAsync("revealed");

        var open = (await desk.Server.ViewsAsync()).Count;
        Assert.Equal(2, open);
        Assert.Equal(1, await desk.Server.OpenRevealsAsync());
        await page.WaitForTimeoutAsync(1200);
        Assert.True(await desk.IsSeenAsync());
        await CoverAsync(desk);
        Assert.True(await desk.Server.FileViewedAsync(desk.Content));
        Assert.True(desk.Window.Complaints.IsEmpty, string.Join('\n', desk.Window.Complaints));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("contextmenu")]
    [InlineData("dragstart")]
    public async Task No_menu_and_no_drag_keeps_what_is_shown(string kind)
    {
        await using var desk = await OpenAsync();
        await desk.RevealAsync();

        var isKept = await desk.Page.EvaluateAsync<bool>(
            """
            kind => document.querySelector('#reveal-screen canvas')
              .dispatchEvent(new Event(kind, { bubbles: true, cancelable: true }))
            """,
            kind
        );

        Assert.False(isKept);
        await desk.Page.EmulateMediaAsync(
            new PageEmulateMediaOptions { Media = Microsoft.Playwright.Media.Print }
        );
        Assert.False(await desk.Page.Locator("#reveal-screen").IsVisibleAsync());
    }

    private async Task<ViewingDesk> OpenAsync()
    {
        var desk = await ViewingDesk.OpenAsync(browser);
        await desk.Page.SetViewportSizeAsync(1280, 720);
        await desk.Page.EvaluateAsync(MakeRoom);
        await desk.FillReasonAsync();
        await desk.Page.Locator("h1").ClickAsync();
        return desk;
    }

    /// <summary>And waits until the server has heard of it.</summary>
    private static async Task CoverAsync(ViewingDesk desk)
    {
        await desk.Page.Keyboard.PressAsync("Escape");
        await TestServer.EventuallyAsync<object>(
            async () => await desk.Server.OpenRevealsAsync() == 0 ? new object() : null,
            "the look is ended"
        );
    }
}
