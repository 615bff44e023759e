using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Reporting.Filing;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>A clock waits for the reports that the law asks for in this case, and for no other.</summary>
public class OwedReportTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_message_without_an_address_owes_Canada_no_tip_and_one_with_an_address_does()
    {
        await using var server = await StartAsync("CA");
        var (message, page, host) = (
            await server.ConfirmedAsync("user-1"),
            await server.ConfirmedAsync("user-2"),
            await server.ConfirmedAsync("user-3")
        );
        await server.Client.SendJsonAsync(
            $"/v1/cases/{page}/subject",
            new
            {
                report = new
                {
                    internetDetails = new[]
                    {
                        new { webPageIncident = new { url = (string[])["https://example.org/page"] } },
                    },
                },
            }
        );
        await FileAsync(server, message, "police");
        await FileAsync(server, page, "police");
        var draft = await server.DraftAsync(host, "police", isExplained: false);
        await SayAsync(server, draft, "c3p.hostAddresses", "192.0.2.80");
        await FileAsync(server, draft);
        Assert.Equal(("Met", "Open", "Open"), await StatesAsync());
        Assert.Equal("police", await OwedAsync(server, message));
        Assert.Equal("ca-c3p police", await OwedAsync(server, page));

        await FileAsync(server, page, "ca-c3p");
        Assert.Equal(("Met", "Met", "Open"), await StatesAsync());

        async Task<(string, string, string)> StatesAsync() =>
            (
                await StateAsync(server, message),
                await StateAsync(server, page),
                await StateAsync(server, host)
            );
    }

    [Fact(Timeout = 120_000)]
    public async Task The_NCA_is_owed_a_report_of_a_user_in_the_UK_unless_NCMEC_has_one()
    {
        await using var server = await StartAsync("FR");
        var french = await OpenAsync(server, "user-1");
        await FileAsync(server, french, "police");
        Assert.Equal("Open", await StateAsync(server, french));
        await FileAsync(server, french, "gb-nca");
        Assert.Equal("Met", await StateAsync(server, french));

        // Japan's duties are in no row: the UK's is, and another's report is none of it.
        await server.SetAsync(CaseRouting.EstablishmentSetting, "JP");
        var japanese = await OpenAsync(server, "user-2");
        await FileAsync(server, japanese, "police");
        Assert.Equal("Open", await StateAsync(server, japanese));
        await FileAsync(server, japanese, "gb-nca");
        Assert.Equal("Met", await StateAsync(server, japanese));

        await server.SetAsync(CaseRouting.EstablishmentSetting, "US");
        var american = await OpenAsync(server, "user-3");
        await FileAsync(server, american, "cybertip");
        Assert.Equal("Met", await StateAsync(server, american));

        static async Task<string> OpenAsync(TestServer server, string account)
        {
            var reference = await server.OpenAsync(account, "suspected_csam", "GB");
            await server.DecideAsync(reference);
            return reference;
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_hotline_tells_ICCAM_of_what_is_hosted_abroad_and_not_of_what_is_hosted_at_home()
    {
        await using var server = await StartAsync("NL", Profile.Hotline);
        var (words, unknown, home, abroad) = (
            await OpenAsync("user-1"),
            await OpenAsync("https://example.org/1"),
            await OpenAsync("https://example.org/2"),
            await OpenAsync("https://example.org/3")
        );
        foreach (
            var (reference, country) in ((string, string)[])
                [(words, ""), (unknown, ""), (home, "NL"), (abroad, "DE")]
        )
        {
            var draft = await server.DraftAsync(reference, "police", isExplained: false);
            await SayAsync(server, draft, IccamDestination.HostCountry, country);
            await FileAsync(server, draft);
        }
        Assert.Equal(("Met", "Open", "Met", "Open"), await StatesAsync());

        // Found out to be hosted at home after all: the draft for ICCAM says so, and is for nobody.
        var iccam = await server.DraftAsync(unknown, "iccam", isExplained: false);
        await SayAsync(server, iccam, IccamDestination.HostCountry, "NL");
        Assert.Contains(HostedAtHome.Rule, await BlockingAsync(server, iccam));
        await server.PostAsync($"/v1/reports/{iccam}/withdrawal", new { reason = "Hosted here." });
        Assert.Equal(("Met", "Met", "Met", "Open"), await StatesAsync());

        iccam = await server.DraftAsync(abroad, "iccam", ReportEnvironment.Production, isExplained: false);
        await SayAsync(server, iccam, IccamDestination.HostCountry, "DE");
        Assert.DoesNotContain(HostedAtHome.Rule, await BlockingAsync(server, iccam));
        Assert.Equal(("Met", "Met", "Met", "Open"), await StatesAsync());
        await FileAsync(server, iccam);
        Assert.Equal(("Met", "Met", "Met", "Met"), await StatesAsync());

        async Task<(string, string, string, string)> StatesAsync() =>
            (
                await StateAsync(server, words),
                await StateAsync(server, unknown),
                await StateAsync(server, home),
                await StateAsync(server, abroad)
            );

        async Task<string> OpenAsync(string account)
        {
            var reference = await server.OpenAsync(account, "suspected_csam");
            await server.DecideAsync(reference);
            return reference;
        }
    }

    private static async Task<TestServer> StartAsync(string place, Profile profile = Profile.Platform)
    {
        var server = await TestServer.StartAsync(profile);
        await server.SetAsync("training.required", "off");
        await server.SetAsync(CaseRouting.EstablishmentSetting, place);
        return server;
    }

    /// <summary>What the API says is owed.</summary>
    private static async Task<string> OwedAsync(TestServer server, string reference) =>
        string.Join(
            ' ',
            (await server.GetJsonAsync($"/v1/cases/{reference}/destinations"))
                .GetProperty("routes")
                .EnumerateArray()
                .Where(route => route.GetProperty("isOwed").GetBoolean())
                .Select(route => route.Text("destination"))
                .Order(StringComparer.Ordinal)
        );

    /// <summary>After a look as the watch has it every minute.</summary>
    private static async Task<string> StateAsync(TestServer server, string reference)
    {
        await WatchReports.LookAsync(server.Kernel().Db, TenantId.Default);
        return (
            await server
                .Kernel()
                .Db.SystemAsync("test", isWrite: true, tx => DueClock.FindAsync(tx, reference))
        )!.State;
    }

    private static async Task FileAsync(TestServer server, string reference, string destination) =>
        await FileAsync(
            server,
            await server.DraftAsync(reference, destination, ReportEnvironment.Production, isExplained: false)
        );

    /// <summary>As the delivery leaves it, or a receipt that was entered.</summary>
    private static Task<int> FileAsync(TestServer server, Guid id) =>
        server.ExecuteAsync(
            """
            update report set state = 'Filed', approved_at = @now, filed_at = @now
            where tenant = @tenant and id = @id
            """,
            new { id, now = TimeProvider.System.GetUtcNow() }
        );

    private static Task<bool> SayAsync(TestServer server, Guid id, string name, string value) =>
        server
            .Kernel()
            .Db.ActAsync(
                ReportWork.Officer,
                Permission.ReportFile,
                async tx =>
                {
                    var row = (await ReportRow.LockAsync(tx, id))!;
                    var draft = await Drafts.ReadAsync(tx, row);
                    draft = draft with
                    {
                        Extra = new Dictionary<string, string>(draft.Extra) { [name] = value },
                    };
                    await Drafts.SaveAsync(tx, row, draft, row.DraftVersion);
                    return true;
                }
            );

    private static Task<List<string>> BlockingAsync(TestServer server, Guid id) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                async tx =>
                {
                    var row = (await ReportRow.FindAsync(tx, id))!;
                    var standing = await Drafts.StandingAsync(tx, row, await Drafts.ReadAsync(tx, row));
                    return standing.Blocking.Select(finding => finding.Rule).ToList();
                }
            );
}
