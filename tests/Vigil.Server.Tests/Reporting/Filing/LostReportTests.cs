using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>
/// What was written after the backup, and filed, is not in the database that was put back: nobody is urged to file it
/// again, and who writes another sees that it is there.
/// </summary>
public sealed class LostReportTests
{
    private const string Missed = "report_goal_missed";

    private static readonly MadeReport Real = new()
    {
        Environment = ReportEnvironment.Production,
        SecondBy = "person:filing-officer-2",
    };

    [Fact(Timeout = 240_000)]
    public async Task What_the_database_lost_is_not_urged_nor_filed_again_unseen_and_its_clock_ends_by_the_word_of_two()
    {
        await using var filing = await FilingServer.StartAsync();
        await FirstReportTests.OpenProductionAsync(filing);
        await filing.UntilAsync(await filing.ApproveAsync(Real), ReportState.Filed);
        var (whole, more) = (await DueAsync(filing, "user-1"), await DueAsync(filing, "user-2"));
        Assert.Contains(Missed, await UrgedAsync(filing));
        await filing.Server.RestartAsync(database => database.BackUpAsync());
        var gone = await FileAsync(filing, whole);
        // Another item of this one is confirmed between its report's draft and its filing: that does not say it.
        var part = await filing.ApproveAsync(Real with { Case = more, LeavesIn = TimeSpan.FromHours(1) });
        var between = DateTimeOffset.UtcNow;
        await FenceTests.LeaveNowAsync(filing, [part]);
        await filing.UntilAsync(part, ReportState.Filed);
        var number = (await filing.ReportAsync(gone)).RemoteId!;
        await filing.Server.RestartAsync(database => database.PutBackAsync());
        await filing.UntilAlarmAsync(Fence.Alarm);
        Assert.Null(await filing.ReadAsync(tx => ReportRow.FindAsync(tx, gone)));
        var another = await filing.Server.ConfirmAnotherAsync(more.Value);
        await filing.ReadAsync(tx =>
            tx.ExecuteAsync(
                "update case_item set decided_at = @between where tenant = @tenant and id = @another",
                new { another, between }
            )
        );

        // Nobody knows yet: the fence is what is urged, and says whom to ask.
        await FenceNamesAsync(filing, gone, number);
        Assert.DoesNotContain(Missed, await UrgedAsync(filing));
        Assert.DoesNotContain(LostClocks.Alarm, await filing.AlarmsAsync());
        Assert.Equal((0, 2), await ShownDueAsync(filing));
        Assert.Contains("may be filed", await PageAsync(filing, whole), StringComparison.Ordinal);
        var draft = await filing.ApproveAsync(Real with { Case = whole, State = ReportState.Draft });
        Assert.Equal((true, "behind_fence"), await StandingAsync(filing, draft));
        await ToldAsync(filing, whole, number, isFiled: false);

        await FenceTests.DecideAsync(filing, gone, FenceDecision.IsFiled);
        await FenceTests.DecideAsync(filing, part, FenceDecision.IsFiled);
        var ended = (await filing.ReadAsync(tx => DueClock.FindAsync(tx, whole.Value)))!;
        Assert.Equal(("Met", gone), (ended.State, ended.ReportId!.Value));
        Assert.Contains($" as {number} ", ended.Reason, StringComparison.Ordinal);
        Assert.True(ended.EndedAt < DateTimeOffset.UtcNow && ended.EndedAt > ended.KnowledgeAt);
        Assert.Single(
            await filing.Server.LedgerAsync("report_due.met_before_restore"),
            act => act.Text("object") == whole.Value
        );
        Assert.Equal("Open", (await filing.ReadAsync(tx => DueClock.FindAsync(tx, more.Value)))!.State);
        var urged = await UrgedAsync(filing);
        Assert.DoesNotContain(Missed, urged);
        Assert.Contains(LostClocks.Alarm, urged);
        Assert.Equal((1, 0), await ShownDueAsync(filing));

        // The law's time is over whatever was filed before; and what began after that report is not in it.
        await ClockAsync(filing, more, "deadline_at = goal_at");
        Assert.Contains("report_overdue", await UrgedAsync(filing));
        await ClockAsync(filing, more, "deadline_at = null");
        Assert.DoesNotContain("report_overdue", await UrgedAsync(filing));
        await ClockAsync(filing, more, "knowledge_at = knowledge_at + 864000000");
        urged = await UrgedAsync(filing);
        Assert.Contains(Missed, urged);
        Assert.DoesNotContain(LostClocks.Alarm, urged);

        // Another may be written: it names this one, and who approves it says that it is another.
        Assert.Equal((false, "restored"), await StandingAsync(filing, draft));
        await ToldAsync(filing, whole, number, isFiled: true);
        Assert.Contains(number, await PageAsync(filing, whole), StringComparison.Ordinal);

        // It was to a simulator: the clock runs again.
        await filing.ReadAsync(tx => DueClock.OpenAgainAsync(tx, DateTimeOffset.UnixEpoch));
        Assert.Equal("Open", (await filing.ReadAsync(tx => DueClock.FindAsync(tx, whole.Value)))!.State);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_lost_test_report_says_nothing_of_a_real_case_and_what_is_cleared_meanwhile_is_told()
    {
        await using var filing = await FilingServer.StartAsync();
        await filing.UntilAsync(await filing.ApproveAsync(), ReportState.Filed);
        var (real, sample) = (await DueAsync(filing, "user-1"), await DueAsync(filing, "user-2"));
        await filing.ReadAsync(tx =>
            tx.ExecuteAsync(
                "update report_due set is_test = @yes where tenant = @tenant and case_ref = @reference",
                new { yes = true, reference = sample.Value }
            )
        );
        await filing.Server.RestartAsync(database => database.BackUpAsync());
        var test = new MadeReport();
        var (gone, cleared) = (await FileAsync(filing, real, test), await FileAsync(filing, sample, test));
        await filing.Server.RestartAsync(database => database.PutBackAsync());
        await filing.UntilAlarmAsync(Fence.Alarm);
        Assert.Contains(Missed, await UrgedAsync(filing));
        Assert.Contains(
            "The TEST environment",
            await filing.Server.Client.GetStringAsync("/console/reporting/fence"),
            StringComparison.Ordinal
        );
        await FenceTests.DecideAsync(filing, gone, FenceDecision.IsFiled);
        Assert.Equal("Open", (await filing.ReadAsync(tx => DueClock.FindAsync(tx, real.Value)))!.State);
        Assert.Contains(Missed, await UrgedAsync(filing));

        await filing.ReadAsync(async tx =>
        {
            await MadeReports.StateAsync(tx, sample.Value, "Confirmed", "NotCsam");
            await UndoApproval.ClearedAsync(tx, new ContentsCleared(sample, null, "Not CSAM."));
            return true;
        });
        Assert.Contains("report_of_cleared", await filing.AlarmsAsync());
        await FenceTests.DecideAsync(filing, cleared, FenceDecision.IsFiled);
        var alarms = await filing.AlarmsAsync();
        Assert.DoesNotContain("report_of_cleared", alarms);
        Assert.Contains("report_filed_unconfirmed", alarms);
        // A clock of a test counts what was filed there.
        Assert.Equal("Met", (await filing.ReadAsync(tx => DueClock.FindAsync(tx, sample.Value)))!.State);
    }

    [Fact(Timeout = 120_000)]
    public async Task Nothing_else_of_a_case_is_approved_while_a_draft_of_it_may_be_filed_and_none_of_a_purged_case_goes_on()
    {
        await using var filing = await FilingServer.StartAsync();
        var reference = await filing.Server.CaseAsync();
        var draft = Real with { Case = reference, State = ReportState.Draft };
        var (first, second) = (await filing.ApproveAsync(draft), await filing.ApproveAsync(draft));
        var test = await filing.ApproveAsync(draft with { Environment = ReportEnvironment.Test });
        await filing.ReadAsync(tx => FenceRow.OpenAsync(tx, first, FenceRow.Lost, null));

        Assert.Equal("behind_fence", await RefusalAsync(filing, await ReadyAsync(filing, second)));
        Assert.Single((await ReadyAsync(filing, second)).Standing.Blocking, IsLost);
        Assert.DoesNotContain((await ReadyAsync(filing, test)).Standing.Findings, IsLost);

        await filing.ReadAsync(tx =>
            tx.ExecuteAsync(
                "update case_file set purged_at = 1 where tenant = @tenant and ref = @reference",
                new { reference = reference.Value }
            )
        );
        await FenceTests.RefusedAsync(filing, first, FenceDecision.GoOn);
        await filing.ReadAsync(tx =>
            tx.ExecuteAsync("update case_file set purged_at = null where tenant = @tenant")
        );
        await FenceTests.DecideAsync(filing, first, FenceDecision.GoOn);
        Assert.DoesNotContain((await ReadyAsync(filing, second)).Standing.Findings, IsLost);

        static bool IsLost(DraftFinding finding) => finding.Rule == LostFindings.Rule;
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_lost_line_says_of_where_it_went_counts_and_a_line_of_an_earlier_version_may_be_of_any_call()
    {
        await using var filing = await FilingServer.StartAsync(isReady: false);
        var reference = await filing.Server.CaseAsync();
        await filing.Server.SealAsync(reference, ViewingWork.Picture(1));
        await filing.ReadAsync(tx => tx.ExecuteAsync("delete from content_clock where tenant = @tenant"));
        var line = new JournalLine
        {
            Report = Guid.CreateVersion7(),
            Case = reference.Value,
            At = DateTimeOffset.UtcNow,
        };
        Assert.Equal("US", await KeptAsync(line));
        Assert.Equal("US", await KeptAsync(line with { Destination = FilingKinds.CyberTip }));
        Assert.Equal("", await KeptAsync(line with { Destination = "iccam" }));

        var (old, noted) = (new LostReport { Line = line }, new LostReport { Line = Noted() });
        const ReportEnvironment real = ReportEnvironment.Production;
        Assert.Equal(
            (true, true, false),
            (old.MayBeTo("iccam", real), old.MayBeTo(FilingKinds.CyberTip, real), old.MayBeTo("gb-nca", real))
        );
        Assert.Equal(
            (true, false, false),
            (
                noted.MayBeTo("iccam", real),
                noted.MayBeTo(FilingKinds.CyberTip, real),
                noted.MayBeTo("iccam", ReportEnvironment.Test)
            )
        );
        var read = JournalLine.Parse(Noted().ToUtf8Json());
        Assert.Equal(("iccam", real), (read.To, read.Environment!.Value));

        JournalLine Noted() => line with { Destination = "iccam", Environment = real };

        Task<string?> KeptAsync(JournalLine lost) =>
            filing.ReadAsync(async tx =>
            {
                await tx.ExecuteAsync("delete from content_clock where tenant = @tenant");
                await FiledBefore.KeepAsync(tx, lost);
                return await tx.FindAsync<string>(
                    "select jurisdiction from content_clock where tenant = @tenant and report_id = @id",
                    new { id = $"{lost.Report}" }
                );
            });
    }

    [Fact(Timeout = 120_000)]
    public async Task A_lost_report_counts_beside_those_that_are_here_once_two_people_said_that_it_is_filed()
    {
        const string page = "https://example.org/page";
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("training.required", "off");
        await server.SetAsync(CaseRouting.EstablishmentSetting, "CA");
        var reference = await server.ConfirmedAsync("user-1");
        await server.TellAsync(reference, page);
        var here = await server.FileAsync(reference, "ca-c3p", [page]);
        var line = new JournalLine
        {
            Report = Guid.CreateVersion7(),
            Case = reference,
            Destination = "police",
            Environment = ReportEnvironment.Production,
            At = DateTimeOffset.UtcNow,
            Epoch = 1,
        };
        await server.SystemAsync(tx => FenceRow.OpenAsync(tx, line.Report, FenceRow.Ahead, line));
        Assert.Equal("Open", await server.ClockStateAsync(reference));
        await server.SystemAsync(tx => FenceRow.DecideAsync(tx, line.Report, FenceDecision.IsFiled));
        Assert.Equal("Met", await server.ClockStateAsync(reference));
        Assert.Equal(here, (await server.ClockAsync(reference)).ReportId);
    }

    /// <summary>A confirmed case whose report is late by our own goal.</summary>
    private static async Task<CaseRef> DueAsync(FilingServer filing, string account)
    {
        var reference = await filing.Server.CaseAsync(account);
        await filing.ReadAsync(async tx =>
        {
            await MadeReports.ConfirmAsync(tx, reference.Value);
            await tx.RaiseAsync(new CaseConfirmed(reference, [], tx.Now.AddDays(-3)));
            return true;
        });
        return reference;
    }

    private static Task<int> ClockAsync(FilingServer filing, CaseRef reference, string change) =>
        filing.ReadAsync(tx =>
            tx.ExecuteAsync(
                $"update report_due set {change} where tenant = @tenant and case_ref = @reference",
                new { reference = reference.Value }
            )
        );

    private static Task<ReadyReport> ReadyAsync(FilingServer filing, Guid id) =>
        filing.ReadAsync(async tx =>
            await ApprovalChecks.RenderAsync(tx, (await ReportRow.FindAsync(tx, id))!)
        );

    private static async Task<Guid> FileAsync(FilingServer filing, CaseRef reference, MadeReport? made = null)
    {
        var id = await filing.ApproveAsync((made ?? Real) with { Case = reference });
        await filing.UntilAsync(id, ReportState.Filed);
        return id;
    }

    private static async Task<IReadOnlyList<string>> UrgedAsync(FilingServer filing)
    {
        await filing.ReadAsync(ReportAlarms.RunAsync);
        return await filing.AlarmsAsync();
    }

    private static async Task FenceNamesAsync(FilingServer filing, Guid id, string number)
    {
        var row = (await filing.Server.GetJsonAsync("/v1/reporting/fence"))
            .GetProperty("waiting")
            .EnumerateArray()
            .Single(each => each.Text("reportId") == $"{id}");
        Assert.Equal(
            ("cybertip", "production", number),
            (row.Text("destination"), row.Text("environment"), row.Text("remoteId"))
        );
        var page = await filing.Server.Client.GetStringAsync("/console/reporting/fence");
        Assert.Contains("To <strong>NCMEC</strong>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("The TEST environment", page, StringComparison.Ordinal);
    }

    /// <summary>How many are overdue on the first page, and how many clocks wait for the fence.</summary>
    private static async Task<(int Overdue, int Behind)> ShownDueAsync(FilingServer filing)
    {
        var numbers = new HomeNumbersWanted();
        await filing.ReadAsync(async tx =>
        {
            await HomeNumbers.AddAsync(tx, numbers);
            return true;
        });
        var overdue = numbers.Numbers.SingleOrDefault(number => number.Title == "Reports overdue");
        var due = (await filing.Server.GetJsonAsync("/v1/reports/due")).GetProperty("due").EnumerateArray();
        return (
            overdue is null ? 0 : int.Parse(overdue.Value, System.Globalization.CultureInfo.InvariantCulture),
            due.Count(each => each.GetProperty("behindFence").GetBoolean())
        );
    }

    private static Task<string> PageAsync(FilingServer filing, CaseRef reference) =>
        filing.Server.Client.GetStringAsync($"/console/reports?case={reference.Value}");

    /// <summary>Whether a draft of the case is blocked by a lost report, and what its approval is told.</summary>
    private static async Task<(bool IsBlocked, string Word)> StandingAsync(FilingServer filing, Guid id)
    {
        var ready = await ReadyAsync(filing, id);
        var finding = Assert.Single(ready.Standing.Findings, each => each.Rule == LostFindings.Rule);
        Assert.Contains("their number", finding.Text, StringComparison.Ordinal);
        var point = ready.Checklist.SingleOrDefault(each => each.Code == "restored");
        return (finding.IsBlocking, point?.Code ?? await RefusalAsync(filing, ready));
    }

    private static async Task<string> RefusalAsync(FilingServer filing, ReadyReport ready)
    {
        var request = new ApprovalRequest
        {
            Sha256 = Convert.ToHexStringLower(ready.Sha256),
            Version = ready.Report.DraftVersion,
            Checked = [.. ready.Checklist.Select(point => point.Code)],
        };
        var refused = await Assert.ThrowsAsync<ProblemException>(() =>
            filing.ActAsync(
                FilingServer.Officer,
                Permission.ReportFile,
                tx => ApprovalChecks.RequireAsync(tx, ready.Report.Id, request)
            )
        );
        return refused.Code;
    }

    /// <summary>Who is cleared is told to its recipient; a later report names it; feedback finds its case.</summary>
    private static async Task ToldAsync(FilingServer filing, CaseRef reference, string number, bool isFiled)
    {
        var (told, found, earlier) = await filing.ReadAsync(async tx =>
        {
            var about = await Drafts.CaseOfAsync(tx, reference);
            var to = AllDestinations.Find(FilingKinds.CyberTip)!;
            const ReportEnvironment real = ReportEnvironment.Production;
            return (
                await tx.AskAsync<CaseReportsWanted, CaseReports>(new(reference)),
                await tx.AskAsync<ReportedCaseWanted, ReportedCase>(new(number)),
                (await GatherSources.ReadAsync(tx, reference, about, to, real)).Earlier
            );
        });
        Assert.Contains($"their number {number}", Assert.Single(told.Recipients), StringComparison.Ordinal);
        Assert.Equal((reference, "cybertip"), (found.Case!.Value, found.Destination));
        Assert.Null(found.ReportId);
        Assert.Equal(isFiled ? [number] : [], earlier.Select(report => report.Number));
    }
}
