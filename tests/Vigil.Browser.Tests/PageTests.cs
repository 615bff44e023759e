using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Browser.Tests;

/// <summary>Every page that the menu leads to, as a person meets it: seen, read out, by keyboard, on a phone.</summary>
public partial class PageTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>Behind the menu, where there is something to show.</summary>
    private static readonly HashSet<string> Deeper =
    [
        "/console/cases/*",
        "/console/cases/new",
        "/console/lists/*",
        "/console/policy/*",
        "/console/reports/*",
        "/console/reports/*/edit",
        "/console/scans/*",
    ];

    private static readonly string[] Outside = ["/console/sign-in", "/console/setup", "/console/join"];

    [Theory(Timeout = 300_000)]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_page_is_whole_readable_and_quiet(ColorScheme scheme)
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await using var window = await browser.OpenAsync(server, scheme);
        var faults = new List<string>();
        await WalkAsync(server, window, path => LookAsync(window, path, scheme, faults));
        faults.AddRange(window.Complaints);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact(Timeout = 300_000)]
    public async Task Every_control_is_reached_by_the_keyboard_in_the_order_of_the_page()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await using var window = await browser.OpenAsync(server);
        var faults = new List<string>();
        await WalkAsync(server, window, path => TabAsync(window, path, faults));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_first_stop_skips_to_the_content()
    {
        await using var server = await TestServer.StartAsync();
        await using var window = await browser.OpenAsync(server);
        await window.GoAsync("/console/sign-in");
        await window.Page.Keyboard.PressAsync("Tab");
        await window.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await window.Page.EvaluateAsync<string>("() => document.activeElement.id"));
    }

    /// <summary>The checks see what they are for.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData("<h1>Another</h1>", "h1")]
    [InlineData("<input id=x>", "no label")]
    [InlineData("<button></button>", "no name")]
    [InlineData("<p class=quiet id=main>x</p>", "twice")]
    [InlineData("<h5>Deep</h5>", "skips")]
    [InlineData("<table><tr><td>1</td></tr></table>", "caption")]
    [InlineData("<p>waiting@if (Many > 0) { , the oldest }</p>", "source")]
    [InlineData("<table><td><a href=/console/cases/VC-1>VC-<br>1</a></td></table>", "broken: VC-")]
    public async Task A_fault_on_a_page_is_found(string html, string says)
    {
        await using var server = await TestServer.StartAsync();
        await using var window = await browser.OpenAsync(server);
        await window.GoAsync("/console/sign-in");
        Assert.Empty(await FaultsAsync(window));
        await window.Page.EvaluateAsync(
            "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)",
            html
        );
        Assert.Contains(await FaultsAsync(window), fault => fault.Contains(says, StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_moves_while_a_page_comes_is_found()
    {
        await using var server = await TestServer.StartAsync();
        await using var window = await browser.OpenAsync(server);
        await window.GoAsync("/console/sign-in");
        Assert.Empty(await FaultsAsync(window));
        await window.Page.EvaluateAsync(
            """
            () => document.querySelector('main').insertAdjacentHTML('afterbegin', '<div>' + '<br>'.repeat(12) + '</div>')
            """
        );
        Assert.Contains(
            await FaultsAsync(window),
            fault => fault.StartsWith("moved by", StringComparison.Ordinal)
        );
    }

    /// <summary>The pages outside, then those of the menu, then one of each kind that these lead to.</summary>
    private static async Task WalkAsync(TestServer server, Window window, Func<string, Task> look)
    {
        foreach (var path in Outside)
        {
            await look(path);
        }
        await server.FillAsync();
        var looked = new HashSet<string>(StringComparer.Ordinal);
        await FollowAsync(await EnterAsync(server, window));
        await FollowAsync(await EnterToWorkAsync(server, window));
        Assert.Empty(Deeper.Except(looked));

        async Task FollowAsync(IReadOnlyList<string> paths)
        {
            var waiting = new Queue<string>(paths);
            while (waiting.TryDequeue(out var path))
            {
                // A proof is a file to keep, no page.
                if (!path.EndsWith("/proof", StringComparison.Ordinal) && looked.Add(KindOf(path)))
                {
                    await look(path);
                    (await LinksAsync(window, "main a")).ForEach(waiting.Enqueue);
                }
            }
        }
    }

    private static async Task TabAsync(Window window, string path, List<string> faults)
    {
        await window.GoAsync(path);
        var count = await window.Page.EvaluateAsync<int>(Checks.Number);
        var reached = new List<int>();
        for (var press = 0; reached.Count < count && press < 4 * count; press++)
        {
            await window.Page.Keyboard.PressAsync("Tab");
            var (at, isSeen) = await ReachedAsync(window);
            if (reached.Count > 0 && reached[^1] == at)
            {
                continue; // A day, its month, its year: stops within one control.
            }
            reached.Add(at);
            if (!isSeen)
            {
                faults.Add($"{path}: control {at} does not show that it has the focus");
            }
        }
        if (!reached.SequenceEqual(Enumerable.Range(0, count)))
        {
            faults.Add($"{path}: reached {string.Join(' ', reached)} of {count}");
        }
    }

    /// <summary>Whoever runs an installation sees no case: another person does.</summary>
    private static async Task<IReadOnlyList<string>> EnterToWorkAsync(TestServer server, Window window)
    {
        using var worker = await ConsoleUser.InviteAsync(
            server,
            "case.worker",
            "senior_reviewer",
            "filing_officer",
            "custodian"
        );
        await window.AdoptAsync(worker);
        await window.GoAsync("/console");
        var menu = await LinksAsync(window, "nav a");
        Assert.Contains("/console/cases", menu);
        return menu;
    }

    /// <summary>With a session of who has every role beside admin's, on an installation that has something to show.</summary>
    private static async Task<IReadOnlyList<string>> EnterAsync(TestServer server, Window window)
    {
        using var admin = await ConsoleUser.SetUpAsync(server);
        await admin.PostAsync("/console/people", "/console/people/invite", ("role", "Reviewer"));
        await admin.PostAsync(
            "/console/keys",
            "/console/keys",
            ("label", "upload service"),
            ("scope", "Scan"),
            ("days", "7")
        );
        var own = Regex
            .Match((await admin.GetAsync("/console/people")).Text, "/console/people/[0-9a-f-]{36}")
            .Value;
        using var second = await ConsoleUser.InviteAsync(server, "second.admin", "admin");
        await second.PostAsync(own, $"{own}/roles", [.. BesideAdmin.Select(role => ("role", $"{role}"))]);
        await window.AdoptAsync(admin);
        // What another admin gave is known after seconds.
        var menu = await TestServer.EventuallyAsync(
            async () =>
            {
                await window.GoAsync("/console");
                var links = await LinksAsync(window, "nav a");
                return links.Contains("/console/scans") ? links : null;
            },
            "the roles are known"
        );
        Assert.Contains("/console/ledger", menu);
        return [.. menu.Append("/console/account").Append(own).Append("/console/no-such-page").Distinct()];
    }

    private static async Task<List<string>> LinksAsync(Window window, string selector)
    {
        var links = await window.Page.EvaluateAsync<string[]>(
            "selector => [...document.querySelectorAll(selector)].map(link => link.getAttribute('href') ?? '')",
            selector
        );
        return
        [
            .. links
                .Select(link => link.Split('#')[0])
                .Where(link => link.StartsWith("/console", StringComparison.Ordinal)),
        ];
    }

    private static readonly Role[] BesideAdmin =
    [
        Role.Admin,
        Role.PlatformEngineer,
        Role.ListSteward,
        Role.WellnessLead,
        Role.PrivacyOfficer,
        Role.OnCall,
    ];

    private static string KindOf(string path) => Names().Replace(path.Split('?')[0], "*");

    [GeneratedRegex("[0-9a-f-]{36}|VC-[0-9A-Z-]+", RegexOptions.NonBacktracking)]
    private static partial Regex Names();

    private static async Task LookAsync(Window window, string path, ColorScheme scheme, List<string> faults)
    {
        var page = window.Page;
        await page.SetViewportSizeAsync(1280, 800);
        var before = window.Complaints.Count;
        await window.GoAsync(path);
        if (path.EndsWith("no-such-page", StringComparison.Ordinal))
        {
            // The browser itself notes the status.
            while (window.Complaints.Count > before)
            {
                window.Complaints.TryDequeue(out _);
            }
        }
        faults.AddRange((await FaultsAsync(window)).Select(fault => $"{path} ({scheme}): {fault}"));
        var name =
            $"{KindOf(path).Trim('/').Replace('/', '-').Replace('*', '1')}-{scheme.ToString().ToLowerInvariant()}";
        await window.KeepPictureAsync(name);
        await FitsAsync(window, path, faults);
        await page.SetViewportSizeAsync(360, 740);
        await FitsAsync(window, path, faults);
        await window.KeepPictureAsync($"{name}-phone");
    }

    private static async Task FitsAsync(Window window, string path, List<string> faults)
    {
        var overflow = await window.Page.EvaluateAsync<int>(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        );
        if (overflow > 0)
        {
            faults.Add($"{path}: {overflow} px wider than {window.Page.ViewportSize!.Width} px");
        }
    }

    private static Task<string[]> FaultsAsync(Window window) =>
        window.Page.EvaluateAsync<string[]>(Checks.Faults);

    private static async Task<(int At, bool IsSeen)> ReachedAsync(Window window)
    {
        var answer = await window.Page.EvaluateAsync<JsonElement>(Checks.Reached);
        return (answer.GetProperty("at").GetInt32(), answer.GetProperty("seen").GetBoolean());
    }
}
