using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Reporting.Filing;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.Iccam;
using Vigil.Trust;

namespace Vigil.Server.Tests.Destinations;

/// <summary>Test and production of a called destination have nothing in common.</summary>
public class SeparationTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_same_login_or_certificate_in_both_environments_is_refused_with_what_to_do()
    {
        using var certificates = IccamCertificates.Make(TimeProvider.System.GetUtcNow());
        using var authority = certificates.Authority;
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options =>
                options with
                {
                    Outbound = options.Outbound with
                    {
                        Allow = ["iccam.example:443", "test.iccam.example:443"],
                    },
                }
        );
        using var other = certificates.Issue(
            "CN=other hotline",
            "1.3.6.1.5.5.7.3.2",
            TimeProvider.System.GetUtcNow()
        );
        Assert.Null(await PutAsync("test", "https://test.iccam.example/", "one", certificates.ClientPem));

        Assert.Contains(
            "address each",
            await PutAsync("production", "https://test.iccam.example/", "two", null)
        );
        Assert.Contains(
            "credentials each",
            await PutAsync("production", "https://iccam.example/", "one", null)
        );
        Assert.Contains(
            "certificate each",
            await PutAsync("production", "https://iccam.example/", "two", certificates.ClientPem)
        );
        var set = (await server.GetJsonAsync("/v1/destinations/targets")).GetProperty("targets");
        Assert.Equal("test", Assert.Single(set.EnumerateArray()).Text("environment"));

        Assert.Null(
            await PutAsync("production", "https://iccam.example/", "two", IccamCertificates.PemOf(other))
        );
        // The other way round, and what was set before stays good.
        Assert.Contains(
            "credentials each",
            await PutAsync("test", "https://test.iccam.example/", "two", null)
        );
        Assert.Contains(
            "certificate each",
            await PutAsync("test", "https://test.iccam.example/", "three", IccamCertificates.PemOf(other))
        );
        Assert.Null(await PutAsync("test", "https://test.iccam.example/", "three", null));
        var page = await server.Client.GetStringAsync("/console/destinations");
        Assert.Contains("warn", Heading(page, "test"), StringComparison.Ordinal);
        Assert.Contains("bad", Heading(page, "production"), StringComparison.Ordinal);

        async Task<string?> PutAsync(string environment, string address, string word, string? certificate)
        {
            using var answer = await server.Client.PutAsJsonAsync(
                $"/v1/destinations/iccam/targets/{environment}",
                new
                {
                    address,
                    userName = "sample",
                    password = word,
                    clientCertificate = certificate,
                }
            );
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return null;
            }
            var problem = await TestServer.JsonOf(answer);
            Assert.Equal("same_as_other_environment", problem.Text("code"));
            return problem.Text("detail");
        }
    }

    /// <summary>The heading of a target, with its colour.</summary>
    private static string Heading(string page, string environment)
    {
        var end = page.IndexOf($">{environment}</", StringComparison.Ordinal);
        return page[page.LastIndexOf("<h3>", end, StringComparison.Ordinal)..end];
    }

    /// <summary>On this machine too: a relay to the real service may listen there.</summary>
    [Fact(Timeout = 120_000)]
    public async Task The_CyberTiplines_login_of_one_environment_is_refused_in_the_other()
    {
        await using var filing = await FilingServer.StartAsync();
        var refused = await Assert.ThrowsAsync<ProblemException>(() =>
            filing.ActAsync(
                FilingServer.Admin,
                Permission.SettingsWrite,
                tx =>
                    FilingEnvironment.SetAsync(
                        tx,
                        ReportEnvironment.Production,
                        filing.Production.Address.ToString(),
                        filing.Test.UserName,
                        filing.Test.Password
                    )
            )
        );
        Assert.Equal("same_as_other_environment", refused.Code);
        await filing.SetAsync(ReportEnvironment.Production);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_report_is_called_at_its_own_environment_alone_and_what_was_stopped_goes_on_with_new_credentials()
    {
        await using var iccam = IccamSimulator.Start();
        await using var real = IccamSimulator.Start();
        iccam.Password = "right";
        await using var filing = await FilingServer.StartAsync(
            allow: [iccam.Address.Authority, real.Address.Authority]
        );
        await PutAsync("production", real.Address, "sample");
        await PutAsync("test", iccam.Address, "wrong");
        var id = await filing.ApproveAsync(
            new MadeReport
            {
                Destination = "iccam",
                Document = new IccamDestination().Render(MaximalDraft.Draft).Document,
            }
        );
        var stranger = await filing.ApproveAsync(
            new MadeReport { Environment = ReportEnvironment.Production }
        );
        await filing.UntilWaitsAsync(id, WaitReasons.Credentials);
        Assert.Equal((1, 0), (iccam.Calls, real.Calls));
        var page = await filing.Server.Client.GetStringAsync($"/console/reports/{id}/filing");
        Assert.DoesNotContain("NCMEC", page, StringComparison.Ordinal);
        Assert.Contains("/console/destinations", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NCMEC", await AlarmAsync(filing, id), StringComparison.Ordinal);

        // Those of the other environment change nothing for it.
        await PutAsync("production", real.Address, "sample");
        Assert.Equal(WaitReasons.Credentials, (await filing.FilingAsync(id)).WaitsFor);
        Assert.Equal(1, iccam.Calls);
        await PutAsync("test", iccam.Address, "right");
        await filing.UntilAsync(id, ReportState.Filed);
        Assert.Single(iccam.Reports);
        Assert.Equal(0, real.Calls);
        Assert.NotEqual(ReportState.Filed, (await filing.ReportAsync(stranger)).State);
        Assert.DoesNotContain(FilingAlarms.Waits, await OpenOfAsync(filing, id));

        async Task PutAsync(string environment, Uri address, string password)
        {
            using var answer = await filing.Server.Client.PutAsJsonAsync(
                $"/v1/destinations/iccam/targets/{environment}",
                new
                {
                    address,
                    userName = "sample",
                    password,
                }
            );
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Whom to ask stands in each alarm's own words: ICCAM's people are not NCMEC.</summary>
    [Fact]
    public void What_is_said_of_a_destination_of_one_call_names_neither_NCMEC_nor_its_numbers()
    {
        var iccam = AllDestinations.Find("iccam");
        foreach (
            var alarm in (FilingAlarm[])[FilingAlarm.VeryLate, FilingAlarm.Blocked, FilingAlarm.NeedsHuman]
        )
        {
            var text = CallTexts.Of(iccam, alarm)!;
            Assert.DoesNotContain("NCMEC", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Request-ID", text, StringComparison.Ordinal);
            Assert.DoesNotContain("24 hours", text, StringComparison.Ordinal);
            Assert.Null(CallTexts.Of(AllDestinations.Find("cybertip"), alarm));
        }
    }

    private static async Task<string> AlarmAsync(FilingServer filing, Guid id) =>
        await filing.ReadAsync(tx =>
            tx.FindAsync<string>(
                """
                select text from alert where tenant = @tenant and code = @code and about = @about
                """,
                new { code = FilingAlarms.Waits, about = id.ToString() }
            )
        ) ?? "";

    private static Task<IReadOnlyList<string>> OpenOfAsync(FilingServer filing, Guid id) =>
        filing.ReadAsync(tx =>
            tx.QueryAsync<string>(
                "select code from alert where tenant = @tenant and state <> 'Closed' and about = @about",
                new { about = id.ToString() }
            )
        );
}
