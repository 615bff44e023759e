namespace Vigil.Trust;

/// <summary>Whether one part of the service can do its work now.</summary>
/// <param name="IsReady">False: no new work should be sent here.</param>
/// <param name="Text">What is so, in a few words.</param>
public sealed record ReadinessState(bool IsReady, string Text)
{
    /// <summary>What to do; empty: nothing.</summary>
    public string Advice { get; init; } = "";

    /// <summary>How old this knowledge is; null: it was looked at just now.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>A part that works, but not as it should: shown, and does not take the service out.</summary>
    public bool IsWarning { get; init; }

    public static ReadinessState Ready(string text) => new(true, text);

    public static ReadinessState Warning(string text, string advice) =>
        new(true, text) { Advice = advice, IsWarning = true };

    public static ReadinessState Broken(string text, string advice) => new(false, text) { Advice = advice };
}

/// <summary>One part and its state.</summary>
public sealed record ReadinessPart(string Name, ReadinessState State);

/// <summary>
/// What must hold before work is sent here. Features add their parts while the server is built. A check answers
/// from memory, at once: it never asks a database, a disk that may hang, or a network.
/// </summary>
public sealed class ReadinessChecks
{
    // Prevents a feature that starts late from adding while somebody looks.
    private readonly Lock _lock = new();
    private readonly List<(string Name, Func<ReadinessState> Check)> _checks = [];

    /// <param name="name">As "index": stable, programs go by it.</param>
    /// <param name="check">Answers from memory; what it throws counts as broken.</param>
    public void Add(string name, Func<ReadinessState> check)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(check);
        lock (_lock)
        {
            _checks.Add((name, check));
        }
    }

    /// <summary>Every part, in the order they were added.</summary>
    public IReadOnlyList<ReadinessPart> Look()
    {
        lock (_lock)
        {
            return [.. _checks.Select(part => new ReadinessPart(part.Name, StateOf(part.Check)))];
        }
    }

    private static ReadinessState StateOf(Func<ReadinessState> check)
    {
        try
        {
            return check();
        }
        catch (Exception e)
        {
            // A check that fails says nothing good; its message may hold what no caller should see.
            return ReadinessState.Broken(
                $"Its check failed: {e.GetType().Name}.",
                "Look at the server's log; restart it if this stays."
            );
        }
    }
}
