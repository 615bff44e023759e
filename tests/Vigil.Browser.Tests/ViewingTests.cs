using Microsoft.Playwright;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Browser.Tests;

/// <summary>Looking at contents as a reviewer does, in a real browser.</summary>
public class ViewingTests(Browser browser) : IClassFixture<Browser>
{
    [Fact(Timeout = 180_000)]
    public async Task A_picture_is_uncovered_while_the_button_is_held_and_no_longer()
    {
        await using var desk = await ViewingDesk.OpenAsync(browser);
        var page = desk.Page;
        await desk.FillReasonAsync();
        await desk.Window.KeepPictureAsync("content-facts");
        await page.Locator("#hold").ScrollIntoViewIfNeededAsync();
        var box = (await page.Locator("#hold").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + box.Height / 2);
        await page.Mouse.DownAsync();
        await desk.IsAsync("revealed");
        Assert.True(await desk.IsSeenAsync());
        await desk.Window.KeepPictureAsync("content-revealed");
        await page.WaitForTimeoutAsync(1500);
        await desk.NoteStateAfterAsync("pointerup");
        await page.Mouse.UpAsync();
        Assert.Equal("covered", await desk.StateAfterAsync());
        Assert.False(await desk.IsSeenAsync());

        var view = await desk.Server.EndedViewAsync();
        Assert.InRange(view.Seconds, 1, 9);
        Assert.True(view.ShownWhole);
        Assert.True(await desk.Server.FileViewedAsync(desk.Content));
        Assert.True(desk.Window.Complaints.IsEmpty, string.Join('\n', desk.Window.Complaints));
    }

    [Fact(Timeout = 180_000)]
    public async Task Keys_do_all_that_the_mouse_does()
    {
        await using var desk = await ViewingDesk.OpenAsync(browser);
        var page = desk.Page;
        await desk.FillReasonAsync();
        // Held on the button.
        await page.FocusAsync("#hold");
        await page.Keyboard.DownAsync(" ");
        await desk.IsAsync("revealed");
        await desk.NoteStateAfterAsync("keyup");
        await page.Keyboard.UpAsync(" ");
        Assert.Equal("covered", await desk.StateAfterAsync());
        // Toggled, and covered by Escape.
        await page.Locator("h1").ClickAsync();
        foreach (var key in new[] { "r", "Escape" })
        {
            await desk.RevealAsync();
            Assert.Equal("true", await page.GetAttributeAsync("#toggle", "aria-pressed"));
            await desk.NoteStateAfterAsync("keydown");
            await page.Keyboard.PressAsync(key);
            Assert.Equal("covered", await desk.StateAfterAsync());
        }
        Assert.Equal("Covered.", await page.InnerTextAsync("#reveal-status"));
        Assert.Equal(3, (await desk.Server.ViewsAsync()).Count);
        // In the middle of a look: one key, nothing asked.
        await page.Keyboard.PressAsync("r");
        await desk.IsAsync("revealed");
        await page.Keyboard.PressAsync("p");
        await desk.Window.ReachAsync("/console/exposure?notice=viewing_paused");
        await desk.Window.KeepPictureAsync("exposure-paused");
        await page.ClickAsync("text=Go on");
        await desk.Window.ReachAsync("/console/exposure?notice=viewing_resumed");
        Assert.True(desk.Window.Complaints.IsEmpty, string.Join('\n', desk.Window.Complaints));
    }

