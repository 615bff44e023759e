using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Vigil.Cli.Demo;

namespace Vigil.Browser.Tests;

/// <summary>
/// The pages of docs/console.md with the demonstration's cases, each as one of its six people sees it. Pictures of them
/// are written only where VIGIL_SCREENSHOTS_DOCS names the folder, so that an ordinary run changes nothing.
/// </summary>
public class DocsPicturesTests(Browser browser) : IClassFixture<Browser>
{
    [Fact(Timeout = 300_000)]
    public async Task The_pages_of_the_console_are_whole_with_six_people_and_forty_cases()
    {
        await using var demo = await DemoServer.StartAsync();
        await demo.MatchExactAsync(10);
        await demo.MatchSimilarAsync(4);
        var others = await demo.Cases.OpenOthersAsync(demo.Matched.Count, CancellationToken.None);
        using var people = await DemoPeople.JoinAsync(
            demo.Server.Address,
            demo.Server.Server.SetupCode!,
            CancellationToken.None
        );
        await new DemoWork(demo.Api, people, CancellationToken.None).RunAsync(demo.Matched, others);
        var (_, more) = await DemoCounts.ReadAsync(demo.Api, CancellationToken.None);
        TestContext.Current.TestOutputHelper!.WriteLine(more);

        var faults = new List<string>();
        await ReviewerAsync(demo, people, others, faults);
        await SeeAsync(
            demo,
            people,
            people.Senior,
            faults,
            ("opinions", "/console/opinions"),
            ("training", "/console/training"),
            ("appeals", "/console/appeals")
        );
        await SeeAsync(demo, people, people.Admin, faults, ("people", "/console/people"));
        await SeeAsync(demo, people, people.Auditor, faults, ("ledger", "/console/ledger"));
        await SeeAsync(
            demo,
            people,
            people.Custodian,
            faults,
            ("held", "/console/held"),
            ("holds", "/console/holds"),
            ("wellness", "/console/wellness")
        );
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private async Task ReviewerAsync(
        DemoServer demo,
        DemoPeople people,
        IReadOnlyList<string> others,
        List<string> faults
    )
    {
        await using var window = await SignInAsync(demo, people, people.Reviewer);
        await LookAsync(window, "queue", "/console/cases", faults);
        await LookAsync(window, "case", $"/console/cases/{demo.Matched[2]}", faults);
        await LookAsync(window, "stacks", "/console/stacks", faults);
        await LookAsync(
            window,
            "stack",
            (await LinksAsync(window, "/console/stacks/[0-9a-f-]{36}"))[0],
            faults
        );
        var similar = demo.Matched[^1];
        await LookAsync(window, "contents", $"/console/cases/{similar}/contents", faults);
        await RevealAsync(window, (await LinksAsync(window, "/console/contents/[0-9a-f-]{36}"))[0], faults);
        await LookAsync(window, "exposure", "/console/exposure", faults);
        await window.GoAsync($"/console/cases/{others[10]}");
        var grade = await LinksAsync(window, "/console/cases/[^/]+/items/[0-9a-f-]{36}/grade");
        await LookAsync(window, "grading", grade[0], faults);
        faults.AddRange(window.Complaints);
    }

    private static async Task RevealAsync(Window window, string path, List<string> faults)
    {
        var page = window.Page;
        await LookAsync(window, "content", path, faults);
        await page.FillAsync("input[name=text]", "Grading the case.");
        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("r");
        await page.WaitForSelectorAsync("#reveal-screen[data-state=revealed]");
        await KeepAsync(window, "reveal");
        await page.Keyboard.PressAsync("r");
        await page.WaitForSelectorAsync("#reveal-screen[data-state=covered]");
    }

    private async Task SeeAsync(
        DemoServer demo,
        DemoPeople people,
        DemoPerson person,
        List<string> faults,
        params (string Name, string Path)[] pages
    )
    {
        await using var window = await SignInAsync(demo, people, person);
        foreach (var (name, path) in pages)
        {
            await LookAsync(window, name, path, faults);
        }
        faults.AddRange(window.Complaints);
    }

    /// <summary>With what the demonstration prints.</summary>
    private async Task<Window> SignInAsync(DemoServer demo, DemoPeople people, DemoPerson person)
    {
        var window = await browser.OpenAsync(demo.Server);
        await window.GoAsync("/console/sign-in");
        await window.Page.FillAsync("input[name=userName]", person.UserName);
        await window.Page.FillAsync("input[name=password]", people.Password);
        await window.Page.FillAsync("input[name=code]", person.RecoveryCodes[0]);
        await window.Page.Keyboard.PressAsync("Enter");
        await window.ReachAsync("/console");
        return window;
    }

    private static async Task LookAsync(Window window, string name, string path, List<string> faults)
    {
        var answer = await window.Page.GotoAsync(path);
        if (answer is not { Status: 200 })
        {
            faults.Add($"{path}: {answer?.Status}");
        }
        faults.AddRange(
            (await window.Page.EvaluateAsync<string[]>(Checks.Faults)).Select(fault => $"{path}: {fault}")
        );
        await KeepAsync(window, name);
    }

    private static async Task KeepAsync(Window window, string name)
    {
        if (Environment.GetEnvironmentVariable("VIGIL_SCREENSHOTS_DOCS") is { Length: > 0 } folder)
        {
            await window.Page.ScreenshotAsync(
                new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") }
            );
        }
    }

    private static async Task<IReadOnlyList<string>> LinksAsync(Window window, string pattern) =>
        [
            .. Regex
                .Matches(await window.Page.ContentAsync(), $"href=\"({pattern})\"")
                .Select(match => match.Groups[1].Value),
        ];
}
