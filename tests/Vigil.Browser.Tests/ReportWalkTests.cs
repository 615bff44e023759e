using System.Net.Http.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Browser.Tests;

/// <summary>From a case to a filed report with its receipt, as the people who approve it meet it.</summary>
public class ReportWalkTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>More points than a draft has.</summary>
    private const int MostMissing = 40;

    [Fact(Timeout = 240_000)]
    public async Task A_confirmed_case_becomes_a_filed_report_with_its_receipt()
    {
        await using var tipline = CyberTipSimulator.Start();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            change: options =>
                options with
                {
                    Outbound = options.Outbound with { Allow = [tipline.Address.Authority] },
                }
        );
        await SetUpAsync(server, tipline);
        await server.SetAsync("training.required", "off");
        await server.SetAsync("reports.second_person", "always");
        await server.SetAsync("reporting.establishment", "US");
        await server.SetAsync("reports.undoSeconds", "300");
        await server.SetAsync("report.reporterName", "Example Platform, trust and safety");
        await server.SetAsync("report.reporterEmail", "safety@example.org");
        using var one = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
        using var two = await ConsoleUser.InviteAsync(server, "filing.two", "filing_officer");
        var reference = await server.OpenAsync("user-1", "suspected_csam");
        await using var window = await browser.OpenAsync(server);
        await window.AdoptAsync(one);
        var page = window.Page;

        await window.GoAsync($"/console/cases/{reference}");
        await page.Keyboard.PressAsync("y");
        await page.Keyboard.PressAsync("r");
        await page.Keyboard.TypeAsync("Seen on the platform.");
        await page.Keyboard.PressAsync("Control+Enter");
        await window.ReachAsync("notice=case_confirmed");

        await window.GoAsync($"/console/reports?case={reference}");
        await page.SelectOptionAsync("select[name=destination]", "cybertip");
        await page.ClickAsync("text=Write the draft");
        await window.ReachAsync("notice=report_drafted");
        Assert.True(await page.IsVisibleAsync("text=TEST environment"));
        Assert.False(await page.IsVisibleAsync("text=PRODUCTION"));
        await ExplainAsync(window);
        await window.KeepPictureAsync("report-draft");

        await ApproveAsync(window, "notice=report_first");
        await window.AdoptAsync(two);
        await window.GoAsync(window.Path.Split('?')[0]);
        Assert.True(await page.IsVisibleAsync("h3:has-text('Approve as second person')"));
        await ApproveAsync(window, "notice=report_approved");
        await window.KeepPictureAsync("report-approved");
        await page.Keyboard.PressAsync("u");
        await window.ReachAsync("notice=report_undone");
        await ApproveAsync(window, "notice=report_first");
        await window.AdoptAsync(one);
        await window.GoAsync(window.Path.Split('?')[0]);
        await server.SetAsync("reports.undoSeconds", "0");
        var began = TimeProvider.System.GetTimestamp();
        await ApproveAsync(window, "notice=report_approved");
        var path = window.Path.Split('?')[0];
        await TestServer.EventuallyAsync(
            async () =>
            {
                await window.GoAsync(path);
                return await page.IsVisibleAsync("text=SHA-256 of the receipt") ? "filed" : null;
            },
            "the receipt stands on the page",
            deadlineSeconds: 60
        );
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"approved to filed, seen on the page: {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s"
        );
        await window.KeepPictureAsync("report-filed");
        var filed = Assert.Single(tipline.Reports);
        Assert.Equal(SimulatedReportState.Finished, filed.State);
        Assert.True(window.Complaints.IsEmpty, string.Join('\n', window.Complaints));
        // The simulator's own page: what arrived.
        await page.GotoAsync(new Uri(tipline.Address, "/").ToString());
        await window.KeepPictureAsync("report-arrived");
        Assert.Equal(
            ["no title or language"],
            (await page.EvaluateAsync<string[]>(Checks.Faults))
                .Select(fault => fault.Split(':')[0])
                .Distinct()
        );

        Assert.Equal(2, (await server.LedgerAsync("report.approved")).Count);
    }

    /// <summary>Address and credentials of the test environment, checked, as an admin sets them.</summary>
    private static async Task SetUpAsync(TestServer server, CyberTipSimulator tipline)
    {
        var set = new
        {
            address = tipline.Address.ToString(),
            userName = tipline.UserName,
            password = tipline.Password,
        };
        using var answer = await server.Client.PutAsJsonAsync("/v1/reporting/environments/test", set);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        await server.PostAsync("/v1/reporting/environments/test/check", new { });
    }

    /// <summary>Says of all that is needed and not known why it cannot be supplied.</summary>
    private static async Task ExplainAsync(Window window)
    {
        var page = window.Page;
        for (var said = 0; said < MostMissing; said++)
        {
            var needed = page.Locator("tr:has(.tag.warn:text-is('needed'))");
            if (await needed.CountAsync() == 0)
            {
                return;
            }
            await needed.First.Locator("input[name=because]").FillAsync("The platform does not keep it.");
            await page.EvaluateAsync("() => { window.isBefore = true; }");
            await needed.First.Locator("button").ClickAsync();
            await page.WaitForFunctionAsync("() => !window.isBefore && document.readyState === 'complete'");
        }
        Assert.Fail("more is missing than a draft has");
    }

    private static async Task ApproveAsync(Window window, string then)
    {
        var points = window.Page.Locator("input[name=checked]");
        for (var index = 0; index < await points.CountAsync(); index++)
        {
            await points.Nth(index).CheckAsync();
        }
        await points.First.FocusAsync();
        await window.Page.Keyboard.PressAsync("Control+Enter");
        await window.ReachAsync(then);
    }
}
