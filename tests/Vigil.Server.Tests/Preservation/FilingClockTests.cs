using Vigil.Trust;
using Vigil.Trust.Custody;

namespace Vigil.Server.Tests.Preservation;

public class FilingClockTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Minutes: after the last look before the start; since the start; of checkpoint and database; kept.</summary>
    [Theory]
    [InlineData(5, 1, null, null, null, ClockTrust.Trusted)]
    [InlineData(15, 1, null, null, null, ClockTrust.Trusted)]
    [InlineData(15, 1, null, null, true, ClockTrust.Trusted)]
    // The kernel waits for a time service: so does filing, and not for ever.
    [InlineData(15, 1, null, null, false, ClockTrust.Settling)]
    [InlineData(15, 11, null, null, false, ClockTrust.Trusted)]
    [InlineData(5, 1, null, null, false, ClockTrust.Trusted)]
    // Off for a month, or two years off: only by somebody's word.
    [InlineData(44_640, 11, null, null, null, ClockTrust.Trusted)]
    [InlineData(44_641, 11, null, null, null, ClockTrust.Jumped)]
    [InlineData(1_051_200, 11, null, null, null, ClockTrust.Jumped)]
    [InlineData(1_051_200, 11, null, null, false, ClockTrust.Jumped)]
    [InlineData(1_051_200, 1, null, null, false, ClockTrust.Settling)]
    [InlineData(1_051_200, 1, null, null, true, ClockTrust.Trusted)]
    // A database that agrees may have the same wrong clock; one that does not says enough.
    [InlineData(1_051_200, 11, null, 1_051_200, null, ClockTrust.Jumped)]
    [InlineData(15, 1, null, 21, true, ClockTrust.Skewed)]
    [InlineData(15, 1, null, 9, true, ClockTrust.Skewed)]
    [InlineData(15, 1, null, 19, null, ClockTrust.Trusted)]
    // Behind what is known, whatever else is said.
    [InlineData(-9, 1, null, null, null, ClockTrust.Trusted)]
    [InlineData(-11, 1, null, null, true, ClockTrust.Jumped)]
    [InlineData(-11, 1, null, null, false, ClockTrust.Jumped)]
    [InlineData(15, 1, 26, null, true, ClockTrust.Jumped)]
    [InlineData(15, 1, 24, null, null, ClockTrust.Trusted)]
    public void After_a_start_filing_trusts_a_clock_that_nothing_speaks_against(
        int now,
        int sinceBoot,
        int? signed,
        int? database,
        bool? isKept,
        ClockTrust trust
    ) =>
        Assert.Equal(
            trust,
            FilingClockRule.AtStart(
                new ClockMark("b", TimeSpan.FromMinutes(sinceBoot), T0.AddMinutes(now)),
                T0,
                signed is { } one ? T0.AddMinutes(one) : null,
                database is { } other ? T0.AddMinutes(other) : null,
                isKept
            )
        );

    [Fact]
    public void Where_nothing_is_known_from_before_only_the_database_can_speak_against_it()
    {
        var now = new ClockMark("b", TimeSpan.FromMinutes(1), T0);
        Assert.Equal(ClockTrust.Trusted, FilingClockRule.AtStart(now, null, null, null, false));
        Assert.Equal(ClockTrust.Skewed, FilingClockRule.AtStart(now, null, null, T0.AddDays(1), true));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_start_after_an_hour_pauses_destruction_as_ever_and_filing_not_at_all()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        await custody.SealAsync([1]);
        Assert.Equal(ClockTrust.Trusted, (await custody.SweepAsync()).Clock);
        Assert.Equal(ClockTrust.Trusted, await LookAsync(custody));
        await custody.ActAsync(async tx =>
        {
            await tx.RecordAsync(new LedgerAct("test.start", "1"));
            await tx.ExecuteAsync("update filing_clock set boot = 'earlier' where tenant = @tenant");
            await tx.ExecuteAsync("update retention_state set boot = 'earlier' where tenant = @tenant");
        });
        custody.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(ClockTrust.Trusted, await LookAsync(custody));
        Assert.Equal(ClockTrust.Jumped, (await custody.SweepAsync()).Clock);
        Assert.Contains("clock_not_trusted", await custody.AlarmsAsync());

        // From there on a jump is one, forward and back.
        custody.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(ClockTrust.Jumped, await LookAsync(custody));
        custody.Time.Advance(TimeSpan.FromMinutes(-22));
        Assert.Equal(ClockTrust.Jumped, await LookAsync(custody));
        custody.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(ClockTrust.Trusted, await LookAsync(custody));
        // Destruction's doubt is its own, and its alarm stays.
        Assert.Contains("clock_not_trusted", await custody.AlarmsAsync());
        Assert.Equal(ClockTrust.Jumped, (await custody.SweepAsync()).Clock);
    }

    [Fact(Timeout = 120_000)]
    public async Task One_person_and_no_program_says_that_a_clock_in_doubt_is_right()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        await LookAsync(custody);
        var officer = new Actor(
            TenantId.Default,
            ActorKind.Person,
            "person:officer",
            new HashSet<Permission> { Permission.ReportFile }
        );
        Assert.Equal("clock_trusted", await RefusalAsync(custody, officer));
        custody.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(ClockTrust.Jumped, await LookAsync(custody));
        var program = Actor.Machine(TenantId.Default, "test", Permission.ReportFile);
        Assert.Equal("not_a_person", await RefusalAsync(custody, program));
        Assert.Equal("missing", await RefusalAsync(custody, officer, " "));

        Assert.Null(await RefusalAsync(custody, officer));

        Assert.Equal(ClockTrust.Trusted, await LookAsync(custody));
        Assert.Contains(FilingClock.Action, await custody.LedgerAsync(TenantId.Default.Value));
    }

    private static async Task<string?> RefusalAsync(
        CustodyKernel custody,
        Actor actor,
        string reason = "A watch."
    )
    {
        try
        {
            return await custody.Kernel.Db.ActAsync(
                actor,
                Permission.ReportFile,
                async tx =>
                {
                    await FilingClock.ConfirmAsync(tx, reason);
                    return (string?)null;
                }
            );
        }
        catch (RetentionException e)
        {
            return e.Code;
        }
    }

    private static Task<ClockTrust> LookAsync(CustodyKernel custody) =>
        custody.Kernel.Db.SystemAsync("test", isWrite: true, FilingClock.LookAsync);
}
