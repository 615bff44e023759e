using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>Approval and delivery go by one rule of who must have approved the first real report.</summary>
public sealed class FirstReportTests
{
    private static readonly MadeReport Real = new() { Environment = ReportEnvironment.Production };

    [Fact(Timeout = 120_000)]
    public async Task The_first_report_of_each_destination_takes_two_and_a_team_of_one_files_its_own()
    {
        await using var filing = await FilingServer.StartAsync();
        await OpenProductionAsync(filing);
        // A package to another authority was filed: it says nothing of the CyberTipline.
        var package = await filing.ApproveAsync(
            Real with
            {
                Destination = "gb-nca",
                State = ReportState.Filed,
            }
        );
        await filing.ReadAsync(tx =>
            tx.ExecuteAsync(
                "update report set filed_at = @now where tenant = @tenant and id = @package",
                new { package, now = tx.Now }
            )
        );
        var urgent = await filing.ApproveAsync(Real with { IsHighPriority = true });
        Assert.Equal((true, "first_production_report"), await PolicyAsync(urgent));
        Assert.Equal((false, "high_priority"), await PolicyAsync(package));
        await filing.UntilWaitsAsync(urgent, WaitReasons.SecondPerson);
        using var officer = await People.ConsoleUser.InviteAsync(filing.Server, "fil.ing", "filing_officer");
        var page = (await officer.GetAsync($"/console/reports/{urgent}")).Text;
        Assert.Contains("takes two people", page, StringComparison.Ordinal);

        // A team of one has no second person, and nothing of it waits for one.
        await filing.ActAsync(
            FilingServer.Admin,
            Permission.SettingsWrite,
            tx => SoloMode.DeclareAsync(tx, true, "I am alone.")
        );
        var own = await filing.ApproveAsync(Real);
        Assert.Equal((false, "solo"), await PolicyAsync(own));
        await filing.UntilAsync(own, ReportState.Filed);
        // Now it is not the first one there any more.
        await filing.UntilAsync(urgent, ReportState.Filed);
        await filing.ActAsync(
            FilingServer.Admin,
            Permission.SettingsWrite,
            tx => SoloMode.DeclareAsync(tx, false, "We are two.")
        );
        Assert.Equal((false, "high_priority"), await PolicyAsync(urgent));
        Assert.Equal(2, filing.Production.Reports.Count);

        Task<(bool, string)> PolicyAsync(Guid id) =>
            filing.ReadAsync(async tx =>
            {
                var policy = await SecondPolicy.OfAsync(tx, (await ReportRow.FindAsync(tx, id))!, true);
                return (policy.IsNeeded, policy.Why);
            });
    }

    /// <summary>All steps before the first real report.</summary>
    internal static async Task OpenProductionAsync(FilingServer filing)
    {
        const string root = "/v1/reporting/environments";
        await filing.Server.SetAsync(GoLive.TestReportsSetting, "0");
        await filing.Server.SetAsync(CaseRouting.EstablishmentSetting, "US");
        await filing.Server.PostAsync($"{root}/steps/registration", new { note = "Registered." });
        await filing.Server.PostAsync($"{root}/steps/contacts", new { note = "The duty telephone." });
        await filing.Server.PostAsync($"{root}/test/schema", new { });
        await filing.SetAsync(ReportEnvironment.Production);
        var open = await filing.Server.GetJsonAsync(root);
        Assert.True(open.GetProperty("productionOpen").GetBoolean(), open.ToString());
    }
}
