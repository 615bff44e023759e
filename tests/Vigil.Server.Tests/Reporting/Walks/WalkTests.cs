using Vigil.Server.Features.Reporting.Filing;

namespace Vigil.Server.Tests.Reporting.Walks;

/// <summary>
/// Random walks of what lists, policies, programs, people and the service may do, by the very functions that the server
/// goes by: whatever comes in which order, nothing is reported without a person's decision.
/// </summary>
public sealed class WalkTests
{
    private const int Steps = 40;

    private static int Walks =>
        Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 100_000 : 20_000;

    [Fact]
    public void No_walk_leads_to_a_report_without_a_persons_decision()
    {
        var all = Run(new WalkRules(), Walks);
        Assert.True(
            all.Sent > Walks / 50
                && all.Filed > Walks / 100
                && all.Blocked > Walks / 50
                && all.Cleared > Walks / 50,
            $"Hardly anything happened: {all}"
        );
        Assert.Equal(0, all.Undecided);
    }

    /// <summary>The walks can see it: each rule left out alone is found.</summary>
    [Fact]
    public void A_rule_that_is_left_out_is_found()
    {
        var whole = new WalkRules();
        WalkRules[] broken =
        [
            // Whoever approved it.
            whole with
            {
                Refusal = (report, now) =>
                    FilingGate.Refusal(report, now) is FilingGate.NoPerson
                        ? null
                        : FilingGate.Refusal(report, now),
            },
            // Whatever the policy blocks is taken for confirmed.
            whole with
            {
                ConfirmsWhatIsBlocked = true,
            },
            // A draft of what nobody confirmed.
            whole with
            {
                DraftsWhatIsOpen = true,
            },
            // What was decided as not CSAM goes on.
            whole with
            {
                TakesBackWhatIsCleared = false,
            },
        ];
        foreach (var (index, rules) in broken.Index())
        {
            Assert.True(Run(rules, 5_000).Undecided > 0, $"Rule {index} was left out, and nobody noticed.");
        }
    }

    private static Counts Run(WalkRules rules, int walks)
    {
        var seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        var random = new Random(seed);
        var counts = new Counts();
        for (var i = 0; i < walks; i++)
        {
            var walk = new ReportWalk(random, rules);
            for (var step = 0; step < Steps; step++)
            {
                walk.Step();
            }
            counts = counts.And(walk);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"seed={seed} walks={walks} {counts}");
        return counts;
    }

    private sealed record Counts(
        int Sent = 0,
        int Filed = 0,
        int Blocked = 0,
        int Cleared = 0,
        int Undecided = 0
    )
    {
        public Counts And(ReportWalk walk) =>
            new(
                Sent + (walk.WasSent ? 1 : 0),
                Filed + (walk.IsFiled ? 1 : 0),
                Blocked + (walk.WasBlocked ? 1 : 0),
                Cleared + (walk.WasCleared ? 1 : 0),
                Undecided + (walk.WasSentUndecided ? 1 : 0)
            );
    }
}
