using System.Collections.Concurrent;
using Microsoft.Playwright;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Browser.Tests;

/// <summary>A reviewer at the page of one video.</summary>
internal sealed class VideoDesk : IAsyncDisposable
{
    /// <summary>Counts addresses that are made for bytes, and what is played.</summary>
    private const string Watch = """
        window.addresses = 0; window.played = 0; window.sounds = [];
        const make = URL.createObjectURL;
        URL.createObjectURL = of => { window.addresses++; return make.call(URL, of); };
        const start = AudioBufferSourceNode.prototype.start;
        AudioBufferSourceNode.prototype.start = function (...when) { window.played++; return start.apply(this, when); };
        const Plain = window.AudioContext;
        window.AudioContext = class extends Plain { constructor(of) { super(of); window.sounds.push(this); } };
        """;

    private readonly ConcurrentQueue<string> _requests = new();

    public required TestServer Server { get; init; }
    public required Window Window { get; init; }
    public required ConsoleUser User { get; init; }
    public required Guid Content { get; init; }
    public IPage Page => Window.Page;

    public static async Task<VideoDesk> OpenAsync(
        Browser browser,
        byte[] clip,
        ColorScheme scheme = ColorScheme.Light
    )
    {
        var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.SealAsync(await server.CaseAsync(), clip);
        var user = await server.ReviewerAsync();
        var window = await browser.OpenAsync(server, scheme);
        await window.AdoptAsync(user);
        var desk = new VideoDesk
        {
            Server = server,
            Window = window,
            User = user,
            Content = content,
        };
        window.Page.Request += (_, request) => desk._requests.Enqueue(new Uri(request.Url).AbsolutePath);
        await window.Page.AddInitScriptAsync(Watch);
        await window.GoAsync($"/console/contents/{content}");
        return desk;
    }

    public int Requests(string end) => _requests.Count(path => path.EndsWith(end, StringComparison.Ordinal));

    public async Task OpenStripAsync()
    {
        await Page.FillAsync("#strip input[name=text]", "Grading the case.");
        await Page.ClickAsync("#strip button");
        await Page.WaitForSelectorAsync("#strip-player canvas");
    }

    public async Task OpenSoundAsync()
    {
        await Page.CheckAsync("#sound input[name=on]");
        await Page.FillAsync("#sound input[name=text]", "Grading the case.");
        await Page.ClickAsync("#sound button");
        await Page.WaitForSelectorAsync("#sound-play");
    }

    public async Task IsFrameAsync(int frame)
    {
        Assert.StartsWith(
            $"Frame {frame} of 12,",
            await Page.InnerTextAsync("#strip-time"),
            StringComparison.Ordinal
        );
        Assert.Equal($"{frame - 1}", await Page.InputValueAsync("#strip-at"));
    }

    public Task<string> PixelsAsync() =>
        Page.EvaluateAsync<string>("document.querySelector('#strip-player canvas').toDataURL()");

    public async Task IsAwayAsync(string look, int withinMs = 15_000)
    {
        var options = new PageWaitForSelectorOptions
        {
            State = WaitForSelectorState.Hidden,
            Timeout = withinMs,
        };
        await Page.WaitForSelectorAsync($"#{look}-player", options);
        Assert.StartsWith(
            "Put away.",
            await Page.InnerTextAsync($"#{look}-status"),
            StringComparison.Ordinal
        );
    }

    /// <summary>The page's own policy forbids the browser's waiting for an expression.</summary>
    public Task<string> UntilAsync(string expression) =>
        TestServer.EventuallyAsync(
            async () => await Page.EvaluateAsync<bool>(expression) ? "so" : null,
            expression
        );

    public async Task HoldsNoAddressAsync() =>
        Assert.Equal(0, await Page.EvaluateAsync<int>("window.addresses"));

    public async Task SettingsAsync(string videoSeconds)
    {
        const string page = "/console/exposure";
        await User.PostAsync(
            page,
            $"{page}/settings",
            ("reveal", "as_it_is"),
            ("renditions", "any"),
            ("seconds", "10"),
            ("videoSeconds", videoSeconds),
            ("shiftEnds", "")
        );
    }

    public async ValueTask DisposeAsync()
    {
        await Window.DisposeAsync();
        User.Dispose();
        await Server.DisposeAsync();
    }
}
