using System.Security.Cryptography;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>After which steps each operation is killed, and what the kills found.</summary>
internal sealed class StepTally
{
    /// <summary>Of the steps of an operation the ordinary test takes one in so many, others each time.</summary>
    private const int OneIn = 10;

    private const int KillsInLong = 100;

    private static readonly bool IsLong =
        Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") is { Length: > 0 };

    private readonly Dictionary<string, IReadOnlyList<Step>> _steps = new(StringComparer.Ordinal);
    private readonly List<string> _lost = [];
    private readonly List<string> _half = [];
    private readonly List<string> _stuck = [];
    private readonly List<string> _missed = [];
    private readonly Dictionary<string, int> _kills = new(StringComparer.Ordinal);

    /// <summary>What is going on, as "seal, fsync vigil.db-wal".</summary>
    public string Now { get; set; } = "";

    /// <summary>Something acknowledged is not there.</summary>
    public void Lost(string what) => _lost.Add($"{what} ({Now})");

    /// <summary>Something is neither whole nor absent.</summary>
    public void Half(string what) => _half.Add($"{what} ({Now})");

    /// <summary>Something cannot be done, or finished, after the restart.</summary>
    public void Stuck(string what) => _stuck.Add($"{what} ({Now})");

    /// <param name="operation">Its name.</param>
    /// <param name="steps">Of a run that nobody killed.</param>
    /// <returns>After which it is to be killed.</returns>
    public IEnumerable<Step> Choose(string operation, IReadOnlyList<Step> steps)
    {
        _steps[operation] = steps;
        _kills[operation] = 0;
        var parts = IsLong ? steps.Count : Math.Max(2, steps.Count / OneIn);
        for (var part = 0; part < parts; part++)
        {
            var (from, to) = (steps.Count * part / parts, steps.Count * (part + 1) / parts);
            yield return steps[RandomNumberGenerator.GetInt32(from, to)];
        }
    }

    public void Killed(string operation) => _kills[operation]++;

    /// <summary>Two runs may differ in how their threads cross; nor is every call stopped after.</summary>
    public void Missed(Step step) => _missed.Add($"{step} ({Now})");

    /// <summary>Prints the counts, and fails on any that is not as it must be.</summary>
    public void Report()
    {
        var output = TestContext.Current.TestOutputHelper;
        var counts = string.Join(' ', _steps.Select(steps => $"{steps.Key}={steps.Value.Count}"));
        output?.WriteLine(
            $"steps: {counts} kills={_kills.Values.Sum()} lost={_lost.Count} half={_half.Count} stuck={_stuck.Count}"
        );
        foreach (var (operation, steps) in _steps)
        {
            output?.WriteLine($"{operation}: {string.Join(", ", steps)}");
        }
        output?.WriteLine($"not come to: {string.Join(", ", _missed)}");
        Assert.Empty(_lost.Concat(_half).Concat(_stuck));
        var all = _steps.Values.Sum(steps => steps.Count);
        Assert.InRange(_missed.Count, 0, IsLong ? all / 10 : 2);
        Assert.InRange(_kills.Values.Sum(), IsLong ? KillsInLong : _steps.Count, int.MaxValue);
        Assert.All(_kills.Values, kills => Assert.NotEqual(0, kills));
    }

    /// <summary>Steps that there are in any case: without them the names say nothing.</summary>
    public void Require(string operation, params string[] names) =>
        Assert.Empty(names.Except(_steps[operation].Select(step => step.Name)));
}
