using Microsoft.Playwright;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;

namespace Vigil.Browser.Tests;

/// <summary>Going through a video, and listening to it, in a real browser.</summary>
public class VideoTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly Lazy<byte[]> Clip = new(() => VideoWork.Clip(12));

    [Fact(Timeout = 180_000)]
    public async Task Keys_go_through_the_frames_one_at_a_time_and_nothing_plays_by_itself()
    {
        await using var desk = await VideoDesk.OpenAsync(browser, Clip.Value);
        var page = desk.Page;
        await page.ClickAsync("#strip button");
        await page.WaitForTimeoutAsync(300);
        Assert.Empty(await desk.Server.ViewsAsync());
        await desk.OpenStripAsync();
        Assert.Equal("strip-at", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.WaitForTimeoutAsync(1500);
        await desk.IsFrameAsync(1);
        var first = await desk.PixelsAsync();
        (string Key, int Frame)[] keys =
        [
            ("ArrowRight", 2),
            ("ArrowUp", 3),
            ("ArrowLeft", 2),
            ("End", 12),
            ("ArrowRight", 12),
            ("ArrowDown", 11),
            ("Home", 1),
            ("ArrowLeft", 1),
        ];
        foreach (var (key, frame) in keys)
        {
            await page.Keyboard.PressAsync(key);
            await desk.IsFrameAsync(frame);
        }
        Assert.Equal(first, await desk.PixelsAsync());
        await page.Keyboard.PressAsync("End");
        Assert.NotEqual(first, await desk.PixelsAsync());
        Assert.Equal("Frame 12 of 12, at 0:00:11.0 of 0:00:11.9", await page.InnerTextAsync("#strip-time"));
        Assert.Equal(
            await page.InnerTextAsync("#strip-time"),
            await page.GetAttributeAsync("#strip-at", "aria-valuetext")
        );
        await page.Keyboard.PressAsync("Home");
        await page.SelectOptionAsync("#strip-speed", "4");
        await page.FocusAsync("#strip-at");
        await page.Keyboard.PressAsync(" ");
        Assert.Equal("true", await page.GetAttributeAsync("#strip-play", "aria-pressed"));
        await desk.UntilAsync("+document.getElementById('strip-at').value >= 3");
        await page.Keyboard.PressAsync(" ");
        Assert.Equal("false", await page.GetAttributeAsync("#strip-play", "aria-pressed"));
        var stopped = await page.InputValueAsync("#strip-at");
        await page.WaitForTimeoutAsync(700);
        Assert.Equal(stopped, await page.InputValueAsync("#strip-at"));

        await page.ClickAsync("#strip-close");
        await desk.IsAwayAsync("strip");
        Assert.InRange((await desk.Server.EndedViewAsync()).Seconds, 3, 60);
        // One request, one act, however many frames were looked at; and no address of any of them.
        Assert.Equal(1, desk.Requests("/strip"));
        Assert.Single(await desk.Server.ViewsAsync());
        await desk.HoldsNoAddressAsync();
    }

    [Fact(Timeout = 180_000)]
    public async Task It_plays_at_half_once_twice_and_four_times_and_at_no_other_speed()
    {
        await using var desk = await VideoDesk.OpenAsync(browser, Clip.Value);
        var page = desk.Page;
        var offered = await page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('#strip-speed option')].map(option => option.value)"
        );
        Assert.Equal(["0.5", "1", "2", "4"], offered);
        Assert.Equal("1", await page.InputValueAsync("#strip-speed"));
        await desk.OpenStripAsync();
        // Milliseconds from one frame to the next, which are a second apart.
        foreach (var (speed, least) in new[] { ("0.5", 1900.0), ("2", 450.0), ("4", 220.0), ("32", 900.0) })
        {
            await page.EvaluateAsync(
                """
                speed => { const choice = document.getElementById('strip-speed');
                  if (speed === '32') choice.options[0].value = '32';
                  choice.value = speed; choice.dispatchEvent(new Event('change')); }
                """,
                speed
            );
            await page.FocusAsync("#strip-at");
            await page.Keyboard.PressAsync("Home");
            var ms = await page.EvaluateAsync<double>(
                """
                async () => {
                  const at = document.getElementById('strip-at');
                  document.getElementById('strip-play').click();
                  const begun = performance.now();
                  while (at.value !== '1') await new Promise(done => setTimeout(done, 5));
                  return performance.now() - begun;
                }
                """
            );
            Assert.True(ms >= least, $"at {speed}: the next frame after {ms} ms");
            Assert.True(ms < least + 1500, $"at {speed}: the next frame after {ms} ms");
        }
    }

    [Fact(Timeout = 240_000)]
    public async Task It_is_put_away_by_time_by_another_tab_by_leaving_the_window_and_by_escape()
    {
        await using var desk = await VideoDesk.OpenAsync(browser, Clip.Value);
        var page = desk.Page;
        await desk.SettingsAsync("10");
        await desk.OpenStripAsync();
        await page.Keyboard.PressAsync(" ");
        await desk.IsAwayAsync("strip", withinMs: 14_000);
        Assert.Equal(10, (await desk.Server.EndedViewAsync()).Seconds, 1.0);
        var opened = 1;
        foreach (
            var leave in new[]
            {
                Checks.HideTab,
                "window.dispatchEvent(new Event('blur'))",
                "window.dispatchEvent(new Event('pagehide'))",
                "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))",
            }
        )
        {
            await desk.OpenStripAsync();
            await page.EvaluateAsync(leave);
            await desk.IsAwayAsync("strip");
            Assert.Equal(
                1,
                await page.EvaluateAsync<int>("document.querySelector('#strip-player canvas').width")
            );
            // Well before the time, which would put it away after 9 or 10 seconds by its record.
            Assert.InRange((await desk.Server.EndedViewAsync()).Seconds, 0, 7);
            Assert.Equal(++opened, (await desk.Server.ViewsAsync()).Count);
        }
        // Left while it was on its way: it is opened, and never shown.
        await page.EvaluateAsync(
            "document.querySelector('#strip button').click(); window.dispatchEvent(new Event('blur'))"
        );
        await page.WaitForSelectorAsync("#strip-status:has-text('Put away')");
        await desk.IsAwayAsync("strip");
        Assert.Equal(0, (await desk.Server.EndedViewAsync()).Seconds);
        await desk.HoldsNoAddressAsync();
        Assert.True(desk.Window.Complaints.IsEmpty, string.Join('\n', desk.Window.Complaints));
    }

    [Fact(Timeout = 180_000)]
    public async Task The_sound_is_off_plays_only_by_its_button_and_is_gone_when_the_tab_is_left()
    {
        await using var desk = await VideoDesk.OpenAsync(browser, Clip.Value);
        var page = desk.Page;
        Assert.Equal(0, await page.Locator("audio, video").CountAsync());
        await page.FillAsync("#sound input[name=text]", "Grading the case.");
        await page.ClickAsync("#sound button");
        await page.WaitForTimeoutAsync(300);
        // Not turned on: nothing is asked for.
        Assert.Equal(0, desk.Requests("/sound"));
        await desk.OpenSoundAsync();
        await page.WaitForTimeoutAsync(1000);
        Assert.Equal(0, await page.EvaluateAsync<int>("window.played"));
        Assert.Contains("At 0:00:00.0 of 0:00:12", await page.InnerTextAsync("#sound-time"));
        await page.ClickAsync("#sound-play");
        await desk.UntilAsync("window.played === 1");
        Assert.Equal("true", await page.GetAttributeAsync("#sound-play", "aria-pressed"));
        await desk.UntilAsync("+document.getElementById('sound-at').value >= 1");
        await page.ClickAsync("#sound-play");
        Assert.Equal("false", await page.GetAttributeAsync("#sound-play", "aria-pressed"));
        await page.ClickAsync("#sound-play");
        await desk.UntilAsync("window.played === 2");
        await page.EvaluateAsync(Checks.HideTab);
        await desk.IsAwayAsync("sound");
        Assert.Equal("closed", await page.EvaluateAsync<string>("window.sounds[0].state"));
        Assert.False(await page.IsCheckedAsync("#sound input[name=on]"));
        var view = await desk.Server.EndedViewAsync();
        Assert.Equal("sound", view.Mode);
        Assert.InRange(view.Seconds, 1, 30);
        await desk.HoldsNoAddressAsync();
        Assert.True(desk.Window.Complaints.IsEmpty, string.Join('\n', desk.Window.Complaints));
    }

    [Theory(Timeout = 240_000)]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Its_page_is_whole_readable_and_wide_enough_at_twice_the_size(ColorScheme scheme)
    {
        await using var desk = await VideoDesk.OpenAsync(browser, Clip.Value, scheme);
        var page = desk.Page;
        var name = scheme.ToString().ToLowerInvariant();
        await desk.OpenSoundAsync();
        await page.SelectOptionAsync("#strip [name=as]", "strip_small");
        await desk.OpenStripAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        var faults = (await page.EvaluateAsync<string[]>(Checks.Faults)).ToList();
        await desk.Window.KeepPictureAsync($"viewing-video-{name}");
        await page.SetViewportSizeAsync(640, 400);
        var wider = await page.EvaluateAsync<int>(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        );
        await desk.Window.KeepPictureAsync($"viewing-video-200-{name}");
        Assert.True(wider <= 0, $"{wider} px too wide at 200 %");
        faults.AddRange(desk.Window.Complaints);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }
}
