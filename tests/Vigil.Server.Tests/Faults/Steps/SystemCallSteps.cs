using System.Text.RegularExpressions;

namespace Vigil.Server.Tests.Faults.Steps;

/// <summary>
/// Watches a process from outside: it stops after every system call that changes a file of its folder or sends to a
/// socket, and is let go on, or killed, before its thread does anything else. What a kill before such a call leaves is
/// what one after the call before it leaves, so killing after each of them is killing before and after each.
/// </summary>
internal sealed partial class SystemCallSteps : IAsyncDisposable
{
    private readonly int _process;
    private readonly Step? _killAfter;
    private readonly CallNames _names;
    private readonly List<Step> _steps = [];
    private readonly Dictionary<string, string> _calls = new(StringComparer.Ordinal);
    private Strace? _strace;

    private SystemCallSteps(int process, string folder, Step? killAfter) =>
        (_process, _killAfter, _names) = (process, killAfter, new CallNames(folder));

    /// <summary>In order. Read it when the process is gone or no longer watched.</summary>
    public IReadOnlyList<Step> Done => _steps;

    public bool HasKilled { get; private set; }

    /// <param name="process">Its id.</param>
    /// <param name="folder">Of its files; absolute.</param>
    /// <param name="killAfter">Null: not at all.</param>
    public static async Task<SystemCallSteps> AttachAsync(int process, string folder, Step? killAfter)
    {
        var steps = new SystemCallSteps(process, folder, killAfter);
        string[] stops = ["-e", $"trace={CallNames.Calls}", "-e", $"inject={CallNames.Calls}:signal=SIGSTOP"];
        steps._strace = await Strace.AttachAsync(process, stops, steps.Take);
        return steps;
    }

    public ValueTask DisposeAsync() => _strace?.DisposeAsync() ?? ValueTask.CompletedTask;

    private bool Take(string line)
    {
        var match = Line().Match(line);
        var (thread, rest) = (match.Groups["thread"].Value, match.Groups["rest"].Value);
        if (rest.StartsWith("--- SIGSTOP {", StringComparison.Ordinal))
        {
            Count(thread, isStopped: true);
            GoOn();
        }
        else if (rest.Length == 0)
        {
            GoOn();
        }
        else if (char.IsAsciiLetterLower(rest[0]))
        {
            // Letting another thread go on takes back a stop that has just been asked for.
            Count(thread, isStopped: false);
            _calls[thread] = rest;
        }
        return HasKilled;
    }

    private void Count(string thread, bool isStopped)
    {
        if (!_calls.Remove(thread, out var call) || _names.Of(call) is not { } name)
        {
            return;
        }
        var before = _steps.Count(step => step.Name == name);
        if (
            HasKilled
            || (CallNames.IsWrite(name) && _steps is [.., var last] && last.Name == name)
            || (name == Step.Answer && before > 0)
        )
        {
            return;
        }
        var step = new Step(name, before + 1);
        _steps.Add(step);
        HasKilled = isStopped && step == _killAfter;
    }

    private void GoOn()
    {
        if (!HasKilled)
        {
            Strace.GoOn(_process);
        }
    }

    [GeneratedRegex(
        @"^(\[pid +(?<thread>\d+)\] )?(?<rest>.*)$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Line();
}
