using System.CommandLine;
using Vigil.Cli.Output;

namespace Vigil.Cli.Commands;

/// <summary>`vigil bench`: what this machine does, measured beside a plain version in the same run.</summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal) =>
        new Verb(
            "bench",
            """
            Measures the engine on this machine, on data made for it or given.

            Every answer is checked; a wrong one ends with exit code 1. Ratios are taken within one run.

            Example:
              vigil bench search --entries 1000000
              vigil bench hunt --hashes 1000000
              vigil bench hash holiday.jpg
              vigil bench robustness ~/test-pictures --out report
            """
        )
        {
            BenchSearchCommand.Create(terminal),
            BenchHuntCommand.Create(terminal),
            BenchHashCommand.Create(terminal),
            BenchRobustnessCommand.Create(terminal),
        };
}
