using System.Net;
using System.Text.RegularExpressions;
using Vigil.CyberTip;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Destinations;
using Vigil.Server.Tests.Reporting.Filing;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>ICCAM takes one report for each host: a clock waits for each that is hosted abroad, and for no other.</summary>
public partial class HostClockTests
{
    private const string Home = "https://home.example/page";
    private const string German = "https://german.example/page";
    private const string Unknown = "http://UNKNOWN.example.:8080/page";

    [Fact(Timeout = 120_000)]
    public async Task The_clock_ends_with_the_last_host_abroad_and_what_one_draft_says_of_a_host_is_said_of_that_alone()
    {
        await using var server = await StartAsync();
        var reference = await ConfirmedAsync(server, "user-1");
        await server.TellAsync(reference, Home, German, Unknown);
        // Of three hosts what is said without a host is said of none.
        await server.FileAsync(
            reference,
            "police",
            [Home, German, Unknown],
            (IccamDestination.HostCountry, "NL")
        );
        Assert.Equal("Open", await server.ClockStateAsync(reference));
        Assert.Equal(
            ["german.example", "home.example", "unknown.example"],
            await OwedAsync(server, reference)
        );

        // A report to the police says of one host that it is here, and of another where it is.
        await server.FileAsync(
            reference,
            "police",
            [Home, German],
            ($"{IccamDestination.HostCountry}:home.example", " nl"),
            ($"{IccamDestination.HostCountry}:german.example", "DE")
        );
        Assert.Equal(["german.example", "unknown.example"], await OwedAsync(server, reference));

        var first = await server.FileAsync(
            reference,
            "iccam",
            [German],
            (IccamDestination.HostCountry, "DE")
        );
        Assert.Equal("Open", await server.ClockStateAsync(reference));
        var draft = await server.DraftAsync(
            reference,
            "iccam",
            ReportEnvironment.Production,
            isExplained: false
        );
        await server.WriteAsync(draft, [Unknown], (IccamDestination.HostCountry, "US"));
        Assert.Equal("Open", await server.ClockStateAsync(reference));
        await server.FiledAsync(draft);
        Assert.Equal("Met", await server.ClockStateAsync(reference));
        Assert.Equal(draft, (await server.ClockAsync(reference)).ReportId);
        Assert.NotEqual(first, draft);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_named_person_says_with_a_reason_that_a_host_is_in_no_report()
    {
        await using var server = await StartAsync();
        var reference = await ConfirmedAsync(server, "user-1");
        await server.TellAsync(reference, German, Unknown);
        await server.FileAsync(reference, "police", []);
        await server.FileAsync(reference, "iccam", [German], (IccamDestination.HostCountry, "DE"));
        var path = $"/v1/reports/due/{reference}/untold-hosts";
        var byKey = await server.PostAsync(
            path,
            new { host = "unknown.example", reason = "Gone." },
            HttpStatusCode.Conflict
        );
        Assert.Equal("not_a_person", byKey.Text("code"));
        (string? Host, string? Reason, string Code)[] refused =
        [
            ("home.example", "It is here.", "host_not_owed"),
            ("", "It is here.", "host_not_owed"),
            ("unknown.example", " ", "missing"),
            ("unknown.example", "unknown.example is gone.", "reason_names_somebody"),
        ];
        foreach (var (host, reason, code) in refused)
        {
            var found = await Assert.ThrowsAsync<ProblemException>(() =>
                SayAsync(server, reference, host, reason)
            );
            Assert.Equal((host, code), (host, found.Code));
        }
        Assert.Equal("Open", await server.ClockStateAsync(reference));
        Assert.Equal(["unknown.example"], await ShownAsync(server, reference));

        Assert.Equal(0, await SayAsync(server, reference, Unknown, "Its host answered: it is gone."));
        Assert.Equal("Met", (await server.ClockAsync(reference)).State);
        var act = Assert.Single(await server.LedgerAsync("report_due.host_not_reported"));
        Assert.Equal((reference, "Its host answered: it is gone."), (act.Text("object"), act.Text("reason")));
        Assert.DoesNotContain("unknown.example", act.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_said_of_a_host_does_not_count_for_what_is_confirmed_later()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time);
        var reference = await ConfirmedAsync(server, "user-1");
        await server.TellAsync(reference, German, Unknown);
        Assert.Equal(["german.example", "unknown.example"], await ShownAsync(server, reference));
        Assert.Equal(1, await SayAsync(server, reference, "german.example", "Not there any more."));
        Assert.Equal(["unknown.example"], await ShownAsync(server, reference));
        // Whose hosts they are is shown with the case, not with all that is due.
        Assert.DoesNotContain(
            "unknown.example",
            await server.Client.GetStringAsync("/console/reports"),
            StringComparison.Ordinal
        );
        await server.FileAsync(reference, "police", []);
        Assert.Equal("Open", await server.ClockStateAsync(reference));
        Assert.Equal(0, await SayAsync(server, reference, "unknown.example", "Not there any more."));
        Assert.Equal("Met", await server.ClockStateAsync(reference));

        time.Pass(TimeSpan.FromMinutes(1));
        var item = await server.ConfirmAnotherAsync(reference);
        await server.SystemAsync(async tx =>
        {
            await tx.RaiseAsync(new CaseConfirmed(new CaseRef(reference), [item], tx.Now));
            return true;
        });
        time.Pass(TimeSpan.FromMinutes(1));
        await server.FileAsync(reference, "police", []);
        Assert.Equal("Open", await server.ClockStateAsync(reference));
        Assert.Equal(1, await SayAsync(server, reference, "german.example", "Still not there."));
        Assert.Equal("Open", await server.ClockStateAsync(reference));
    }

    [Fact]
    public void Facts_of_a_host_are_its_own_and_of_one_host_need_no_name()
    {
        var one = With("https://a.example/1", "https://A.example/2");
        var two = With("https://a.example/1", "https://b.example/1");
        Assert.Equal("NL", HostFacts.CountryOf(one, "a.example"));
        Assert.Equal(
            ("", "DE"),
            (HostFacts.CountryOf(two, "a.example"), HostFacts.CountryOf(two, "b.example"))
        );
        Assert.Equal("", HostFacts.Of(two, IccamDestination.HostIp, "b.example"));
        Assert.Equal("192.0.2.1", HostFacts.Of(one, IccamDestination.HostIp, "a.example"));
        // Said by the host's name alone it is said.
        var named = With("https://b.example/1");
        named = named with
        {
            Extra = named
                .Extra.Where(said => said.Key != IccamDestination.HostCountry)
                .ToDictionary(said => said.Key, said => said.Value),
        };
        Assert.DoesNotContain(
            new IccamDestination().Check(named, DateTimeOffset.UnixEpoch),
            finding => finding.Path == IccamDestination.HostCountry
        );
        Assert.Contains(
            "\"hostingCountryCode\":\"DE\"",
            System
                .Text.Encoding.UTF8.GetString(new IccamDestination().Render(named).Document.ToArray())
                .Replace(" ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );

        static ReportDraft With(params string[] urls)
        {
            var draft = MaximalDraft.Draft;
            return draft with
            {
                Tip = draft.Tip with
                {
                    Report = draft.Tip.Report with
                    {
                        InternetDetails = [new() { WebPageIncident = new() { Url = [.. urls] } }],
                    },
                    FileDetails =
                    [
                        .. draft.Tip.FileDetails.Select(file => file with { LocationOfFile = null }),
                    ],
                },
                Extra = new Dictionary<string, string>(draft.Extra)
                {
                    [IccamDestination.HostCountry] = "NL",
                    [IccamDestination.HostIp] = "192.0.2.1",
                    [$"{IccamDestination.HostCountry}:b.example"] = "DE",
                },
            };
        }
    }

    [Fact]
    public void Addresses_of_what_is_not_confirmed_owe_nothing()
    {
        var (yes, no) = (Guid.NewGuid(), Guid.NewGuid());
        var draft = MaximalDraft.Draft;
        draft = draft with
        {
            Files = [new() { ItemId = yes, FileName = "1" }, new() { ItemId = no, FileName = "2" }],
            Tip = draft.Tip with
            {
                Report = draft.Tip.Report with
                {
                    InternetDetails =
                    [
                        new()
                        {
                            WebPageIncident = new()
                            {
                                Url =
                                [
                                    "https://page.example/",
                                    "https://yes.example/1",
                                    "https://no.example/1",
                                ],
                            },
                        },
                    ],
                },
                FileDetails =
                [
                    new FileDetails { LocationOfFile = "https://yes.example/1" },
                    new FileDetails { LocationOfFile = "https://no.example/1" },
                ],
            },
        };
        var told = new SubjectTold
        {
            Contents = new Dictionary<string, FileDetails>
            {
                ["content-yes"] = new() { LocationOfFile = "https://told-yes.example/1" },
                ["content-no"] = new() { LocationOfFile = "https://told-no.example/1" },
            },
        };
        Assert.Equal(
            ["page.example", "yes.example"],
            ConfirmedAlone.HostsOf(draft, About("Confirmed", "NotCsam"))
        );
        Assert.Equal(["https://told-yes.example/1"], ConfirmedAlone.Of(told, About("Confirmed", "Open")));
        // While nothing is, all may be.
        Assert.Equal(3, ConfirmedAlone.HostsOf(draft, About("Open", "Open")).Count());
        Assert.Equal(2, ConfirmedAlone.Of(told, About("Open", "NotCsam")).Count());

        ReportableCase About(string first, string second) =>
            new() { Items = [Item(yes, first, "content-yes"), Item(no, second, "content-no")] };

        static ReportableItem Item(Guid id, string state, string content) =>
            new()
            {
                ItemId = id,
                Origin = CaseOrigin.Match,
                State = state,
                ContentRef = content,
            };
    }

    private static async Task<TestServer> StartAsync(ManualTime? time = null)
    {
        var server = await TestServer.StartAsync(
            Profile.Hotline,
            options => options with { Time = time ?? options.Time }
        );
        await server.SetAsync("training.required", "off");
        await server.SetAsync(CaseRouting.EstablishmentSetting, "NL");
        return server;
    }

    private static async Task<string> ConfirmedAsync(TestServer server, string account)
    {
        var reference = await server.OpenAsync(account, "suspected_csam");
        await server.DecideAsync(reference);
        return reference;
    }

    private static Task<int> SayAsync(TestServer server, string reference, string? host, string? reason) =>
        server
            .Kernel()
            .Db.ActAsync(
                FilingServer.Officer,
                Permission.ReportFile,
                tx => UntoldHost.SayAsync(tx, reference, host, reason)
            );

    /// <summary>Hosts that the page of the case's reports offers to wait for no longer.</summary>
    private static async Task<IEnumerable<string>> ShownAsync(TestServer server, string reference) =>
        Shown()
            .Matches(await server.Client.GetStringAsync($"/console/reports?case={reference}"))
            .Select(match => match.Groups["host"].Value);

    [GeneratedRegex("name=\"host\" value=\"(?<host>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Shown();

    /// <summary>Hosts that are owed a report to ICCAM, as the API says it.</summary>
    private static async Task<IEnumerable<string>> OwedAsync(TestServer server, string reference) =>
        (await server.GetJsonAsync($"/v1/cases/{reference}/destinations"))
            .GetProperty("routes")
            .EnumerateArray()
            .Single(route => route.Text("destination") == "iccam")
            .GetProperty("hosts")
            .EnumerateArray()
            .Select(host => host.GetString()!)
            .Order(StringComparer.Ordinal);
}
