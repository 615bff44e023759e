using System.Net;
using System.Text.Json;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>Two environments that cannot be confused, and the way to the first real report.</summary>
public sealed class GoLiveTests
{
    private const string Root = "/v1/reporting/environments";

    [Fact]
    public void An_address_belongs_to_one_environment()
    {
        (ReportEnvironment Environment, string Address, string? Refusal)[] cases =
        [
            (ReportEnvironment.Test, "https://exttest.cybertip.org/ispws", null),
            (ReportEnvironment.Production, "https://report.cybertip.org/ispws", null),
            (ReportEnvironment.Test, "https://report.cybertip.org/ispws", "other_environment"),
            (ReportEnvironment.Production, "https://exttest.cybertip.org/ispws", "other_environment"),
            (ReportEnvironment.Test, "https://REPORT.cybertip.org./ispws", "other_environment"),
            (ReportEnvironment.Test, "https://new.cybertip.org/ispws", "other_environment"),
            (ReportEnvironment.Production, "http://report.cybertip.org/ispws", "not_https"),
            (ReportEnvironment.Test, "http://10.0.0.1/ispws", "not_https"),
            (ReportEnvironment.Test, "http://127.0.0.1:9/ispws", null),
            (ReportEnvironment.Production, "http://localhost:9/ispws", null),
            (ReportEnvironment.Production, "https://report.cybertip.com/ispws", "unknown_address"),
            (ReportEnvironment.Production, "https://reportcybertip.org/ispws", "unknown_address"),
            (ReportEnvironment.Production, "https://simulator.example/ispws", "unknown_address"),
            (ReportEnvironment.Test, "https://10.0.0.1/ispws", "unknown_address"),
            (ReportEnvironment.Test, "https://a:b@exttest.cybertip.org/ispws", "bad_address"),
            (ReportEnvironment.Test, "https://exttest.cybertip.org/ispws?x=1", "bad_address"),
            (ReportEnvironment.Test, "exttest.cybertip.org", "bad_address"),
            (ReportEnvironment.Test, "", "bad_address"),
        ];
        foreach (var (environment, address, refusal) in cases)
        {
            var found = Record.Exception(() => FilingAddress.Check(environment, address));
            Assert.Equal((address, refusal), (address, (found as ProblemException)?.Code));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Production_is_closed_until_every_step_is_done_and_its_first_report_has_two_people()
    {
        await using var filing = await FilingServer.StartAsync(isReady: false);
        var server = filing.Server;
        var real = await filing.ApproveAsync(new MadeReport { Environment = ReportEnvironment.Production });
        await filing.UntilAlarmAsync(EnvironmentStanding.Alarm);

        await server.PostAsync($"{Root}/steps/registration", new { note = "Registered in November." });
        await server.PostAsync($"{Root}/steps/contacts", new { note = "The duty telephone." });
        await server.PostAsync($"{Root}/steps/first_report", new { note = "x" }, HttpStatusCode.BadRequest);
        await SetAsync("test", filing.Test, "wrong");
        Assert.Equal("credentials", (await server.PostAsync($"{Root}/test/check", new { })).Text("check"));
        await server.PostAsync($"{Root}/test/schema", new { }, HttpStatusCode.Conflict);
        // The simulator's password for production, in the test environment.
        await SetAsync("test", filing.Test, filing.Production.Password);
        Assert.Equal("credentials", (await server.PostAsync($"{Root}/test/check", new { })).Text("check"));
        await SetAsync("test", filing.Test, filing.Test.Password);
        Assert.Equal("done", (await server.PostAsync($"{Root}/test/check", new { })).Text("check"));
        await server.PostAsync($"{Root}/test/schema", new { });
        Assert.NotNull(
            await filing.ReadAsync(tx => FilingEnvironment.SchemaAsync(tx, ReportEnvironment.Test))
        );
        for (var i = 0; i < 3; i++)
        {
            await filing.UntilAsync(
                await filing.ApproveAsync(new MadeReport { IsTest = true }),
                ReportState.Filed
            );
        }
        Assert.False((await ShowAsync()).GetProperty("productionOpen").GetBoolean());
        await SetAsync("production", filing.Production, filing.Production.Password);
        await server.PostAsync($"{Root}/production/check", new { });
        // Whose law says where a report may go is not known yet.
        Assert.False((await ShowAsync()).GetProperty("productionOpen").GetBoolean());
        await server.SetAsync(CaseRouting.EstablishmentSetting, "US");
        var open = await ShowAsync();
        Assert.True(open.GetProperty("productionOpen").GetBoolean());
        Assert.False(open.GetProperty("live").GetBoolean());

        var sample = await filing.ApproveAsync(
            new MadeReport
            {
                Environment = ReportEnvironment.Production,
                IsTest = true,
                SecondBy = "person:filing-officer-2",
            }
        );
        await filing.UntilWaitsAsync(sample, FilingGate.TestInProduction);
        // One person approved it: it waits for the first one of two people, and says so.
        await filing.UntilWaitsAsync(real, WaitReasons.SecondPerson);
        Assert.Equal(ReportState.NeedsHuman, (await filing.ReportAsync(real)).State);
        Assert.Empty(filing.Production.Reports);
        var first = await filing.ApproveAsync(
            new MadeReport
            {
                Environment = ReportEnvironment.Production,
                SecondBy = "person:filing-officer-2",
            }
        );
        await filing.UntilAsync(first, ReportState.Filed);
        await filing.UntilAsync(real, ReportState.Filed);
        Assert.True((await ShowAsync()).GetProperty("live").GetBoolean());
        Assert.Equal(2, filing.Production.Reports.Count);
        Assert.Equal(3, filing.Test.Reports.Count);
        await AssertPageAsync(filing);
        await AssertRouteAsync(filing);

        async Task<JsonElement> ShowAsync()
        {
            var shown = await server.GetJsonAsync(Root);
            Assert.DoesNotContain("sample", shown.ToString(), StringComparison.OrdinalIgnoreCase);
            return shown;
        }
        Task SetAsync(string environment, CyberTipSimulator simulator, string password) =>
            server.Client.SendJsonAsync(
                $"{Root}/{environment}",
                new
                {
                    address = simulator.Address,
                    userName = simulator.UserName,
                    password,
                }
            );
    }

    [Fact(Timeout = 60_000)]
    public async Task Credentials_that_expire_stop_their_environment_and_a_check_lets_it_go_on()
    {
        await using var filing = await FilingServer.StartAsync();
        filing.Test.Password = "changed there";
        var (one, two) = (await filing.ApproveAsync(), await filing.ApproveAsync());
        await filing.UntilAlarmAsync(EnvironmentStanding.Alarm);
        await TestServerEventuallyAsync(filing, WaitReasons.Credentials);
        var calls = filing.Test.Calls;
        await filing.SetAsync(ReportEnvironment.Test, "changed there");
        await filing.UntilAsync(one, ReportState.Filed);
        await filing.UntilAsync(two, ReportState.Filed);
        Assert.Equal(2, filing.Finished);
        Assert.InRange(calls, 1, 4);
        Assert.DoesNotContain(EnvironmentStanding.Alarm, await filing.AlarmsAsync());
    }

    /// <summary>The refusal comes when the new credentials are already checked: it says nothing about them.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_refusal_of_credentials_that_were_replaced_meanwhile_stops_nothing()
    {
        using var isHeld = new SemaphoreSlim(0);
        using var isReplaced = new ManualResetEventSlim();
        await using var filing = await FilingServer.StartAsync(
            limits: FilingServer.Quick with
            {
                CallTimeout = TimeSpan.FromMinutes(1),
            }
        );
        filing.Test.OnCall = call =>
        {
            if (call == "submit 401")
            {
                isHeld.Release();
                isReplaced.Wait(TimeSpan.FromMinutes(1));
            }
        };
        filing.Test.Password = "changed there";
        var report = await filing.ApproveAsync();
        Assert.True(await isHeld.WaitAsync(TimeSpan.FromMinutes(1)));
        await filing.SetAsync(ReportEnvironment.Test, "changed there");
        isReplaced.Set();

        await filing.UntilAsync(report, ReportState.Filed);
        Assert.Equal(1, filing.Finished);
        Assert.Empty(await filing.LedgerAsync("report.needs_human", report));
        Assert.DoesNotContain(FilingAlarms.Waits, await filing.AlarmsAsync());
    }

    private static Task<string> TestServerEventuallyAsync(FilingServer filing, string waitsFor) =>
        Running.TestServer.EventuallyAsync(
            async () =>
                (await filing.ReadAsync(tx => FilingRow.OpenAsync(tx, 10))).Any(row =>
                    row.WaitsFor == waitsFor
                )
                    ? waitsFor
                    : null,
            "it waits"
        );

    /// <summary>What the law says is asked again before the first call, not at the approval alone.</summary>
    private static async Task AssertRouteAsync(FilingServer filing)
    {
        // Germany asks for a basis, and none is recorded.
        await filing.Server.SetAsync(CaseRouting.EstablishmentSetting, "DE");
        var calls = filing.Production.Calls;
        var id = await filing.ApproveAsync(new MadeReport { Environment = ReportEnvironment.Production });
        await filing.UntilWaitsAsync(id, WaitReasons.Route);
        Assert.Equal(calls, filing.Production.Calls);
        await ResumeAsync();
        await filing.UntilWaitsAsync(id, WaitReasons.Route);
        await filing.Server.SetAsync(CaseRouting.EstablishmentSetting, "US");
        await ResumeAsync();
        await filing.UntilAsync(id, ReportState.Filed);

        Task<bool> ResumeAsync() =>
            filing.ActAsync(
                FilingServer.Officer,
                Permission.ReportFile,
                tx => Filings.DecideAsync(tx, id, new(FilingChoice.Resume, "Put right.", null, null))
            );
    }

    private static async Task AssertPageAsync(FilingServer filing)
    {
        using var admin = await ConsoleUser.SetUpAsync(filing.Server);
        var page = await admin.GetAsync("/console/reporting/setup");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Production is live", page.Text);
        Assert.DoesNotContain(filing.Production.Password, page.Text);
        var check = await admin.PostAsync("/console/reporting/setup", "/console/reporting/setup/test/check");
        Assert.Contains("notice=credentials_work", check.Location);
    }
}

internal static class PutJson
{
    public static async Task SendJsonAsync(this HttpClient client, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path)
        {
            Content = System.Net.Http.Json.JsonContent.Create(body),
        };
        using var answer = await client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
