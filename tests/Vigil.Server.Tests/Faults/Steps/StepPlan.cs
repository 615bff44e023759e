using System.Security.Cryptography;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>
/// After which step each run is killed: every one in --long, until a run gets to its end; else a few, spread over all,
/// other ones each time. Counts what they found.
/// </summary>
internal sealed class StepPlan(string operation, int sample)
{
    private static readonly bool IsLong =
        Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") is { Length: > 0 };

    private readonly HashSet<string> _hit = new(StringComparer.Ordinal);
    private readonly List<string> _lost = [];
    private readonly List<string> _half = [];
    private readonly List<string> _stuck = [];
    private int _kills;

    /// <summary>Of the run that was not killed.</summary>
    private IReadOnlyList<string> _steps = [];

    /// <param name="run">Does it once, killed after this step, or not at all for 0.</param>
    public async Task RunAsync(Func<int, Task<SystemCallSteps>> run)
    {
        _steps = (await run(0)).Names;
        Assert.NotEmpty(_steps);
        foreach (var step in IsLong ? Every() : Spread(_steps.Count))
        {
            var steps = await run(step);
            if (!steps.HasKilled)
            {
                if (IsLong && step > _steps.Count)
                {
                    break;
                }
                continue;
            }
            _kills++;
            _hit.Add(steps.Names[^1]);
        }
    }

    public void Lost(string what) => _lost.Add(what);

    public void Half(string what) => _half.Add(what);

    public void Stuck(string what) => _stuck.Add(what);

    /// <summary>Prints the counts, and fails on any that is not as it must be.</summary>
    /// <param name="named">Steps that there are in any case.</param>
    public void Report(params string[] named)
    {
        var output = TestContext.Current.TestOutputHelper;
        output?.WriteLine(
            $"{operation} steps={_steps.Count} kills={_kills} lost={_lost.Count} half={_half.Count} stuck={_stuck.Count}"
        );
        foreach (var step in _steps.GroupBy(step => step))
        {
            output?.WriteLine($"  {step.Count()} {step.Key}");
        }
        AssertNothingWrong();
        Assert.Empty(named.Except(_steps));
        Assert.Empty(IsLong ? named.Except(_hit) : []);
        Assert.InRange(_kills, IsLong ? _steps.Count * 9 / 10 : 1, int.MaxValue);
    }

    public void AssertNothingWrong() => Assert.Empty(_lost.Concat(_half).Concat(_stuck));

    /// <summary>Two runs differ in how their threads cross: it goes on to the first that was not killed.</summary>
    private static IEnumerable<int> Every()
    {
        for (var step = 1; ; step++)
        {
            yield return step;
        }
    }

    private IEnumerable<int> Spread(int steps)
    {
        for (var part = 0; part < sample; part++)
        {
            var (from, to) = (steps * part / sample, steps * (part + 1) / sample);
            yield return 1 + RandomNumberGenerator.GetInt32(from, Math.Max(to, from + 1));
        }
    }
}
