using System.Net;
using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Reporting.Filing;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>The test environment is no way round the law: what is of a real case is asked the same there.</summary>
public class TestEnvironmentTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_package_of_a_real_case_is_for_production_alone_and_one_of_samples_for_the_test_environment()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("training.required", "off");
        await server.SetAsync("reports.second_person", "never");
        // The law of the place lets it go: it is the test environment that does not take it.
        await server.OpenPackagesAsync();
        using var one = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
        var real = await server.ConfirmedAsync("user-1");
        var sample = (await server.HitAsync("user-2", isTest: true)).Value;
        await server.DecideAsync(sample);
        var packages = AllDestinations.All.OfType<PackageDestination>().Select(each => each.Code).ToList();
        Assert.Equal(4, packages.Count);
        foreach (var destination in packages)
        {
            var refused = await AskAsync(real, destination, HttpStatusCode.Conflict);
            Assert.Equal(RealInTest.Code, refused.Text("code"));
            await AskAsync(sample, destination, HttpStatusCode.Created);
        }

        // As an earlier version left them: drafted for the test environment, and approved for it.
        var id = await server.DraftAsync(real, ReportWork.Package);
        await MoveAsync("Test");
        Assert.Equal(RealInTest.Code, ReportWork.CodeOf(await one.ApproveAsync(id)));
        await MoveAsync("Production");
        await one.ApproveAsync(id);
        Assert.Equal("approved", await server.StateAsync(id));
        await MoveAsync("Test");
        await server.BuiltAsync(id);
        foreach (
            var (path, body) in ((string, object)[])
                [("package", new { recipientId = Guid.NewGuid() }), ("handover", new { })]
        )
        {
            var refused = await server.PostAsync($"/v1/reports/{id}/{path}", body, HttpStatusCode.Conflict);
            Assert.Equal(RealInTest.Code, refused.Text("code"));
        }

        Task<System.Text.Json.JsonElement> AskAsync(
            string reference,
            string destination,
            HttpStatusCode status
        ) =>
            server.PostAsync(
                $"/v1/cases/{reference}/reports",
                new { destination, environment = "test" },
                status
            );

        Task<int> MoveAsync(string environment) =>
            server.ExecuteAsync(
                """
                update report set environment = @environment, leaves_at = case when leaves_at is null then null else 0 end
                where tenant = @tenant and id = @id
                """,
                new { id, environment }
            );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_real_case_goes_to_no_test_environment_but_a_demos_simulator_on_this_machine()
    {
        await using var filing = await FilingServer.StartAsync();
        await using var platform = await TestServer.StartAsync();
        var here = filing.Test.Address.ToString();
        // No place of the service is set: no law lets anything go, and nothing has to.
        var real = new ReportRow { Destination = "cybertip", Environment = ReportEnvironment.Test };
        Assert.Null(await RefusalAsync(filing.Server, real));
        Assert.Null(
            await RefusalAsync(filing.Server, new() { Destination = "iccam", Environment = real.Environment })
        );
        var production = new ReportRow
        {
            Destination = "cybertip",
            Environment = ReportEnvironment.Production,
        };
        Assert.Contains(
            CaseRouting.EstablishmentSetting,
            await RefusalAsync(filing.Server, production),
            StringComparison.Ordinal
        );
        await RefusedAsync(filing.Server, new() { Destination = "police", Environment = real.Environment });

        // The service's own test environment is a place of its own; so may be what listens on a platform's machine.
        await SetAsync(filing.Server, null);
        await RefusedAsync(filing.Server, real);
        await SetAsync(platform, here);
        await RefusedAsync(platform, real);
        foreach (var server in (TestServer[])[filing.Server, platform])
        {
            var sample = new ReportRow
            {
                Destination = "cybertip",
                Environment = ReportEnvironment.Test,
                IsTest = true,
            };
            // By no law of any place: it is the environment that does not take it.
            foreach (var place in (string[])["", "FR", "US"])
            {
                await server.SetAsync(CaseRouting.EstablishmentSetting, place);
                await RefusedAsync(server, real);
                Assert.Null(await RefusalAsync(server, sample));
            }
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_real_case_of_a_US_service_is_refused_for_the_test_environment_when_it_is_drafted_and_approved()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("training.required", "off");
        await server.SetAsync(CaseRouting.EstablishmentSetting, "US");
        using var one = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
        var reference = await server.ConfirmedAsync("user-1");
        var refused = await server.PostAsync(
            $"/v1/cases/{reference}/reports",
            new { destination = "cybertip", environment = "test" },
            HttpStatusCode.Conflict
        );
        Assert.Equal(RealInTest.Code, refused.Text("code"));
        Assert.Contains("production", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Empty(await server.SystemAsync(tx => ReportRow.OfCaseAsync(tx, reference)));

        // As an earlier version left it: drafted for the test environment.
        var id = await server.DraftAsync(reference);
        Assert.Equal(RealInTest.Code, ReportWork.CodeOf(await one.ApproveAsync(id)));
        Assert.Equal("draft", await server.StateAsync(id));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_an_earlier_version_approved_of_a_real_case_for_the_test_environment_waits_for_a_person()
    {
        await using var filing = await FilingServer.StartAsync();
        // Where it goes by now is no simulator on this machine.
        await SetAsync(filing.Server, null);
        var id = await filing.ApproveAsync();
        var leased = new LeasedFiling(await filing.ReportAsync(id), FilingState.Approve(default, []), 1, 0);
        await filing.ReadAsync(tx =>
            FilingRow.AddAsync(tx, id, ReportEnvironment.Test, FilingState.Approve(default, []))
        );
        Assert.Null(await filing.ReadAsync(tx => BeginFiling.RunAsync(tx, leased)));
        Assert.Equal(ReportState.NeedsHuman, (await filing.ReportAsync(id)).State);
        Assert.Equal(WaitReasons.RealInTest, (await filing.FilingAsync(id)).WaitsFor);
        Assert.Equal(0, filing.Finished);
    }

    private static async Task RefusedAsync(TestServer server, ReportRow report) =>
        Assert.Contains("SAMPLE pictures", await RefusalAsync(server, report), StringComparison.Ordinal);

    private static Task<string?> RefusalAsync(TestServer server, ReportRow report) =>
        server.Kernel().Db.SystemAsync("test", isWrite: false, tx => RouteGate.RefusalAsync(tx, report, ""));

    private static Task<bool> SetAsync(TestServer server, string? address) =>
        server
            .Kernel()
            .Db.ActAsync(
                FilingServer.Admin,
                Permission.SettingsWrite,
                async tx =>
                {
                    await FilingEnvironment.SetAsync(tx, ReportEnvironment.Test, address, "user", "word");
                    return true;
                }
            );
}
