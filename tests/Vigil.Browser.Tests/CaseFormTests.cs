using Microsoft.Playwright;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;

namespace Vigil.Browser.Tests;

/// <summary>Forms of a case's page that only some have, by keyboard.</summary>
public class CaseFormTests(Browser browser) : IClassFixture<Browser>
{
    [Fact(Timeout = 180_000)]
    public async Task A_case_is_given_and_another_opinion_asked_for_by_keyboard()
    {
        await using var server = await TestServer.StartAsync();
        using var senior = await ConsoleUser.InviteAsync(server, "a.senior", "senior_reviewer");
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var reference = await server.OpenAsync("user-1", "suspected_csam");
        await senior.GradeAsync(reference, await server.ItemAsync(reference));
        await using var window = await browser.OpenAsync(server);
        await window.AdoptAsync(senior);
        var page = window.Page;
        await window.GoAsync($"/console/cases/{reference}");

        await OpenAsync("Give it to somebody else");
        await OpenAsync("Ask for another opinion");
        Assert.Empty(await page.EvaluateAsync<string[]>(Checks.Faults));
        await window.KeepPictureAsync("case-forms");
        await page.GetByLabel("Give to").FocusAsync();
        await page.Keyboard.TypeAsync("person:reviewer-2");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("Knows the language.");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await window.ReachAsync("notice=case_assigned");
        Assert.True(await page.IsVisibleAsync("text=assigned to person:reviewer-2"));
        await window.KeepPictureAsync("case-assigned");

        await OpenAsync("Ask for another opinion");
        await page.Locator("details:has-text('Ask for another opinion') select[name=because]").FocusAsync();
        await page.Keyboard.TypeAsync("age features");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await window.ReachAsync("notice=opinion_asked");
        Assert.Equal(0, await page.Locator("text=Ask for another opinion").CountAsync());
        await window.KeepPictureAsync("case-opinion-asked");

        await window.AdoptAsync(reviewer);
        await window.GoAsync("/console/opinions");
        await page.GetByRole(AriaRole.Link, new() { Name = reference }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await window.ReachAsync("/grade");
        await window.GoAsync($"/console/cases/{reference}");
        Assert.Equal(0, await page.Locator("text=Give it to somebody else").CountAsync());
        Assert.Empty(window.Complaints);

        async Task OpenAsync(string summary)
        {
            await page.Locator($"summary:has-text('{summary}')").FocusAsync();
            await page.Keyboard.PressAsync("Enter");
        }
    }
}
