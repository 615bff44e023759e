using System.Diagnostics;
using Microsoft.Playwright;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Viewing;

namespace Vigil.Browser.Tests;

/// <summary>Forty cases worked as a reviewer works them, without a mouse.</summary>
public class WalkTests(Browser browser) : IClassFixture<Browser>
{
    private const int Exact = 26;
    private const int Similar = 2;
    private const int All = 40;

    /// <summary>Where a page says what a decision about a known match rests on.</summary>
    private static readonly string[] FactsOfAMatch =
    [
        "[data-key=v]",
        "#facts + table tr:has-text('Account') td",
        "#facts + table tr:has-text('Earlier cases') td",
        "#facts + table tr:has-text('Seen by') td",
        "#items + .scroll tbody tr",
        "#why + ul li",
    ];

    [Fact(Timeout = 240_000)]
    public async Task Forty_cases_are_worked_by_keyboard_and_only_what_must_be_seen_is_seen()
    {
        await using var demo = await DemoServer.StartAsync();
        // The walk is one queue from its first to its last case: variety is set as wide as an installation may set it.
        await demo.Server.SetAsync("viewing.rules", """{"graphicInRow":50,"newMaterialInRow":20}""");
        await demo.MatchExactAsync(Exact);
        await demo.MatchSimilarAsync(Similar);
        await demo.Cases.OpenOthersAsync(Exact + Similar, CancellationToken.None);
        var ids = await ContentsAsync(demo);
        Assert.Equal(Exact + Similar, ids.Count);
        using var user = await ConsoleUser.InviteAsync(demo.Server, "rev.iewer", "reviewer");
        await QualifyAsync(demo);
        await using var window = await browser.OpenAsync(demo.Server);
        await window.AdoptAsync(user);
        var walk = new Walk(window.Page);
        var began = Stopwatch.GetTimestamp();
        await window.GoAsync("/console/cases");

        var revealed = new List<Guid>();
        for (var number = 0; number < All; number++)
        {
            await walk.WorkAsync(revealed);
        }

        await walk.NextAsync();
        Assert.EndsWith("notice=queue_empty", window.Path, StringComparison.Ordinal);
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"{All} cases in {Stopwatch.GetElapsedTime(began).TotalSeconds:N1} s by keys alone");
        output.WriteLine(
            $"facts of a known match: median {Median(walk.Steps)} key presses, {Median(walk.Seconds):N2} s "
                + $"(of {walk.Steps.Count}; the machine's time, no reading)"
        );
        output.WriteLine(
            $"whole case, decision included: median {Median(walk.Keys)} presses and the reason's letters"
        );
        var views = await demo.Server.ViewsAsync();
        output.WriteLine(
            $"pictures revealed: {views.Count(view => view.Mode == "reveal")}, without need: {walk.WithoutNeed}; "
                + $"shown reduced: {views.Count(view => view.Mode == "rendition")}"
        );
        Assert.Equal(Exact, walk.Steps.Count);
        Assert.Equal(0, walk.WithoutNeed);
        Assert.Equal(Similar, revealed.Count);
        Assert.Equal(revealed.Order(), views.Select(view => view.ContentId).Order());
        foreach (var id in ids)
        {
            Assert.Equal(revealed.Contains(id), await demo.Server.FileViewedAsync(id));
        }
        Assert.Empty(window.Complaints);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1
            ? sorted[sorted.Count / 2]
            : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private static async Task<IReadOnlyList<Guid>> ContentsAsync(DemoServer demo) =>
        [
            .. (await demo.Api.GetAsync("/v1/contents", CancellationToken.None))
                .GetProperty("contents")
                .EnumerateArray()
                .Select(content => content.GetProperty("contentId").GetGuid()),
        ];

    private static async Task QualifyAsync(DemoServer demo)
    {
        var people = await demo.Api.GetAsync("/v1/people", CancellationToken.None);
        await demo.Api.PostAsync(
            "/v1/training/qualifications",
            new
            {
                person = people[0].GetProperty("pseudonym").GetString(),
                track = "review",
                state = "granted",
                reason = "Passed a course.",
            },
            CancellationToken.None
        );
    }

