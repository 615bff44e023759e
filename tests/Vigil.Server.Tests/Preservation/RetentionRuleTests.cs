using Vigil.Server.Tests.Running;
using Vigil.Trust;
using Vigil.Trust.Custody;

namespace Vigil.Server.Tests.Preservation;

public class RetentionRuleTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Each condition alone keeps it; without any it is destroyed.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("pending", false)]
    [InlineData("term", false)]
    [InlineData("one of two terms", false)]
    [InlineData("hold", false)]
    [InlineData("hold with end", false)]
    [InlineData("jumped", false)]
    [InlineData("skewed", false)]
    [InlineData("term just over", true)]
    [InlineData("hold lifted", true)]
    [InlineData("hold just expired", true)]
    public void Nothing_is_destroyed_while_anything_keeps_it(string what, bool isDestroyed)
    {
        DateTimeOffset[] terms = what switch
        {
            "term" => [T0.AddMilliseconds(1)],
            "one of two terms" => [T0.AddDays(-9), T0.AddDays(1)],
            "term just over" => [T0, T0.AddDays(-9)],
            _ => [],
        };
        ClaimedHold[] holds = what switch
        {
            "hold" => [new(null, null)],
            "hold with end" => [new(T0, null), new(null, T0.AddMilliseconds(1))],
            "hold lifted" => [new(T0, null)],
            "hold just expired" => [new(null, T0)],
            _ => [],
        };
        var clock = what switch
        {
            "jumped" => ClockTrust.Jumped,
            "skewed" => ClockTrust.Skewed,
            _ => ClockTrust.Trusted,
        };
        Assert.Equal(isDestroyed, RetentionRule.Destroyable(new(what == "pending", terms, holds), T0, clock));
    }

    /// <summary>
    /// Worked out by hand from the laws' words: a year by the calendar and a day, never fewer than 366 days; 21 days.
    /// </summary>
    [Theory]
    [InlineData("US", "2026-07-01T12:00:00+00:00", "2027-07-02T12:00:00+00:00")]
    [InlineData("US", "2027-06-01T00:00:00+00:00", "2028-06-02T00:00:00+00:00")] // 29 February between: 367 days
    [InlineData("US", "2028-02-29T10:00:00+00:00", "2029-03-01T10:00:00+00:00")] // no 29 February a year later
    [InlineData("US", "2028-02-28T10:00:00+00:00", "2029-03-01T10:00:00+00:00")] // the 28th, after leap day: 366 days
    [InlineData("US", "2026-03-29T01:30:00+01:00", "2027-03-30T00:30:00+00:00")] // Europe's clocks change that night
    [InlineData("US", "2026-11-01T01:30:00-07:00", "2027-11-02T08:30:00+00:00")] // America's do
    [InlineData("US", "2026-12-31T23:30:00-11:00", "2028-01-02T10:30:00+00:00")] // the next year already in UTC
    [InlineData("GB", "2026-04-07T00:00:00+01:00", "2027-04-07T23:00:00+00:00")]
    [InlineData("CA", "2026-07-01T12:00:00+00:00", "2026-07-22T12:00:00+00:00")]
    [InlineData("US", "9999-06-01T00:00:00+00:00", "9999-12-31T23:59:59.999+00:00")]
    [InlineData("CA", "9999-12-31T23:00:00+00:00", "9999-12-31T23:59:59.999+00:00")]
    public void Terms_are_those_of_the_law_on_leap_days_changes_of_clocks_and_in_every_zone(
        string place,
        string from,
        string until
    )
    {
        var law = KnownJurisdictions.Find(place)!.Preservation!;
        var keepUntil = law.KeepUntil(DateTimeOffset.Parse(from));
        Assert.Equal(DateTimeOffset.Parse(until), keepUntil);
        Assert.True(
            keepUntil.Year == 9999 || keepUntil - DateTimeOffset.Parse(from) >= TimeSpan.FromDays(law.Days)
        );
    }

    [Fact]
    public void Where_the_law_is_not_known_here_nothing_is_kept_and_each_rule_names_its_source()
    {
        Assert.Null(KnownJurisdictions.Find("DE")!.Preservation);
        Assert.Null(KnownJurisdictions.Find("AU")!.Preservation);
        var rules = KnownJurisdictions.All.Where(place => place.Preservation is not null).ToList();
        Assert.Equal(["CA", "GB", "US"], rules.Select(place => place.Code).Order());
        Assert.All(rules, place => Assert.True(place.Preservation!.Source.Length > 20));
        Assert.All(rules, place => Assert.True(place.Preservation!.CheckedOn >= new DateOnly(2026, 1, 1)));
        Assert.Equal(1825, KnownJurisdictions.Find("GB")!.Preservation!.ReferenceDays);
    }

    [Fact]
    public void A_clock_that_jumps_by_more_than_ten_minutes_is_not_trusted_whenever_it_jumped()
    {
        ClockMark At(string boot, double minutesSinceBoot, double minutes) =>
            new(boot, TimeSpan.FromMinutes(minutesSinceBoot), T0.AddMinutes(minutes));
        var anchor = At("a", 100, 0);
        // The wall's clock goes with the other one.
        Assert.Equal(ClockTrust.Trusted, TrustedClock.Judge(anchor, T0, At("a", 5100, 5000), null));
        Assert.Equal(ClockTrust.Trusted, TrustedClock.Judge(anchor, T0, At("a", 5100, 5009), null));
        Assert.Equal(ClockTrust.Jumped, TrustedClock.Judge(anchor, T0, At("a", 5100, 5011), null));
        Assert.Equal(ClockTrust.Jumped, TrustedClock.Judge(anchor, T0, At("a", 5100, 4989), null));
        Assert.Equal(ClockTrust.Jumped, TrustedClock.Judge(anchor, T0, At("a", 101, 525_600), null));
        // Another boot: as long as it was off.
        Assert.Equal(ClockTrust.Trusted, TrustedClock.Judge(anchor, T0.AddMinutes(50), At("b", 1, 55), null));
        Assert.Equal(ClockTrust.Jumped, TrustedClock.Judge(anchor, T0.AddMinutes(50), At("b", 1, 61), null));
        Assert.Equal(ClockTrust.Jumped, TrustedClock.Judge(anchor, T0.AddMinutes(50), At("b", 1, 39), null));
        // The database's clock.
        Assert.Equal(ClockTrust.Trusted, TrustedClock.Judge(anchor, T0, At("a", 101, 1), T0.AddMinutes(5)));
        Assert.Equal(ClockTrust.Skewed, TrustedClock.Judge(anchor, T0, At("a", 101, 1), T0.AddMinutes(7)));
        Assert.Equal(T0, TrustedClock.Parse("2026-03-01 00:00:00"));
        Assert.Equal(T0, TrustedClock.Parse("2026-03-01 02:00:00+02"));
    }

    /// <summary>100,000 lives of one content in --long, a fifth otherwise, against the obvious reference.</summary>
    [Fact]
    public void The_rule_is_that_of_the_reference_in_every_life_of_a_content()
    {
        var (random, lives) = Seeded(100_000);
        for (var life = 0; life < lives; life++)
        {
            var model = new ReferenceLife(T0);
            var (holds, clocks) = (new List<ClaimedHold>(), new List<DateTimeOffset?>());
            var now = T0;
            for (var step = random.Next(1, 25); step > 0; step--)
            {
                switch (random.Next(5))
                {
                    case 0:
                        DateTimeOffset? end =
                            random.Next(2) == 0 ? null : now.AddHours(random.Next(1, 20_000));
                        holds.Add(new(null, end));
                        model.AddHold(end);
                        break;
                    case 1 when holds.Count > 0:
                        var lifted = random.Next(holds.Count);
                        holds[lifted] = holds[lifted] with { LiftedAt = holds[lifted].LiftedAt ?? now };
                        model.Lift(lifted, now);
                        break;
                    case 2:
                        clocks.Add(null);
                        model.BeginReport();
                        break;
                    case 3 when clocks.Contains(null):
                        var done = clocks.IndexOf(null);
                        clocks[done] = KnownJurisdictions.Find("US")!.Preservation!.KeepUntil(now);
                        model.FinishReport(done, now);
                        break;
                    default:
                        now = now.AddHours(random.Next(1, 6000));
                        break;
                }
                var claims = new Claims(
                    clocks.Contains(null),
                    [.. clocks.Where(clock => clock is not null).Select(clock => clock!.Value)],
                    holds
                );
                var isDestroyable = RetentionRule.Destroyable(claims, now, ClockTrust.Trusted);
                Assert.True(isDestroyable == model.MayGo(now), $"life {life}, {now:O}");
                Assert.False(RetentionRule.Destroyable(claims, now, ClockTrust.Jumped));
                Assert.Equal(isDestroyable, RetentionRule.DueAt(claims, T0) <= now);
            }
        }
    }

    internal static (Random Random, int Count) Seeded(int full)
    {
        var seed = Environment.GetEnvironmentVariable("VIGIL_TEST_SEED") is { Length: > 0 } given
            ? int.Parse(given)
            : Random.Shared.Next();
        var count = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? full : full / 5;
        TestContext.Current.TestOutputHelper?.WriteLine($"VIGIL_TEST_SEED={seed}, {count} of {full}");
        return (new Random(seed), count);
    }
}
