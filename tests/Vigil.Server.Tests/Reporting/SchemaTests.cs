using System.Text;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Reporting.Filing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>The service's own schema, where it was fetched, stands between a draft and its filing.</summary>
public sealed class SchemaTests
{
    [Fact(Timeout = 120_000)]
    public async Task What_the_kept_schema_refuses_is_shown_not_approved_and_not_sent()
    {
        await using var filing = await FilingServer.StartAsync();
        await filing.Server.PostAsync("/v1/reporting/environments/test/schema", new { });
        var xsd = (await filing.ReadAsync(tx => FilingEnvironment.SchemaAsync(tx, ReportEnvironment.Test)))!;
        // Nothing stands in the way of a draft that the schema takes.
        var id = await filing.Server.DraftAsync(await filing.Server.ConfirmedAsync("user-1"));
        await filing.UntilAsync(await filing.ApproveAsync(Made), ReportState.Filed);

        // A newer one that this program does not know.
        await KeepAsync(filing, Renamed(xsd, "reportingPerson", "reportingOffice"));
        var standing = await filing.Server.GetJsonAsync($"/v1/reports/{id}/standing");
        var found = standing
            .GetProperty("findings")
            .EnumerateArray()
            .First(finding => finding.Text("rule") == SchemaFindings.RuleName);
        Assert.True(found.GetProperty("isBlocking").GetBoolean());
        Assert.Equal("reporter", found.Text("path"));
        Assert.Matches(@"line \d+, column \d+.*Fetch it anew.*report\.cybertipSchema", found.Text("text"));
        Assert.DoesNotContain("reports@example.com", found.Text("text"), StringComparison.Ordinal);
        var waits = await filing.ApproveAsync(Made);
        await filing.UntilWaitsAsync(waits, WaitReasons.Schema);
        Assert.Equal(1, filing.Finished);

        // Of what is said of a file; and one that cannot be read any more.
        await KeepAsync(filing, Renamed(xsd, "originalFileName", "nameOfOld"));
        await ResumeAsync(filing, waits);
        await filing.UntilWaitsAsync(waits, WaitReasons.Schema);
        await KeepAsync(filing, "<none/>"u8.ToArray());
        Assert.Contains(
            "cannot be read",
            (await filing.Server.GetJsonAsync($"/v1/reports/{id}/standing")).ToString(),
            StringComparison.Ordinal
        );
        await KeepAsync(filing, xsd);
        await ResumeAsync(filing, waits);
        await filing.UntilAsync(waits, ReportState.Filed);
        Assert.Equal(2, filing.Finished);
    }

    private static MadeReport Made =>
        new() { Files = [new(null, "words.txt", MadeReports.Details("words.txt")) { Text = "SAMPLE" }] };

    private static byte[] Renamed(byte[] xsd, string from, string to)
    {
        var text = Encoding.UTF8.GetString(xsd);
        Assert.Contains($"name=\"{from}\"", text, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(
            text.Replace($"name=\"{from}\"", $"name=\"{to}\"", StringComparison.Ordinal)
        );
    }

    private static async Task KeepAsync(FilingServer filing, byte[] xsd) =>
        Assert.True(
            await filing.ReadAsync(async tx =>
            {
                var set = (await FilingEnvironment.FindAsync(tx, ReportEnvironment.Test))!;
                return await FilingEnvironment.KeepSchemaAsync(tx, ReportEnvironment.Test, set.AddressAt, xsd);
            })
        );

    private static Task<bool> ResumeAsync(FilingServer filing, Guid id) =>
        filing.ActAsync(
            FilingServer.Officer,
            Permission.ReportFile,
            tx => Filings.DecideAsync(tx, id, new FilingAsk(FilingChoice.Resume, "Schema anew.", null, null))
        );
}