    [Fact(Timeout = 180_000)]
    public async Task It_is_covered_by_time_by_another_tab_and_by_leaving_the_window()
    {
        await using var desk = await ViewingDesk.OpenAsync(browser);
        var page = desk.Page;
        await desk.FillReasonAsync();
        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("r");
        await desk.IsAsync("revealed");
        await desk.IsAsync("covered", withinMs: 14_000);
        Assert.Equal(10, (await desk.Server.EndedViewAsync()).Seconds, 1.0);

        // Chromium without a window fires no visibility change of its own: the page is told as a browser would.
        // Asked in the same breath: what waits for the time to pass would find it covered too.
        foreach (
            var leave in new[]
            {
                Checks.HideTab,
                "window.dispatchEvent(new Event('blur'))",
                "window.dispatchEvent(new Event('pagehide'))",
                "window.dispatchEvent(new Event('beforeprint'))",
            }
        )
        {
            await desk.RevealAsync();
            var state = await page.EvaluateAsync<string>(
                $"() => {{ {leave}; return document.getElementById('reveal-screen').dataset.state; }}"
            );
            Assert.True(state == "covered", $"{leave}: {state}");
            Assert.False(await desk.IsSeenAsync());
        }
        Assert.True(desk.Window.Complaints.IsEmpty, string.Join('\n', desk.Window.Complaints));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_refusal_is_said_and_nothing_moves_when_a_picture_comes()
    {
        await using var desk = await ViewingDesk.OpenAsync(browser);
        var page = desk.Page;
        await page.ClickAsync("#toggle");
        Assert.Equal("Say why first.", await page.InnerTextAsync("#reveal-status"));
        await page.EvaluateAsync(
            """
            () => { window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.shift += e.value))
              .observe({ type: 'layout-shift', buffered: true }); }
            """
        );
        await desk.FillReasonAsync();
        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("r");
        await desk.IsAsync("revealed");
        Assert.True(await page.EvaluateAsync<double>("window.shift") < 0.01);
        await page.Keyboard.PressAsync("r");
        await desk.IsAsync("covered");
        await desk.SettingsAsync(("reveal", "never"));
        await page.Keyboard.PressAsync("r");
        await page.WaitForSelectorAsync("text=Your own setting shows nothing unblurred");
        // The answer of a refusal is a complaint of the browser's console; there is no other.
        Assert.All(desk.Window.Complaints, text => Assert.Contains("409", text, StringComparison.Ordinal));
    }

    /// <summary>The browser's last process writes a moment longer than it says.</summary>
    private static Task<string> GoneAsync(DirectoryInfo folder) =>
        TestServer.EventuallyAsync(
            () =>
            {
                try
                {
                    folder.Delete(recursive: true);
                    return Task.FromResult<string?>("gone");
                }
                catch (IOException)
                {
                    return Task.FromResult<string?>(null);
                }
            },
            "the profile is gone"
        );

    [Fact(Timeout = 240_000)]
    public async Task Nothing_of_a_picture_is_left_in_the_browser_after_sign_out()
    {
        var folder = Directory.CreateTempSubdirectory("vigil-profile-");
        try
        {
            byte[][] shown;
            await using (var desk = await ViewingDesk.OpenAsync(browser, folder.FullName))
            {
                shown = await desk.SeeAllAsync();
                await desk.Page.ClickAsync("summary:has-text('Grace Example')");
                await desk.Page.ClickAsync("text=Sign out");
                await desk.Window.ReachAsync("/console/sign-in*");
                Assert.True(desk.Window.Complaints.IsEmpty, string.Join('\n', desk.Window.Complaints));
            }
            Assert.Equal(2, shown.Length);
            var files = folder.GetFiles("*", SearchOption.AllDirectories);
            Assert.True(files.Length > 20, $"only {files.Length} files in the profile");
            var styles = 0;
            foreach (var file in files)
            {
                var bytes = await File.ReadAllBytesAsync(file.FullName);
                Assert.All(shown, jpeg => Assert.False(HoldsPieceOf(bytes, jpeg), file.FullName));
                Assert.Equal(-1, bytes.AsSpan().IndexOf("/rendition?as="u8));
                styles += bytes.AsSpan().IndexOf("vigil.css"u8) >= 0 ? 1 : 0;
            }
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{files.Length} files searched, {styles} name the style sheet"
            );
        }
        finally
        {
            await GoneAsync(folder);
        }
    }

    [Theory(Timeout = 240_000)]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Its_pages_are_whole_readable_and_wide_enough_at_twice_the_size(ColorScheme scheme)
    {
        await using var desk = await ViewingDesk.OpenAsync(browser, scheme: scheme);
        var faults = new List<string>();
        string[] paths =
        [
            $"/console/cases/{desk.Case}/contents",
            $"/console/contents/{desk.Content}",
            $"/console/contents/{desk.Content}/metadata",
            $"/console/contents/{desk.Content}?as=grey_strong",
            $"/console/contents/{desk.Content}?as=edges",
            $"/console/contents/{desk.Content}?as=tile&row=1&column=2",
            "/console/exposure",
            "/console/wellness",
        ];
        foreach (var path in paths)
        {
            await desk.Page.SetViewportSizeAsync(1280, 800);
            await desk.Window.GoAsync(path);
            faults.AddRange(
                (await desk.Page.EvaluateAsync<string[]>(Checks.Faults)).Select(fault => $"{path}: {fault}")
            );
            var name = path.Replace("/console/", "", StringComparison.Ordinal)
                .Replace(desk.Content.ToString(), "1", StringComparison.Ordinal)
                .Replace(desk.Case.Value, "1", StringComparison.Ordinal);
            name = string.Concat(name.Select(c => char.IsLetterOrDigit(c) ? c : '-'));
            await desk.Window.KeepPictureAsync($"viewing-{name}-{scheme.ToString().ToLowerInvariant()}");
            // 200 % of zoom: half as many pixels of the page's own.
            await desk.Page.SetViewportSizeAsync(640, 400);
            var wider = await desk.Page.EvaluateAsync<int>(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            );
            if (wider > 0)
            {
                faults.Add($"{path}: {wider} px too wide at 200 %");
            }
        }
        await desk.Window.GoAsync($"/console/contents/{desk.Content}/metadata");
        await desk.Page.FillAsync("input[name=text]", "To see the page.");
        await desk.Page.ClickAsync("main button");
        await desk.Page.WaitForSelectorAsync("#group-Other");
        faults.AddRange(
            (await desk.Page.EvaluateAsync<string[]>(Checks.Faults)).Select(fault =>
                $"metadata, shown: {fault}"
            )
        );
        await desk.Window.KeepPictureAsync($"viewing-metadata-shown-{scheme.ToString().ToLowerInvariant()}");
        faults.AddRange(desk.Window.Complaints);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>Any 64 bytes of the picture data, looked for at many places of it.</summary>
    private static bool HoldsPieceOf(byte[] bytes, byte[] jpeg)
    {
        for (var at = 700; at + 64 < jpeg.Length; at += 500)
        {
            if (bytes.AsSpan().IndexOf(jpeg.AsSpan(at, 64)) >= 0)
            {
                return true;
            }
        }
        return false;
    }
}
