using System.Net;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Reporting.Filing;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>A package leaves by a person's hand: what must hold then, and what stays known of it afterwards.</summary>
public class GivenPackageTests
{
    [Fact(Timeout = 120_000)]
    public async Task What_was_given_out_stays_known_and_kept_when_it_is_withdrawn_or_its_case_is_cleared()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var one = await StartAsync(server, "filing.one");
        await server.OpenPackagesAsync();
        var withdrawn = await ByHandAsync(server, "user-1");
        var given = await ApprovedAsync(server, one, withdrawn);
        await KeepAsync(server, given);
        await server.BuiltAsync(given);
        await server.PostAsync($"/v1/reports/{given}/handover", new { });
        await server.PostAsync($"/v1/reports/{given}/withdrawal", new { reason = "No receipt came." });
        Assert.True(
            await KeptUntilAsync(server, given) > DateTimeOffset.UtcNow.AddDays(2).ToUnixTimeMilliseconds()
        );
        Assert.Equal(1, await ToldAsync(server, withdrawn));

        // What never left is asked for by nobody, and told to nobody.
        var unsent = await ApprovedAsync(server, one, withdrawn);
        await KeepAsync(server, unsent);
        await server.PostAsync($"/v1/reports/{unsent}/withdrawal", new { reason = "Not needed." });
        Assert.True(await KeptUntilAsync(server, unsent) <= DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal(1, await ToldAsync(server, withdrawn));

        // Built and downloaded, and not said to be handed over; and handed over.
        var (built, handed) = (await ByHandAsync(server, "user-2"), await ByHandAsync(server, "user-3"));
        var (first, second) = (
            await ApprovedAsync(server, one, built),
            await ApprovedAsync(server, one, handed)
        );
        await server.BuiltAsync(first);
        await GiveAsync(server, first);
        await server.BuiltAsync(second);
        await server.PostAsync($"/v1/reports/{second}/handover", new { });
        foreach (var reference in (string[])[built, handed])
        {
            await server.PostAsync(
                $"/v1/cases/{reference}/reopen",
                new { reason = "Look again.", person = ReviewWork.Person }
            );
            await server.DecideAsync(reference, "not_csam");
            Assert.Equal(1, await ToldAsync(server, reference));
        }
        Assert.Equal("approved", await server.StateAsync(first));
        Assert.Equal("handed_over", await server.StateAsync(second));
        Assert.Equal(2, (await server.AlarmsAsync()).Count(code => code == FilingAlarms.OfCleared.Code));
        // That it was handed over is a fact.
        await server.PostAsync($"/v1/reports/{first}/handover", new { });
    }

    [Fact(Timeout = 120_000)]
    public async Task A_package_leaves_only_where_a_decision_stands_and_the_law_of_the_services_place_lets_it()
    {
        await using var server = await TestServer.StartAsync();
        using var one = await StartAsync(server, "filing.one");
        using var two = await ConsoleUser.InviteAsync(server, "filing.two", "filing_officer");
        await server.SetAsync(CaseRouting.EstablishmentSetting, "GB");
        var reference = await server.ConfirmedAsync("user-1");
        var id = await server.DraftAsync(reference, ReportWork.Package, ReportEnvironment.Production);
        await one.ApproveAsync(id);
        await two.ApproveAsync(id, "second");
        await LeaveNowAsync(server, id);

        await server.SetAsync(CaseRouting.EstablishmentSetting, "NO");
        Assert.Equal(["route_blocked", "route_blocked"], await RefusalsAsync(server, id));
        await server.SetAsync(CaseRouting.EstablishmentSetting, "GB");
        await StateAsync("Confirmed", "Open");
        Assert.Equal(["not_confirmed", "not_confirmed"], await RefusalsAsync(server, id));
        await StateAsync("Open", "Confirmed");
        await server.BuiltAsync(id);
        await server.PostAsync($"/v1/reports/{id}/handover", new { });
        Assert.Equal("handed_over", await server.StateAsync(id));

        Task<int> StateAsync(string from, string to) =>
            server
                .Kernel()
                .Db.SystemAsync("test", isWrite: true, tx => MadeReports.StateAsync(tx, reference, from, to));
    }

    private static async Task<ConsoleUser> StartAsync(TestServer server, string name)
    {
        await server.SetAsync("training.required", "off");
        await server.SetAsync("reports.second_person", "never");
        return await ConsoleUser.InviteAsync(server, name, "filing_officer");
    }

    /// <summary>No list's: what is cleared has nobody to answer but the case.</summary>
    private static async Task<string> ByHandAsync(TestServer server, string account)
    {
        var reference = await server.OpenAsync(account, "suspected_csam");
        await server.DecideAsync(reference);
        return reference;
    }

    private static async Task<Guid> ApprovedAsync(TestServer server, ConsoleUser one, string reference)
    {
        var id = await server.DraftAsync(reference, ReportWork.Package);
        await one.ApproveAsync(id);
        Assert.Equal("approved", await server.StateAsync(id));
        await LeaveNowAsync(server, id);
        return id;
    }

    private static Task<int> LeaveNowAsync(TestServer server, Guid id) =>
        server.ExecuteAsync(
            "update report set leaves_at = 0 where tenant = @tenant and id = @id",
            new { id }
        );

    private static Task<int> GiveAsync(TestServer server, Guid id) =>
        server.Kernel().Db.SystemAsync("test", isWrite: true, tx => ReportRow.GiveAsync(tx, id));

    /// <summary>As its approval does for what its case has sealed; another's, so that nobody need look at it.</summary>
    private static async Task KeepAsync(TestServer server, Guid id)
    {
        var holder = await server.HitAsync($"holder of {id}");
        await server.SealAsync(holder, ViewingWork.Picture(1));
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    await ReportClocks.BeginAsync(tx, holder, $"{id}", "GB");
                    return true;
                }
            );
    }

    private static Task<long?> KeptUntilAsync(TestServer server, Guid id) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.FindAsync<long?>(
                        "select keep_until from content_clock where tenant = @tenant and report_id = @id",
                        new { id = $"{id}" }
                    )
            );

    /// <summary>How many are told when the case is cleared; and whoever judges the account's next case.</summary>
    private static async Task<int> ToldAsync(TestServer server, string reference)
    {
        var (told, shown) = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                    (
                        await tx.AskAsync<CaseReportsWanted, CaseReports>(new(new CaseRef(reference))),
                        await tx.AskAsync<AccountReportsWanted, AccountReports>(new([new CaseRef(reference)]))
                    )
            );
        Assert.Equal(told.Recipients.Count, shown.Reports.Count);
        return told.Recipients.Count;
    }

    /// <summary>Codes of what stands in the way of a package, and of handing one over.</summary>
    private static async Task<string[]> RefusalsAsync(TestServer server, Guid id) =>
        [
            (
                await server.PostAsync(
                    $"/v1/reports/{id}/package",
                    new { recipientId = Guid.NewGuid() },
                    HttpStatusCode.Conflict
                )
            ).Text("code"),
            (await server.PostAsync($"/v1/reports/{id}/handover", new { }, HttpStatusCode.Conflict)).Text(
                "code"
            ),
        ];
}
