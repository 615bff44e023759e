using System.Net;
using System.Net.Http.Json;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Destinations;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.Iccam;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>Nothing waits in silence.</summary>
public sealed class WaitingTests
{
    [Fact(Timeout = 60_000)]
    public async Task What_is_late_is_told_after_30_minutes_and_called_after_20_hours()
    {
        var time = new ManualTime();
        await using var filing = await FilingServer.StartAsync(time, isReady: false);
        var id = await filing.ApproveAsync();
        await filing.UntilAlarmAsync("filing_environment");
        Assert.DoesNotContain(FilingAlarms.Late, await filing.AlarmsAsync());
        time.Pass(TimeSpan.FromMinutes(31));
        await filing.UntilAlarmAsync(FilingAlarms.Late);
        Assert.DoesNotContain(FilingAlarms.VeryLate, await filing.AlarmsAsync());
        time.Pass(TimeSpan.FromHours(20));
        await filing.UntilAlarmAsync(FilingAlarms.VeryLate);
        await filing.SetAsync(ReportEnvironment.Test);
        await filing.UntilAsync(id, ReportState.Filed);
        var open = await filing.AlarmsAsync();
        Assert.DoesNotContain(FilingAlarms.Late, open);
        Assert.DoesNotContain(FilingAlarms.VeryLate, open);
    }

    /// <summary>Each service has credentials of its own: refused ones wait for a person and stop nobody else.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Credentials_that_ICCAM_refuses_do_not_stop_what_goes_to_NCMEC()
    {
        await using var iccam = IccamSimulator.Start();
        iccam.Password = "another";
        await using var filing = await FilingServer.StartAsync(allow: [iccam.Address.Authority]);
        using var set = await filing.Server.Client.PutAsJsonAsync(
            "/v1/destinations/iccam/targets/test",
            new
            {
                address = iccam.Address,
                userName = "sample",
                password = "sample",
            }
        );
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());
        var refused = await filing.ApproveAsync(
            new MadeReport
            {
                Destination = "iccam",
                Document = new IccamDestination().Render(MaximalDraft.Draft).Document,
            }
        );
        await filing.UntilAsync(refused, ReportState.NeedsHuman);
        Assert.Equal((1, 0), (iccam.Calls, iccam.Reports.Count));
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        Assert.Equal(1, filing.Finished);
        Assert.DoesNotContain("filing_environment", await filing.AlarmsAsync());
        Assert.Equal(ReportState.NeedsHuman, (await filing.ReportAsync(refused)).State);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_decided_as_not_CSAM_while_it_waits_is_not_filed_when_it_could_be()
    {
        await using var filing = await FilingServer.StartAsync();
        var password = filing.Test.Password;
        filing.Test.Password = "another";
        var id = await filing.ApproveAsync();
        await filing.UntilWaitsAsync(id, WaitReasons.Credentials);
        var report = await filing.ReportAsync(id);
        var high = new Alarm(FilingAlarms.HighPriority, AlarmSeverity.Urgent, "SAMPLE") { About = $"{id}" };
        await filing.ReadAsync(tx => tx.RaiseAlarmOnceAsync(high));
        await filing.ActAsync(
            FilingServer.Officer,
            Permission.ReportFile,
            tx => tx.RaiseAsync(new ContentsCleared(new CaseRef(report.CaseRef), Guid.NewGuid(), "Not CSAM."))
        );
        filing.Test.Password = password;
        await filing.SetAsync(ReportEnvironment.Test);
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        Assert.Equal(ReportState.Withdrawn, (await filing.ReportAsync(id)).State);
        Assert.Equal(1, filing.Finished);
        Assert.Single(await filing.LedgerAsync("report.filing_decided", id));
        Assert.DoesNotContain(FilingAlarms.HighPriority, await filing.AlarmsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_clock_that_is_two_years_off_files_nothing_until_it_is_right()
    {
        var time = new ManualTime();
        await using var filing = await FilingServer.StartAsync(time);
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        time.Advance(TimeSpan.FromDays(730));
        var id = await filing.ApproveAsync();
        await filing.UntilAlarmAsync("clock_not_trusted");
        var ready = await TestServer.EventuallyAsync(
            async () =>
                Ask.Part(await filing.Server.GetJsonAsync("/health/ready"), "filing").Text("text") is { } text
                && text.Contains("clock", StringComparison.Ordinal)
                    ? text
                    : null,
            "readiness says so"
        );
        Assert.Contains("in doubt", ready);
        Assert.Equal(1, filing.Finished);
        Assert.Equal(ReportState.Approved, (await filing.ReportAsync(id)).State);
        time.Advance(-TimeSpan.FromDays(730));
        // What was approved by that clock does not wait two years.
        await filing.UntilAsync(id, ReportState.Filed);
        Assert.DoesNotContain("clock_not_trusted", await filing.AlarmsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_machine_that_was_off_for_an_hour_files_by_itself_and_one_with_a_wrong_clock_when_a_person_says_so()
    {
        var time = new ManualTime();
        await using var filing = await FilingServer.StartAsync(time);
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        await AsBeforeAStartAsync(filing);
        time.Advance(TimeSpan.FromHours(1));
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        Assert.DoesNotContain("clock_not_trusted", await filing.AlarmsAsync());

        foreach (var days in (int[])[730, -1460])
        {
            await AsBeforeAStartAsync(filing);
            time.Advance(TimeSpan.FromDays(days));
            var id = await filing.ApproveAsync();
            await filing.UntilAlarmAsync("clock_not_trusted");
            Assert.Equal(ReportState.Approved, (await filing.ReportAsync(id)).State);
            if (days < 0)
            {
                // Two years ahead the key has expired.
                await ShowsAndTakesNoProgramsWordAsync(filing);
            }
            await filing.ActAsync(
                FilingServer.Officer,
                Permission.ReportFile,
                tx => FilingClock.ConfirmAsync(tx, "Compared with a watch.")
            );
            // So that it is looked at now, not in ten seconds.
            time.Advance(TimeSpan.FromSeconds(20));
            await filing.UntilAsync(id, ReportState.Filed);
        }
        Assert.Equal(2, (await filing.Server.LedgerAsync(FilingClock.Action)).Count);
    }

    private static async Task ShowsAndTakesNoProgramsWordAsync(FilingServer filing)
    {
        var shown = await filing.Server.Client.GetStringAsync("/console/reporting/fence");
        Assert.Contains("The clock is right", shown, StringComparison.Ordinal);
        var program = await filing.Server.PostAsync(
            "/v1/reporting/clock",
            new { reason = "It says so." },
            HttpStatusCode.Conflict
        );
        Assert.Equal("not_a_person", program.Text("code"));
    }

    /// <summary>What is known of the clock is of an earlier start of this machine.</summary>
    private static Task<int> AsBeforeAStartAsync(FilingServer filing) =>
        filing.ReadAsync(tx =>
            tx.ExecuteAsync(
                "update filing_clock set boot = boot || @start where tenant = @tenant",
                new { start = $"{Guid.NewGuid():n}" }
            )
        );
}
