using Microsoft.Playwright;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Browser.Tests;

/// <summary>A reviewer at the page of one content.</summary>
internal sealed class ViewingDesk : IAsyncDisposable
{
    public required TestServer Server { get; init; }
    public required Window Window { get; init; }
    public required ConsoleUser User { get; init; }
    public required CaseRef Case { get; init; }
    public required Guid Content { get; init; }
    public IPage Page => Window.Page;

    public static async Task<ViewingDesk> OpenAsync(
        Browser browser,
        string? profile = null,
        ColorScheme scheme = ColorScheme.Light
    )
    {
        var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.CaseAsync();
        var content = await server.SealAsync(reference, ViewingWork.Noise(1));
        await server.SealAsync(reference, ViewingWork.Picture(2));
        await server.SealAsync(reference, ViewingWork.Picture(3));
        // One person is all of these in a team of one alone; what was given then stays.
        await server.SetAsync("solo_mode", "on");
        var user = await ConsoleUser.InviteAsync(server, "rev.iewer", "reviewer", "wellness_lead", "admin");
        await server.SetAsync("solo_mode", "off");
        var window = profile is null
            ? await browser.OpenAsync(server, scheme)
            : await browser.OpenKeptAsync(server, profile);
        await window.AdoptAsync(user);
        await window.GoAsync($"/console/contents/{content}");
        return new ViewingDesk
        {
            Server = server,
            Window = window,
            User = user,
            Case = reference,
            Content = content,
        };
    }

    public async Task FillReasonAsync()
    {
        await Page.SelectOptionAsync("select[name=reason]", "grade");
        await Page.FillAsync("input[name=text]", "Grading the case.");
    }

    public async Task IsAsync(string state, int withinMs = 15_000)
    {
        var options = new PageWaitForSelectorOptions { Timeout = withinMs };
        await Page.WaitForSelectorAsync($"#reveal-screen[data-state={state}]", options);
    }

    /// <summary>The canvas holds a picture of many shades.</summary>
    public Task<bool> IsSeenAsync() =>
        Page.EvaluateAsync<bool>(
            """
            () => {
              const c = document.querySelector('#reveal-screen canvas');
              const copy = new OffscreenCanvas(c.width, c.height).getContext('2d');
              copy.drawImage(c, 0, 0);
              const d = copy.getImageData(0, 0, c.width, c.height).data;
              return new Set(d.filter((_, at) => at % 4 === 0)).size > 50;
            }
            """
        );

    /// <summary>One rendition and one reveal; the bytes of both.</summary>
    public async Task<byte[][]> SeeAllAsync()
    {
        var seen = new List<Task<byte[]>>();
        Page.Response += (_, response) =>
        {
            if (response.Headers.TryGetValue("content-type", out var type) && type == "image/jpeg")
            {
                seen.Add(response.BodyAsync());
            }
        };
        await Window.GoAsync($"/console/contents/{Content}?as=grey_light");
        await Page.WaitForFunctionAsync("document.querySelector('.screen img')?.naturalWidth > 100");
        await FillReasonAsync();
        await Page.Locator("h1").ClickAsync();
        await Page.Keyboard.PressAsync("r");
        await IsAsync("revealed");
        await Page.Keyboard.PressAsync("r");
        await IsAsync("covered");
        await Server.EndedViewAsync();
        return await Task.WhenAll(seen);
    }

    /// <summary>
    /// What the picture's place says at the end of the next event of this kind, after all of the page heard it: nothing that
    /// covers later by itself, as time does, is taken for it.
    /// </summary>
    public Task NoteStateAfterAsync(string kind) =>
        Page.EvaluateAsync(
            """
            kind => {
              window.stateAfter = null;
              const note = () => { window.stateAfter = document.getElementById('reveal-screen').dataset.state; };
              window.addEventListener(kind, note, { once: true });
            }
            """,
            kind
        );

    public async Task<string> StateAfterAsync() =>
        await (await Page.WaitForFunctionAsync("() => window.stateAfter")).JsonValueAsync<string>();

    /// <summary>By the toggle key, from outside any field.</summary>
    public async Task RevealAsync()
    {
        await Page.Keyboard.PressAsync("r");
        await IsAsync("revealed");
    }

    public async Task SettingsAsync(params (string Name, string Value)[] changed)
    {
        const string page = "/console/exposure";
        (string, string)[] others = [("renditions", "any"), ("seconds", "10"), ("shiftEnds", "")];
        await User.PostAsync(page, $"{page}/settings", [.. changed, .. others]);
    }

    public async ValueTask DisposeAsync()
    {
        await Window.DisposeAsync();
        User.Dispose();
        await Server.DisposeAsync();
    }
}