    /// <summary>One reviewer's hands: keys go in, and are counted.</summary>
    private sealed class Walk(IPage page)
    {
        private int _presses;

        /// <summary>Of each known match: keys until each of its facts had been on the screen.</summary>
        public List<double> Steps { get; } = [];

        public List<double> Seconds { get; } = [];

        /// <summary>Of each case, without the letters of the reason.</summary>
        public List<double> Keys { get; } = [];

        public int WithoutNeed { get; private set; }

        /// <summary>Takes the next case, reads it, looks at what must be seen of what is not known, decides.</summary>
        public async Task WorkAsync(List<Guid> revealed)
        {
            _presses = 0;
            var began = Stopwatch.GetTimestamp();
            await NextAsync();
            var isMatch = await page.Locator("#why").CountAsync() > 0;
            var isExact =
                isMatch && await page.Locator("#items + .scroll .tag.good:text-is('exact')").CountAsync() > 0;
            if (isExact)
            {
                await ReadAsync();
                Steps.Add(_presses);
                Seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
            else if (isMatch)
            {
                revealed.Add(await RevealAsync());
            }
            await DecideAsync(isMatch ? "y" : "x");
            Keys.Add(_presses);
        }

        public Task NextAsync() => GoByAsync("n");

        /// <summary>Page by page until every fact was whole on the screen.</summary>
        private async Task ReadAsync()
        {
            var unread = FactsOfAMatch.ToList();
            for (var screens = 0; ; screens++)
            {
                foreach (var fact in unread.ToList())
                {
                    if (await page.Locator(fact).First.EvaluateAsync<bool>(IsOnScreen))
                    {
                        unread.Remove(fact);
                    }
                }
                if (unread.Count == 0)
                {
                    return;
                }
                Assert.True(screens < 10, $"not reached by PageDown: {string.Join(", ", unread)}");
                await PressAsync("PageDown");
                // Scrolling is smooth: it has ended when nothing moves between two frames.
                await page.EvaluateAsync(HasSettled);
            }
        }

        /// <summary>To the content by its keys, uncovered for more than a second, covered, and back.</summary>
        private async Task<Guid> RevealAsync()
        {
            if (await page.Locator("text=must still be seen before a report").CountAsync() == 0)
            {
                WithoutNeed++;
            }
            await GoByAsync("v");
            await PressAsync("j");
            await GoByAsync("Enter");
            var id = Guid.Parse(new Uri(page.Url).Segments[^1]);
            await PressAsync("w");
            await page.Keyboard.TypeAsync("Similar, so one is seen.");
            await PressAsync("Escape");
            await PressAsync("r");
            await page.WaitForSelectorAsync("#reveal-screen[data-state=revealed]");
            await page.WaitForTimeoutAsync(1_300);
            var ended = page.WaitForResponseAsync(response =>
                response.Url.EndsWith("/ended", StringComparison.Ordinal)
            );
            await PressAsync("r");
            await ended;
            await GoByAsync("b");
            await GoByAsync("b");
            return id;
        }

        private async Task DecideAsync(string verdict)
        {
            await PressAsync(verdict);
            await PressAsync("r");
            await page.Keyboard.TypeAsync("By its facts.");
            await GoByAsync("Control+Enter");
            Assert.Contains("notice=case_", page.Url, StringComparison.Ordinal);
        }

        private Task PressAsync(string key)
        {
            _presses++;
            return page.Keyboard.PressAsync(key);
        }

        /// <summary>A key that leads to another page.</summary>
        private async Task GoByAsync(string key)
        {
            _presses++;
            await page.EvaluateAsync("() => { window.isBefore = true; }");
            await page.Keyboard.PressAsync(key);
            await page.WaitForFunctionAsync("() => !window.isBefore && document.readyState === 'complete'");
        }

        private const string IsOnScreen = """
            e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.bottom <= window.innerHeight; }
            """;

        private const string HasSettled = """
            () => new Promise(done => {
              let last = -1;
              const look = () => {
                if (scrollY === last) done();
                else { last = scrollY; requestAnimationFrame(look); }
              };
              requestAnimationFrame(() => requestAnimationFrame(look));
            })
            """;
    }
}
