using System.Net;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Reporting;

public class RouteApprovalTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_real_report_leaves_as_the_law_of_the_services_place_has_it_and_one_of_samples_never()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("training.required", "off");
        using var one = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
        var reference = await server.ConfirmedAsync("user-1");
        var id = await server.DraftAsync(reference, environment: ReportEnvironment.Production);
        var test = await server.DraftAsync(reference);
        foreach (var place in (string[])["", "NO", "DE", "FR"])
        {
            Assert.Equal(RealInTest.Code, await ApproveAsync(place, test));
        }

        // The place is not known: no law lets it go. Norway's duties are in no row, Germany asks for a basis.
        Assert.Equal("route_blocked", await ApproveAsync("", id));
        Assert.Equal("route_blocked", await ApproveAsync("NO", id));
        Assert.Equal("route_blocked", await ApproveAsync("DE", id));
        Assert.Equal("report_first", await ApproveAsync("US", id));
        var basis = await server.PostAsync(
            "/v1/transfer-bases",
            new
            {
                destination = "cybertip",
                legalReference = "SAMPLE clauses",
                endsOn = TimeProvider.System.GetUtcNow().AddDays(1),
            },
            HttpStatusCode.Created
        );
        Assert.Equal("report_first", await ApproveAsync("NO", id));
        Assert.Equal("report_first", await ApproveAsync("DE", id));
        await server.PostAsync(
            $"/v1/transfer-bases/{basis.Text("id")}/end",
            new { },
            HttpStatusCode.NoContent
        );
        Assert.Equal("route_blocked", await ApproveAsync("NO", id));
        Assert.Equal("route_blocked", await ApproveAsync("DE", id));

        // What turns out to be samples goes to no real address, whatever the draft says.
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    tx.ExecuteAsync(
                        "update case_file set is_test = @yes where tenant = @tenant and ref = @reference",
                        new { reference, yes = true }
                    )
            );
        Assert.Equal("sample_report", await ApproveAsync("US", id));
        // What is of samples goes to a test environment by no law; what was drafted of a real case never.
        var sample = await server.DraftAsync(reference);
        Assert.Equal(RealInTest.Code, await ApproveAsync("NO", test));
        Assert.Equal("report_approved", await ApproveAsync("NO", sample));
        Assert.Equal(RealInTest.Code, await ApproveAsync("US", test));

        async Task<string> ApproveAsync(string place, Guid report)
        {
            await server.SetAsync(CaseRouting.EstablishmentSetting, place);
            var answer = await one.ApproveAsync(report);
            return answer.Location?.Split("notice=") is [_, var notice] ? notice : ReportWork.CodeOf(answer);
        }
    }
}
