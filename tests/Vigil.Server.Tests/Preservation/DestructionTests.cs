using System.Text;
using Vigil.Evidence;
using Vigil.Files;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Preservation;

public class DestructionTests
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);
    private static readonly byte[] Bytes = Encoding.ASCII.GetBytes("quetzal-content-of-a-test");

    [Fact(Timeout = 120_000)]
    public async Task What_is_due_is_destroyed_and_its_tombstone_carries_both_times()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var id = await custody.SealAsync(Bytes);
        Assert.Equal(Bytes, await custody.OpenAsync(id));
        custody.Time.Pass(Year - TimeSpan.FromMinutes(1));
        Assert.Equal(0, (await custody.SweepAsync()).Destroyed);
        Assert.Equal(Bytes, await custody.OpenAsync(id));

        custody.Time.Pass(TimeSpan.FromMinutes(2));
        var report = await custody.SweepAsync();

        Assert.Equal((1, 1, 0), (report.Destroyed, report.Closed, report.Overdue));
        var gone = (await custody.FindAsync(id))!;
        Assert.Equal("Destroyed", gone.State);
        Assert.NotNull(gone.RemovedAt);
        Assert.NotNull(gone.ClosedAt);
        Assert.Empty(custody.ObjectFiles(id));
        await RefusesAsync(ContentProblem.Destroyed, () => custody.OpenAsync(id));
        Assert.Equal(
            ["content.sealed", "content.opened", "content.opened", "content.destroying", "content.destroyed"],
            await custody.LedgerAsync(id.ToString())
        );
        var refusal = await Assert.ThrowsAsync<RetentionException>(() =>
            custody.HoldAsync(CustodyKernel.Legal(id))
        );
        Assert.Equal("content_destroyed", refusal.Code);
    }

    [Fact(Timeout = 120_000)]
    public async Task Holds_of_the_content_or_of_its_case_keep_it_until_they_are_lifted_or_expire()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var (legal, ofCase, timed) = (
            await custody.SealAsync([1], CaseRef.New()),
            await custody.SealAsync([2]),
            await custody.SealAsync([3], CaseRef.New())
        );
        var hold = await custody.HoldAsync(CustodyKernel.Legal(legal));
        var onCase = await custody.HoldAsync(
            CustodyKernel.Legal(legal) with
            {
                ContentId = null,
                Case = CustodyKernel.Case,
                Kind = HoldKind.LawEnforcement,
            }
        );
        // Sealed after the hold was placed on its case: held all the same.
        var later = await custody.SealAsync([4]);
        await custody.HoldAsync(
            CustodyKernel.Legal(timed, custody.Time.GetUtcNow() + Year + TimeSpan.FromDays(10))
        );
        custody.Time.Pass(Year + TimeSpan.FromDays(5));
        Assert.Equal(0, (await custody.SweepAsync()).Destroyed);

        custody.Time.Pass(TimeSpan.FromDays(5) + TimeSpan.FromMinutes(1));
        Assert.Equal(1, (await custody.SweepAsync()).Destroyed);
        Assert.Equal("Destroyed", (await custody.FindAsync(timed))!.State);
        await custody.ActAsync(tx => Holds.LiftAsync(tx, onCase, "The letter is over."));
        Assert.Equal(2, (await custody.SweepAsync()).Destroyed);
        Assert.Equal("Destroyed", (await custody.FindAsync(ofCase))!.State);
        Assert.Equal("Destroyed", (await custody.FindAsync(later))!.State);
        await custody.ActAsync(tx => Holds.LiftAsync(tx, hold, "The claim was settled."));
        Assert.Equal(1, (await custody.SweepAsync()).Destroyed);

        var again = await Assert.ThrowsAsync<RetentionException>(() =>
            custody.ActAsync(tx => Holds.LiftAsync(tx, hold, "Again."))
        );
        Assert.Equal("hold_over", again.Code);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_the_law_keeps_is_not_lifted_by_hand_and_a_cleared_case_lets_it_go()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var (cleared, held) = (await custody.SealAsync([1]), await custody.SealAsync([2]));
        var byLaw = (await custody.FindAsync(cleared))!.Holds.Single();
        Assert.Equal(HoldKind.Preservation, byLaw.Kind);
        var refusal = await Assert.ThrowsAsync<RetentionException>(() =>
            custody.ActAsync(tx => Holds.LiftAsync(tx, byLaw.Id, "By hand."))
        );
        Assert.Equal("kept_by_law", refusal.Code);
        await custody.HoldAsync(CustodyKernel.Legal(held) with { Kind = HoldKind.Dispute });

        await custody.ActAsync(tx =>
            Holds.ClearAsync(tx, new ContentsCleared(CustodyKernel.Case, null, "Not CSAM."))
        );

        Assert.Equal(1, (await custody.SweepAsync()).Destroyed);
        Assert.Equal("Destroyed", (await custody.FindAsync(cleared))!.State);
        Assert.Equal("Sealed", (await custody.FindAsync(held))!.State);
    }

    [Fact(Timeout = 120_000)]
    public async Task Each_report_has_a_clock_of_its_own_and_a_pending_one_keeps_its_contents()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var id = await custody.SealAsync(Bytes);
        await custody.ActAsync(async tx =>
        {
            await tx.RecordAsync(new LedgerAct("test.report", "1"));
            await ReportClocks.BeginAsync(tx, CustodyKernel.Case, "report-1", "US");
        });
        custody.Time.Pass(Year + TimeSpan.FromDays(100));
        Assert.Equal(0, (await custody.SweepAsync()).Destroyed);
        Assert.Null((await custody.FindAsync(id))!.DueAt);
        await custody.ActAsync(async tx =>
        {
            await tx.RecordAsync(new LedgerAct("test.report", "1"));
            await ReportClocks.FinishAsync(tx, "report-1", tx.Now);
        });
        custody.Time.Pass(TimeSpan.FromDays(365));
        Assert.Equal(0, (await custody.SweepAsync()).Destroyed);
        custody.Time.Pass(TimeSpan.FromDays(2));
        Assert.Equal(1, (await custody.SweepAsync()).Destroyed);
    }

    [Fact(Timeout = 120_000)]
    public async Task Database_files_and_a_backup_older_than_the_epoch_with_todays_keys_open_nothing_destroyed()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var (kept, gone) = (await custody.SealAsync([7]), await custody.SealAsync(Bytes, CaseRef.New()));
        await custody.HoldAsync(CustodyKernel.Legal(kept));
        await custody.Kernel.Retention.FollowAsync(TenantId.Default);
        var backup = Path.Combine(custody.Folder.FullName, "locker-backup");
        await custody.ReopenAsync(async () =>
        {
            await custody.Database.BackUpAsync();
            CopyFolder(custody.LockerFolder, backup);
        });
        custody.Time.Pass(Year + TimeSpan.FromHours(1));
        var report = await custody.SweepAsync();
        Assert.Equal((1, 1), (report.Destroyed, report.Closed));
        Assert.Equal([7], await custody.OpenAsync(kept));

        // The backup of the locker, and today's keys.
        using (var keys = KeyRing.OpenOrCreate(Path.Combine(custody.KeysFolder, "locker")))
        using (var old = Locker.Open(Path.Combine(backup, "default", "objects"), keys, "default"))
        {
            Assert.Equal(2, old.List().Count());
            Assert.All(
                old.List(),
                name =>
                    Assert.Equal(
                        KeyRingProblem.EpochDestroyed,
                        Assert.Throws<KeyRingException>(() => old.Get(name)).Problem
                    )
            );
        }
        // The backup of the database: what was destroyed stays destroyed, what is held is held.
        await custody.ReopenAsync(custody.Database.PutBackAsync);
        await RefusesAsync(ContentProblem.Destroyed, () => custody.OpenAsync(gone));
        Assert.Equal([7], await custody.OpenAsync(kept));
        Assert.Contains("custody_restored", await custody.AlarmsAsync());
        Assert.Equal(0, (await custody.SweepAsync()).Destroyed);
        Assert.NotNull((await custody.FindAsync(gone))!.ClosedAt);
        // And its objects, put back beside it, do not open, and are removed.
        await custody.ReopenAsync(() =>
        {
            CopyFolder(
                Path.Combine(backup, "default", "objects"),
                Path.Combine(custody.LockerFolder, "default", "objects"),
                onlyNew: true
            );
            return Task.CompletedTask;
        });
        Assert.NotEmpty(custody.ObjectFiles(gone));
        await custody.SweepAsync();
        Assert.Empty(custody.ObjectFiles(gone));
        Assert.Equal([7], await custody.OpenAsync(kept));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_hold_placed_after_the_backup_holds_after_the_restore()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var id = await custody.SealAsync(Bytes);
        await custody.ReopenAsync(custody.Database.BackUpAsync);
        await custody.HoldAsync(CustodyKernel.Legal(id));
        var later = await custody.SealAsync([8]);
        await custody.Kernel.Retention.FollowAsync(TenantId.Default);

        await custody.ReopenAsync(custody.Database.PutBackAsync);

        custody.Time.Pass(TimeSpan.FromDays(300));
        Assert.Equal([8], await custody.OpenAsync(later));
        custody.Time.Pass(TimeSpan.FromDays(100));
        Assert.Equal(1, (await custody.SweepAsync()).Destroyed);
        Assert.Equal(Bytes, await custody.OpenAsync(id));
        Assert.Equal("Destroyed", (await custody.FindAsync(later))!.State);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_hold_that_comes_while_a_content_is_destroyed_keeps_it_where_it_is_whole()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var (whole, broken, free) = (
            await custody.SealAsync(Bytes),
            await custody.SealAsync([2]),
            await custody.SealAsync([3], CaseRef.New())
        );
        // Decided and signed, then killed; of one the head is gone already.
        await custody.ActAsync(async tx =>
        {
            await tx.RecordAsync(new LedgerAct("test.killed", "1"));
            await tx.ExecuteAsync(
                "update content set state = 'Destroying', destroying_at = @now where tenant = @tenant",
                new { now = tx.Now }
            );
        });
        File.Delete(
            custody.ObjectFiles(broken).Single(file => file.EndsWith(".head", StringComparison.Ordinal))
        );
        await custody.HoldAsync(
            CustodyKernel.Legal(whole, custody.Time.GetUtcNow().AddDays(90)) with
            {
                ContentId = null,
                Case = CustodyKernel.Case,
            }
        );
        await custody.ReopenAsync();

        Assert.Equal(2, (await custody.SweepAsync()).Destroyed);

        Assert.Equal(Bytes, await custody.OpenAsync(whole));
        var kept = (await custody.FindAsync(whole))!;
        Assert.Equal(("Sealed", null), (kept.State, kept.DestroyedBecause));
        Assert.Contains("content.kept", await custody.LedgerAsync(whole.ToString()));
        Assert.Equal("Destroyed", (await custody.FindAsync(broken))!.State);
        Assert.Equal("Destroyed", (await custody.FindAsync(free))!.State);
        var alarms = await custody.AlarmsAsync();
        Assert.Contains("destruction_stopped", alarms);
        Assert.Contains("hold_too_late", alarms);
        Assert.Equal(0, (await custody.SweepAsync()).Destroyed);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(800)]
    [InlineData(-800)]
    public async Task A_clock_in_doubt_destroys_nothing_until_it_is_right_or_two_persons_say_so(int days)
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var id = await custody.SealAsync(Bytes);
        await custody.SweepAsync();
        custody.Time.Advance(TimeSpan.FromDays(days));
        // Also when the program is started anew: the machine's other clock has not moved.
        await custody.ReopenAsync();
        var report = await custody.SweepAsync();
        Assert.Equal((0, ClockTrust.Jumped), (report.Destroyed, report.Clock));
        Assert.NotNull((await custody.StandingAsync()).PausedSince);
        Assert.Contains("clock_not_trusted", await custody.AlarmsAsync());

        custody.Time.Advance(TimeSpan.FromDays(-days));
        Assert.Equal(ClockTrust.Trusted, (await custody.SweepAsync()).Clock);
        Assert.DoesNotContain("clock_not_trusted", await custody.AlarmsAsync());
        Assert.Equal(Bytes, await custody.OpenAsync(id));

        custody.Time.Advance(TimeSpan.FromDays(Math.Abs(days)));
        await custody.SweepAsync();
        var (one, other) = (Person("person:one"), Person("person:other"));
        await ActAsAsync(custody, one, tx => ClockConfirmation.RequestAsync(tx, "The battery was changed."));
        var same = await Assert.ThrowsAsync<SecondPersonException>(() =>
            ActAsAsync(custody, one, ConfirmClockAsync)
        );
        Assert.Equal("second_person_needed", same.Code);
        await ActAsAsync(custody, other, ConfirmClockAsync);
        Assert.Equal(1, (await custody.SweepAsync()).Destroyed);
    }

    [Fact(Timeout = 120_000)]
    public async Task Early_destruction_takes_two_persons_and_no_hold_that_somebody_placed()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var id = await custody.SealAsync(Bytes);
        var (one, other) = (Person("person:one"), Person("person:other"));
        var hold = await custody.HoldAsync(CustodyKernel.Legal(id));
        Assert.Equal("content_held", await CodeAsync(() => AskAsync(custody, one, id)));
        await custody.ActAsync(tx => Holds.LiftAsync(tx, hold, "Settled."));
        await custody.ActAsync(tx => SoloMode.DeclareAsync(tx, true, "A team of one."));
        Assert.Equal("solo_mode", await CodeAsync(() => AskAsync(custody, one, id)));
        await custody.ActAsync(tx => SoloMode.DeclareAsync(tx, false, "Two again."));

        await AskAsync(custody, one, id);
        var same = await Assert.ThrowsAsync<SecondPersonException>(() => ApproveAsync(custody, one, id));
        Assert.Equal("second_person_needed", same.Code);
        // A hold that comes between stops it.
        var between = await custody.HoldAsync(CustodyKernel.Legal(id) with { Kind = HoldKind.Dispute });
        Assert.Equal("content_held", await CodeAsync(() => ApproveAsync(custody, other, id)));
        Assert.Equal(Bytes, await custody.OpenAsync(id));
        await custody.ActAsync(tx => Holds.LiftAsync(tx, between, "Decided."));
        await ApproveAsync(custody, other, id);

        await RefusesAsync(ContentProblem.Destroyed, () => custody.OpenAsync(id));
        await custody.Kernel.Retention.FollowAsync(TenantId.Default);
        Assert.Empty(custody.ObjectFiles(id));
        Assert.Equal("Order 5 of a court: return it.", (await custody.FindAsync(id))!.DestroyedBecause);
        var missing = await Assert.ThrowsAsync<RetentionException>(() =>
            AskAsync(custody, one, Guid.NewGuid())
        );
        Assert.Equal("not_found", missing.Code);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_object_without_a_row_is_destroyed_after_a_day_and_a_row_without_an_object_alarms()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        var id = await custody.SealAsync(Bytes);
        LockerOf(custody).Put("0123456789abcdef0123456789abcdef", new MemoryStream([1]));
        await custody.SweepAsync();
        Assert.Contains("content_stray", await custody.AlarmsAsync());
        custody.Time.Pass(TimeSpan.FromHours(23));
        await custody.SweepAsync();
        Assert.Equal(2, LockerOf(custody).List().Count());
        custody.Time.Pass(TimeSpan.FromHours(2));
        await custody.SweepAsync();
        Assert.Single(LockerOf(custody).List());
        await custody.SweepAsync();
        Assert.DoesNotContain("content_stray", await custody.AlarmsAsync());

        var head = custody.ObjectFiles(id).Single(file => file.EndsWith(".head", StringComparison.Ordinal));
        File.Move(head, head + ".away");
        await custody.SweepAsync();
        Assert.Contains("content_missing", await custody.AlarmsAsync());
        Assert.NotNull((await custody.FindAsync(id))!.MissingAt);
        await RefusesAsync(ContentProblem.Damaged, () => custody.OpenAsync(id));
        // Something else is destroyed: the epoch stays, for the head may come back.
        var otherCase = CaseRef.New();
        await custody.SealAsync([9], otherCase);
        await custody.ActAsync(tx => Holds.ClearAsync(tx, new ContentsCleared(otherCase, null, "Harmless.")));
        custody.Time.Pass(TimeSpan.FromHours(30));
        Assert.Equal((1, 0), Counts(await custody.SweepAsync()));
        Assert.Contains("epoch_not_closed", await custody.AlarmsAsync());

        File.Move(head + ".away", head);
        Assert.Equal((0, 1), Counts(await custody.SweepAsync()));
        Assert.Equal(Bytes, await custody.OpenAsync(id));
        Assert.DoesNotContain("content_missing", await custody.AlarmsAsync());
        Assert.DoesNotContain("epoch_not_closed", await custody.AlarmsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task What_cannot_be_destroyed_for_two_days_is_overdue_and_an_alarm_says_so()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        await custody.SealAsync(Bytes);
        await custody.SweepAsync();
        custody.Time.Pass(Year);
        custody.Time.Advance(TimeSpan.FromMinutes(30));
        custody.Time.Pass(TimeSpan.FromHours(47));
        Assert.Equal(0, (await custody.SweepAsync()).Overdue);
        custody.Time.Pass(TimeSpan.FromHours(2));
        Assert.Equal(1, (await custody.SweepAsync()).Overdue);
        Assert.Contains("contents_overdue", await custody.AlarmsAsync());
        custody.Time.Advance(TimeSpan.FromMinutes(-30));
        var report = await custody.SweepAsync();
        Assert.Equal((1, 0), (report.Destroyed, report.Overdue));
        Assert.DoesNotContain("contents_overdue", await custody.AlarmsAsync());
    }

    private static (int, int) Counts(SweepReport report) => (report.Destroyed, report.Closed);

    private static Locker LockerOf(CustodyKernel custody) =>
        custody.Kernel.Contents.Kept.Of(TenantId.Default).Locker;

    private static Actor Person(string name) =>
        new(
            TenantId.Default,
            ActorKind.Person,
            name,
            new HashSet<Permission> { Permission.HoldManage, Permission.HoldRead }
        );

    private static Task<bool> ActAsAsync(CustodyKernel custody, Actor actor, Func<Tx, Task> work) =>
        custody.Kernel.Db.SignedAsync(
            actor,
            Permission.HoldManage,
            async tx =>
            {
                await work(tx);
                return true;
            }
        );

    private static Task<bool> AskAsync(CustodyKernel custody, Actor actor, Guid id) =>
        ActAsAsync(
            custody,
            actor,
            tx => EarlyDestruction.RequestAsync(tx, id, "Order 5 of a court: return it.")
        );

    private static Task<bool> ApproveAsync(CustodyKernel custody, Actor actor, Guid id) =>
        ActAsAsync(
            custody,
            actor,
            async tx =>
                await EarlyDestruction.ApproveAsync(
                    tx,
                    id,
                    await tx.ReadOfAsync(EarlyDestruction.Action, $"{id}")
                )
        );

    private static async Task ConfirmClockAsync(Tx tx) =>
        await ClockConfirmation.ApproveAsync(
            tx,
            await tx.ReadOfAsync(ClockConfirmation.Action, tx.Tenant.Value)
        );

    private static async Task<string> CodeAsync(Func<Task> act) =>
        (await Assert.ThrowsAsync<RetentionException>(act)).Code;

    private static async Task RefusesAsync(ContentProblem problem, Func<Task> act) =>
        Assert.Equal(problem, (await Assert.ThrowsAsync<ContentException>(act)).Problem);

    private static void CopyFolder(string from, string to, bool onlyNew = false)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (!onlyNew || !File.Exists(target))
            {
                File.Copy(file, target, overwrite: true);
            }
        }
    }
}
