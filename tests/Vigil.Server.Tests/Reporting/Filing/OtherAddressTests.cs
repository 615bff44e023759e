using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>A report that was opened at one address is not continued at another.</summary>
public sealed class OtherAddressTests
{
    /// <param name="isOlder">The filing is of a version that kept no address.</param>
    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_open_at_the_address_of_before_waits_for_a_person(bool isOlder)
    {
        await using var filing = await FilingServer.StartAsync();
        filing.Test.FaultOf = (place, _) => place == "finish" ? CyberTipFault.Error : CyberTipFault.None;
        var id = await filing.ApproveAsync();
        await OpenAsync(filing, id);
        Assert.Equal($"{filing.Test.Address}", (await filing.FilingAsync(id)).Address);
        var line = filing.Server.Get<FilingJournals>().Find(TenantId.Default)!.Last[id];
        Assert.Equal($"{filing.Test.Address}", line.Address);
        if (isOlder)
        {
            await filing.ReadAsync(tx => FilingRow.PutAddressAsync(tx, id, null));
        }
        await MoveAsync(filing);

        await filing.UntilWaitsAsync(id, WaitReasons.OtherAddress);
        Assert.Equal(ReportState.NeedsHuman, (await filing.ReportAsync(id)).State);
        Assert.Contains(FilingAlarms.Waits, await filing.AlarmsAsync());
        Assert.Empty(filing.Production.Reports);
        // Said again by who only goes on with what was stopped by credentials: it stays.
        await filing.CheckAsync(ReportEnvironment.Test);
        Assert.Equal(WaitReasons.OtherAddress, (await filing.FilingAsync(id)).WaitsFor);
        Assert.Empty(filing.Production.Reports);

        // The service of before says that it is not filed there: it is begun anew.
        var ask = new FilingAsk(
            FilingChoice.FileAgain,
            "The service was moved.",
            "By telephone: it is open, and not finished.",
            null
        );
        await filing.ActAsync(
            FilingServer.Officer,
            Permission.ReportFile,
            tx => Filings.DecideAsync(tx, id, ask)
        );
        await filing.UntilAsync(id, ReportState.Filed);
        Assert.Equal($"{filing.Production.Address}", (await filing.FilingAsync(id)).Address);
        Assert.Equal(SimulatedReportState.Finished, Assert.Single(filing.Production.Reports).State);
        Assert.Equal(0, filing.Finished);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_goes_on_after_a_restore_is_not_finished_at_another_address()
    {
        await using var filing = await FilingServer.StartAsync();
        var id = await filing.ApproveAsync(new MadeReport { LeavesIn = TimeSpan.FromHours(1) });
        await filing.Server.RestartAsync(database => database.BackUpAsync());
        filing.Test.FaultOf = (place, _) => place == "finish" ? CyberTipFault.Error : CyberTipFault.None;
        await FenceTests.LeaveNowAsync(filing, [id]);
        await OpenAsync(filing, id);
        await filing.Server.RestartAsync(database => database.PutBackAsync());
        await filing.UntilAlarmAsync(Fence.Alarm);
        await MoveAsync(filing);
        await FenceTests.DecideAsync(filing, id, FenceDecision.GoOn);
        await filing.UntilWaitsAsync(id, WaitReasons.OtherAddress);
        Assert.Empty(filing.Production.Reports);
        Assert.Equal(0, filing.Finished);
    }

    /// <summary>A finish was sent there and refused.</summary>
    private static Task<FilingRow> OpenAsync(FilingServer filing, Guid id) =>
        TestServer.EventuallyAsync(
            async () =>
                await filing.FilingAsync(id) is { Parsed: { ReportId: not null, Tries: > 0 } } row
                    ? row
                    : null,
            "it is open"
        );

    /// <summary>The other simulator takes the place of the first.</summary>
    private static async Task MoveAsync(FilingServer filing)
    {
        await filing.ActAsync(
            FilingServer.Admin,
            Permission.SettingsWrite,
            tx =>
                FilingEnvironment.SetAsync(
                    tx,
                    ReportEnvironment.Test,
                    $"{filing.Production.Address}",
                    filing.Production.UserName,
                    filing.Production.Password
                )
        );
        await filing.CheckAsync(ReportEnvironment.Test);
    }
}
