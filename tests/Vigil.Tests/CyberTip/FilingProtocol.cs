using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;

namespace Vigil.Tests.CyberTip;

/// <summary>What a worker does with an event: ours, or one that somebody might write in a hurry.</summary>
internal sealed class FilingProtocol(Func<FilingState, FilingEvent, Transition> step, bool isFenced = true)
{
    public static readonly FilingProtocol Ours = new(FilingMachine.Step);

    /// <summary>An unanswered finish is a failure: begin again.</summary>
    public static readonly FilingProtocol NaiveBeginsAgain = new(
        (state, happened) =>
            IsLostFinish(state, happened)
                ? FilingMachine.Step(state with { Phase = FilingPhase.Opening }, happened)
                : FilingMachine.Step(state, happened)
    );

    /// <summary>An unanswered finish will have arrived.</summary>
    public static readonly FilingProtocol NaiveHopes = new(
        (state, happened) =>
            IsLostFinish(state, happened)
                ? new(state with { Phase = FilingPhase.Filed, Epoch = happened.Epoch }, [])
                : FilingMachine.Step(state, happened)
    );

    /// <summary>An upload that was not answered is sent again.</summary>
    public static readonly FilingProtocol NaiveUploadsAgain = new(
        (state, happened) =>
            state is { Phase: FilingPhase.Uploading, IsSent: true } && IsLost(state, happened)
                ? SendAgain(state, happened)
                : FilingMachine.Step(state, happened)
    );

    /// <summary>A person's word is forgotten once the report is being finished.</summary>
    public static readonly FilingProtocol NaiveForgetsWithdrawal = new(
        (state, happened) =>
            FilingMachine.Step(
                state.Phase == FilingPhase.Finishing ? state with { IsWithdrawn = false } : state,
                happened
            )
    );

    /// <summary>Who lost the lease writes all the same.</summary>
    public static readonly FilingProtocol Unfenced = new(FilingMachine.Step, isFenced: false);

    public bool IsFenced => isFenced;

    public Transition Step(FilingState state, FilingEvent happened) => step(state, happened);

    private static Transition SendAgain(FilingState state, FilingEvent happened)
    {
        var epoch = Math.Max(happened.Epoch, state.Epoch + 1);
        var again = FilingMachine.Step(state with { IsSent = false }, new TookOver(epoch, happened.At, 0));
        return again with { State = again.State with { Epoch = happened.Epoch } };
    }

    private static bool IsLostFinish(FilingState state, FilingEvent happened) =>
        state is { Phase: FilingPhase.Finishing, IsSent: true } && IsLost(state, happened);

    private static bool IsLost(FilingState state, FilingEvent happened) =>
        happened is TookOver
        || happened is Answered { Answer.Class: AnswerClass.Lost } lost
            && lost.CallNumber == state.CallNumber;
}

/// <summary>Looks at every story there is. Equal states are looked at once and counted by the ways that lead on.</summary>
internal sealed class FilingExplorer(FilingProtocol protocol)
{
    private const int MaxSteps = 500;

    private readonly Dictionary<FilingWorld, (double Stories, double Bad)> _seen = [];

    public int States => _seen.Count;

    public string? FirstBad { get; private set; }

    public (double Stories, double Bad) Explore(FilingWorld world, int steps = 0)
    {
        if (_seen.TryGetValue(world, out var known))
        {
            return known;
        }
        if (steps > MaxSteps)
        {
            throw new InvalidOperationException($"A story without end: {world.Store}.");
        }
        var (stories, bad) = (0.0, 0.0);
        foreach (var next in world.Next(protocol))
        {
            var (more, moreBad) = Explore(next.Canonical(), steps + 1);
            stories += more;
            bad += moreBad;
        }
        // No zombie is left and nothing is to be begun: the end.
        if (stories == 0)
        {
            var verdict = world.Verdict();
            FirstBad ??= verdict is null ? null : $"{verdict}: {world.Store}, {world.Service.Count} reports";
            (stories, bad) = (1, verdict is null ? 0 : 1);
        }
        _seen.Add(world, (stories, bad));
        return (stories, bad);
    }
}
