using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Tests.Reporting.Filing;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Trust;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>Every state has an age and an owner, and somebody is told where the owner is nobody on duty.</summary>
public sealed class OwnerTests
{
    private const string Actor = "person:who-acts";

    /// <summary>From every state to every state that may follow it, as the table of moves has it.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Every_state_has_an_owner_and_an_age_and_none_is_moved_to_without_one()
    {
        await using var open = await OpenKernel.CreateAsync();
        var reached = new HashSet<ReportState>();
        foreach (var from in Enum.GetValues<ReportState>())
        {
            foreach (var to in Enum.GetValues<ReportState>().Where(to => ReportMoves.May(from, to)))
            {
                var id = await open.Kernel.ApproveAsync(new MadeReport { State = from });
                await open.Kernel.Db.SystemAsync(
                    "test",
                    isWrite: true,
                    async tx =>
                    {
                        var report = (await ReportRow.LockAsync(tx, id))!;
                        var owner = ReportOwners.Of(to, report, isPackage: false, Actor);
                        await Assert.ThrowsAsync<ArgumentException>(() => report.MoveAsync(tx, to, ""));
                        await report.MoveAsync(tx, to, owner);
                        var moved = (await ReportRow.FindAsync(tx, id))!;
                        Assert.Equal((to, tx.Now, owner), (moved.State, moved.StateSince, moved.Owner));
                        return true;
                    }
                );
                reached.Add(to);
            }
        }
        Assert.Equal(Enum.GetValues<ReportState>().Length, reached.Count);
        var made = new ReportRow { ApprovedBy = "person:who-approved" };
        var owners = Enum.GetValues<ReportState>()
            .ToDictionary(state => state, state => ReportOwners.Of(state, made, isPackage: false, Actor));
        Assert.All(owners.Values, owner => Assert.NotEmpty(owner));
        Assert.Equal("filing_officer", owners[ReportState.Rejected]);
        Assert.Equal("filing_officer", owners[ReportState.FiledReceiptLost]);
        Assert.Equal("person:who-approved", owners[ReportState.Filed]);
        Assert.Equal("filing_officer", ReportOwners.Of(ReportState.Approved, made, isPackage: true, Actor));
        // What an officer has, and no delivery rings for, is too old at some time.
        foreach (var (state, _) in owners.Where(one => one.Value == ReportOwners.FilingOfficer))
        {
            var row = new ReportRow { State = state, Owner = ReportOwners.FilingOfficer };
            Assert.True(ReportAges.IsTooOld(row, row.StateSince.AddDays(7)), $"{state}");
            Assert.False(ReportAges.IsTooOld(row, row.StateSince.AddMinutes(1)), $"{state}");
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_refused_report_is_told_when_nobody_writes_it_anew_and_is_over_with_another_draft()
    {
        var time = new ManualTime();
        await using var open = await OpenKernel.CreateAsync(time);
        var made = new MadeReport
        {
            Environment = ReportEnvironment.Production,
            SecondBy = "person:filing-officer-2",
            State = ReportState.Filing,
        };
        var id = await open.Kernel.ApproveAsync(made);
        await MoveAsync(open.Kernel, id, ReportState.Rejected);
        Assert.DoesNotContain("report_rejected_old", await AlarmsAsync(open.Kernel));
        time.Pass(TimeSpan.FromHours(25));
        Assert.Contains("report_rejected_old", await AlarmsAsync(open.Kernel));
        await open.Kernel.Db.SystemAsync(
            "test",
            isWrite: true,
            tx => ReportOwners.AnswerRejectedAsync(tx, made.Case.Value, made.Destination)
        );
        Assert.DoesNotContain("report_rejected_old", await AlarmsAsync(open.Kernel));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_report_that_waits_for_an_approval_rings_when_nobody_who_may_approve_is_on_duty()
    {
        var time = new ManualTime();
        await using var open = await OpenKernel.CreateAsync(time);
        Assert.DoesNotContain(NobodyMayFile.Code, await AlarmsAsync(open.Kernel));
        // A test report rings for nobody.
        await MoveAsync(open.Kernel, await open.Kernel.ApproveAsync(), ReportState.Draft);
        Assert.DoesNotContain(NobodyMayFile.Code, await AlarmsAsync(open.Kernel));
        var real = new MadeReport { Environment = ReportEnvironment.Production };
        var first = await open.Kernel.ApproveAsync(real);
        await MoveAsync(open.Kernel, first, ReportState.Draft);
        time.Pass(TimeSpan.FromHours(3));
        var second = await open.Kernel.ApproveAsync(real);
        await MoveAsync(open.Kernel, second, ReportState.Draft);
        Assert.Contains(NobodyMayFile.Code, await AlarmsAsync(open.Kernel));
        var text = await open.Kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            tx =>
                tx.FindAsync<string>(
                    "select text from alert where tenant = @tenant and code = @code",
                    new { code = NobodyMayFile.Code }
                )
        );
        Assert.Contains("wait for a person: 2, the oldest since", text, StringComparison.Ordinal);
        Assert.Contains("3 hours", text, StringComparison.Ordinal);
        // That it does not ring where a filing officer has an account: HandOverTests.
        await MoveAsync(open.Kernel, first, ReportState.Withdrawn);
        await MoveAsync(open.Kernel, second, ReportState.Withdrawn);
        Assert.DoesNotContain(NobodyMayFile.Code, await AlarmsAsync(open.Kernel));
    }

    private static Task<bool> MoveAsync(TrustKernel kernel, Guid id, ReportState to) =>
        kernel.Db.SystemAsync(
            "test",
            isWrite: true,
            async tx =>
            {
                var report = (await ReportRow.LockAsync(tx, id))!;
                await report.MoveAsync(tx, to, ReportOwners.Of(to, report, isPackage: false, Actor));
                return true;
            }
        );

    /// <summary>After a look as the watch has it every minute.</summary>
    private static async Task<IReadOnlyList<string>> AlarmsAsync(TrustKernel kernel)
    {
        await kernel.Db.SystemAsync("test", isWrite: true, ReportAlarms.RunAsync);
        return await kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            tx => tx.QueryAsync<string>("select code from alert where tenant = @tenant and state <> 'Closed'")
        );
    }
}
