using System.Globalization;
using System.Text.RegularExpressions;
using Vigil.Simulators.CyberTip;

namespace Vigil.Cli.Demo;

/// <summary>
/// A case of words alone becomes a report: confirmed, written, approved by the filing officer and filed with the
/// simulator of the CyberTipline; and a draft of another case that still lacks what only the platform knows.
/// </summary>
internal sealed partial class DemoReports(
    DemoApi api,
    DemoPeople people,
    CyberTipSimulator tipline,
    CancellationToken cancellation
)
{
    private const string Reports = "/console/reports";
    private const string Why = "Shown by the demonstration.";

    /// <summary>More than a draft can lack.</summary>
    private const int MostMissing = 60;

    /// <summary>Longest wait for the filing of one report.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="toFile">A case whose words are reported; of its account the platform tells what it knows.</param>
    /// <param name="toDraft">A confirmed case of which a draft is left.</param>
    /// <returns>What happened, in a sentence.</returns>
    /// <exception cref="IOException">It was not filed.</exception>
    public async Task<string> RunAsync(string toFile, string toDraft)
    {
        await SetUpAsync();
        await api.PutAsync($"/v1/cases/{toFile}/subject", Subject, cancellation);
        var page = $"/console/cases/{toFile}";
        await people.Reviewer.ActAsync(
            page,
            $"{page}/decision",
            cancellation,
            ("verdict", "confirmed"),
            ("reason", Why)
        );
        await DraftAsync(toDraft);
        var report = await DraftAsync(toFile);
        await ExplainAsync(report);
        await SetAsync("reports.undoSeconds", "0");
        await ApproveAsync(report);
        var number = await FiledAsync(report);
        await SetAsync("reports.undoSeconds", "30");
        return $"1 report filed with the simulated CyberTipline as number {number}, its receipt kept; 1 draft.";
    }

    /// <summary>Who reports, where to, and an officer who may.</summary>
    private async Task SetUpAsync()
    {
        await SetAsync("report.reporterName", "Example Platform, trust and safety");
        await SetAsync("report.reporterEmail", "safety@example.org");
        const string environment = "/v1/reporting/environments/test";
        await api.PutAsync(
            environment,
            new
            {
                address = tipline.Address.ToString(),
                userName = tipline.UserName,
                password = tipline.Password,
            },
            cancellation
        );
        await api.PostAsync($"{environment}/check", new { }, cancellation);
        var team = await api.GetAsync("/v1/people", cancellation);
        var officer = team.EnumerateArray()
            .First(person =>
                person.GetProperty("roles").EnumerateArray().Any(role => role.GetString() == "filing_officer")
            );
        await api.QualifyAsync(officer, "filing", Why, cancellation);
    }

    private static object Subject =>
        new
        {
            report = new
            {
                incidentSummary = new
                {
                    incidentDateTime = TimeProvider
                        .System.GetUtcNow()
                        .AddDays(-1)
                        .ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                },
                personOrUserReported = new[] { new { screenName = "sample-member" } },
            },
        };

    private Task<string> SetAsync(string name, string value) =>
        people.Admin.ActAsync(
            "/console/settings",
            "/console/settings",
            cancellation,
            ("name", name),
            ("value", value)
        );

    /// <returns>Path of the draft's page.</returns>
    private async Task<string> DraftAsync(string reference)
    {
        var next = await people.FilingOfficer.ActAsync(
            $"{Reports}?case={reference}",
            $"{Reports}/new",
            cancellation,
            ("destination", "cybertip"),
            ("environment", "test")
        );
        return next.Split('?')[0];
    }

    /// <summary>Says of what is needed and missing why it cannot be supplied.</summary>
    private async Task ExplainAsync(string report)
    {
        for (var said = 0; said < MostMissing; said++)
        {
            var page = await people.FilingOfficer.ShowAsync(report, cancellation);
            if (!page.Contains(">needed<", StringComparison.Ordinal))
            {
                return;
            }
            await people.FilingOfficer.ActAsync(
                report,
                $"{report}/cannot-supply",
                cancellation,
                ("because", "SAMPLE: the platform does not keep it.")
            );
        }
        throw new IOException("The draft lacks more than a draft can lack.");
    }

    /// <summary>Says yes to each point of the checklist, for the bytes that the page shows.</summary>
    private async Task ApproveAsync(string report)
    {
        var page = await people.FilingOfficer.ShowAsync(report, cancellation);
        await people.FilingOfficer.ActAsync(
            report,
            $"{report}/approval",
            cancellation,
            [.. Point().Matches(page).Select(match => ("checked", match.Groups["code"].Value))]
        );
    }

    /// <returns>The number that the recipient gave it.</returns>
    private async Task<string> FiledAsync(string report)
    {
        var path = "/v1/reports/" + report.Split('/')[^1];
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            var row = (await api.GetAsync(path, cancellation)).GetProperty("report");
            if (row.GetProperty("state").GetString() == "filed")
            {
                return row.GetProperty("remoteId").GetString()!;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
        }
        throw new IOException($"The report was not filed within {Patience.TotalSeconds:0} s: see {report}.");
    }

    [GeneratedRegex(
        """name="checked" value="(?<code>[^"]+)""",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Point();
}
