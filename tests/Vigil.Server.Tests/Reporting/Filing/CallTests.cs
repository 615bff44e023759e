using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Running;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>Destinations that take a report in one call, and the guarded way that files of any size leave by.</summary>
public sealed class CallTests
{
    private readonly List<FilingStep> _steps = [];
    private FilingState _state = FilingState.Approve(TimeProvider.System.GetUtcNow(), []);
    private int _sent;

    [Theory]
    [InlineData(CallOutcome.Filed, FilingPhase.Filed, "", 2)]
    [InlineData(CallOutcome.Rejected, FilingPhase.Rejected, "", 2)]
    [InlineData(CallOutcome.Unknown, FilingPhase.NeedsHuman, "needs_human", 2)]
    [InlineData(CallOutcome.NotAllowed, FilingPhase.Finishing, "credentials", 2)]
    [InlineData(CallOutcome.NotFiled, FilingPhase.Opening, "", 2)]
    internal async Task The_intent_is_kept_before_the_call_and_what_came_of_it_after(
        CallOutcome result,
        FilingPhase phase,
        string waitsFor,
        int steps
    )
    {
        await RunAsync(result);
        Assert.Equal((phase, waitsFor), (_state.Phase, WaitReasons.Of(_state)));
        Assert.Equal((1, steps), (_sent, _steps.Count));
        Assert.True(_steps[0].State is { IsSent: true, Phase: FilingPhase.Finishing });
    }

    [Fact]
    public async Task A_call_that_nobody_lived_to_see_answered_is_never_made_again_by_itself()
    {
        await RunAsync(CallOutcome.Filed, saves: 1);
        Assert.True(_state.IsSent);
        await RunAsync(CallOutcome.Filed);
        Assert.Equal((1, FilingPhase.NeedsHuman), (_sent, _state.Phase));
        await RunAsync(CallOutcome.Filed);
        Assert.Equal(1, _sent);
        _state = FilingChoices.Apply(
            _state,
            WaitReasons.Of(_state),
            FilingChoice.FileAgain,
            null,
            TimeProvider.System.GetUtcNow()
        );
        await RunAsync(CallOutcome.Filed);
        Assert.Equal((2, FilingPhase.Filed), (_sent, _state.Phase));
    }

    private async Task RunAsync(CallOutcome result, int saves = int.MaxValue)
    {
        var call = new CallFiling(TimeProvider.System, () => 0);
        await call.RunAsync(
            _state,
            _state.Epoch + 1,
            (step, _) =>
            {
                if (saves-- <= 0)
                {
                    return Task.FromResult(false);
                }
                Assert.Equal(_state, step.Before);
                _steps.Add(step);
                _state = FilingState.Parse(step.State.ToUtf8Json());
                return Task.FromResult(true);
            },
            _ =>
            {
                _sent++;
                return Task.FromResult(
                    new CallAnswer(result, "N-1", 200, "Said.", "SAMPLE receipt"u8.ToArray())
                );
            },
            TestContext.Current.CancellationToken
        );
    }
}
