using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;

namespace Vigil.Browser.Tests;

public class KeyboardTests(Browser browser) : IClassFixture<Browser>
{
    private const int Cases = 8;

    /// <summary>Taken, skipped, put to the danger lane, decided, undone and decided again: no mouse, no Tab.</summary>
    [Fact(Timeout = 180_000)]
    public async Task A_queue_is_worked_by_keys_alone()
    {
        await using var server = await TestServer.StartAsync(canUndo: true);
        await server.SetAsync("cases.undoSeconds", "300");
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var references = new List<string>();
        for (var number = 0; number < Cases; number++)
        {
            references.Add(await server.OpenAsync($"user-{number}", "suspected_csam"));
        }
        await using var window = await browser.OpenAsync(server);
        await window.AdoptAsync(reviewer);
        var page = window.Page;
        await window.GoAsync("/console/cases");

        var presses = 0;
        for (var worked = 0; worked < Cases - 1; worked++)
        {
            await PressAsync("n", "/console/cases/VC-*");
            if (worked == 0)
            {
                await PressAsync("s", "/console/cases/VC-*");
                await PressAsync("!", "notice=case_danger");
                await DecideAsync("x");
                await PressAsync("u", "notice=case_undone");
            }
            await DecideAsync(worked % 2 == 0 ? "y" : "x");
            await window.KeepPictureAsync($"worked-{worked}");
        }

        await PressAsync("n", "notice=queue_empty");
        // All but the skipped one, which comes back after hours; one of them twice.
        Assert.Equal(Cases, (await server.LedgerAsync("case.decided")).Count);
        Assert.Single(await server.LedgerAsync("case.decision_undone"));
        var open = await server.GetJsonAsync("/v1/cases?state=open");
        Assert.Equal(
            references[0],
            Assert.Single(open.GetProperty("cases").EnumerateArray()).GetProperty("case").Text("caseRef")
        );
        Assert.Empty(window.Complaints);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{presses} presses for {Cases} cases, reasons typed"
        );

        async Task PressAsync(string key, string url)
        {
            presses++;
            var from = page.Url;
            await page.Keyboard.PressAsync(key);
            try
            {
                await page.WaitForFunctionAsync("from => location.href !== from", from);
                await window.ReachAsync(url);
            }
            catch (TimeoutException e)
            {
                var text = await page.InnerTextAsync("main");
                throw new TimeoutException(
                    $"{key} at {page.Url} after {presses} presses: {text[..Math.Min(900, text.Length)]}",
                    e
                );
            }
        }

        async Task DecideAsync(string verdict)
        {
            await page.Keyboard.PressAsync(verdict);
            await page.Keyboard.PressAsync("r");
            await page.Keyboard.TypeAsync("Seen.");
            presses += 3;
            await PressAsync("Control+Enter", "notice=case_*");
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Rows_are_walked_by_keys_and_keys_do_nothing_while_somebody_types()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var first = await server.OpenAsync("user-1");
        await server.OpenAsync("user-2");
        await using var window = await browser.OpenAsync(server);
        await window.AdoptAsync(reviewer);
        var page = window.Page;
        await window.GoAsync("/console/cases");

        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("n?");
        Assert.Equal("/console/cases", window.Path);
        Assert.Equal("n?", await page.InputValueAsync("input[name=wanted]"));
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("?");
        Assert.True(await page.IsVisibleAsync("text=take the next case"));
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("k");
        await page.Keyboard.PressAsync("Enter");
        await window.ReachAsync($"/console/cases/{first}");
        Assert.Empty(window.Complaints);
    }
}
