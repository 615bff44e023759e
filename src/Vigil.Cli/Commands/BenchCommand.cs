using System.CommandLine;
using Vigil.Cli.Output;

namespace Vigil.Cli.Commands;

/// <summary>`vigil bench`: measures this machine, with every answer checked.</summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal) =>
        new Verb(
            "bench",
            """
            Measures this machine.

            Every answer is checked; a figure whose answer is wrong is an error.

            Example:
              vigil bench hash holiday.jpg
            """
        )
        {
            BenchHashCommand.Create(terminal),
        };
}
