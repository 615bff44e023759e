using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vigil.Cli.Output;
using Vigil.Media;

namespace Vigil.Cli.Benchmarks;

/// <summary>The times of one picture, or why there are none.</summary>
internal sealed record HashBench(
    string Path,
    HashTimings? Timings,
    Failure? Failure,
    Timing Digests = default,
    long FileBytes = 0
);

/// <summary>What all pictures of a run say together.</summary>
internal sealed class HashBenchTally(Terminal terminal)
{
    private int _pictures;
    private int _tried;
    private int _decided;
    private int _failed;
    private int _wrong;
    private readonly List<int> _greyBits = [];

    public int ExitCode =>
        _failed > 0 ? Cli.ExitCode.Incomplete
        : _wrong > 0 ? Cli.ExitCode.Found
        : Cli.ExitCode.Ok;

    public void Count(HashBench bench)
    {
        if (bench.Timings is not { } timings)
        {
            _failed++;
            terminal.Warn($"{Printable.Of(bench.Path)}: {Printable.Of(bench.Failure!.Advice)}");
            return;
        }
        _pictures++;
        _tried += timings.CompositeTried ? 1 : 0;
        _decided += timings.CompositeDecided ? 1 : 0;
        if (timings.GreyBits >= 0)
        {
            _greyBits.Add(timings.GreyBits);
        }
        if (!timings.Equal)
        {
            _wrong++;
            terminal.Warn($"{Printable.Of(bench.Path)}: the hashes differ, its times mean nothing.");
        }
    }

    public void Tell()
    {
        if (_pictures > 0)
        {
            var back = _tried - _decided;
            terminal.Warn(
                $"composite filter: fell back on {back} of {_tried} pictures"
                    + (_tried > 0 ? $" ({100.0 * back / _tried:F0} %)" : "")
                    + (_tried < _pictures ? $", too large for it: {_pictures - _tried}" : "")
            );
        }
        if (_greyBits.Count > 0)
        {
            _greyBits.Sort();
            terminal.Warn(
                $"hashes estimated from grey: off by {_greyBits.Average():F1} bits on average over {_greyBits.Count} "
                    + $"pictures, {_greyBits[_greyBits.Count * 95 / 100]} at the 95th percentile, "
                    + $"{_greyBits[^1]} at most"
            );
        }
        terminal.Warn($"machine: {Machine()}");
    }

    internal static string Machine()
    {
        var bits =
            Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256
            : 128;
        return $"{Environment.ProcessorCount} processors, {RuntimeInformation.ProcessArchitecture}, "
            + $"vectors of {bits} bits, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }
}
