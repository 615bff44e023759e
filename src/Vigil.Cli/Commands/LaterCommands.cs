using System.CommandLine;
using Vigil.Cli.Output;

namespace Vigil.Cli.Commands;

/// <summary>
/// Commands whose names are settled and that this version does not have: they say so instead of "unknown".
/// </summary>
internal static class LaterCommands
{
    private static readonly string[] Names = ["import", "backfill", "backup", "restore", "upgrade"];

    public static IEnumerable<Command> Create(Terminal terminal) =>
        Names.Select(name =>
        {
            var answer = $"vigil {name} is not in this version. 'vigil --help' names what is.";
            var command = new Verb(name, $"Not in this version.\n\n{answer}")
            {
                Hidden = true,
                TreatUnmatchedTokensAsErrors = false,
            };
            command.SetAction(_ =>
            {
                terminal.Warn(answer);
                return ExitCode.Usage;
            });
            return command;
        });
}
