using System.CommandLine;
using Vigil.Cli.Lists;
using Vigil.Cli.Lookups;
using Vigil.Cli.Output;

namespace Vigil.Cli.Commands;

/// <summary>`vigil list inspect`: what importing a list file would take and refuse.</summary>
internal static class ListInspectCommand
{
    private static readonly Option<string?> Format = SharedOptions.SingleFormat();

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "inspect",
            """
            Reads a list file and says what is in it, without importing it.

            Exit code 3 when rows would be rejected.

            Example:
              vigil list inspect hashes.csv --columns md5=MD5
            """
        )
        {
            ListFile.Path,
            ListFile.Format,
            ListFile.Columns,
            ListFile.Sha256,
            ListFile.RejectsTo,
            Format,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        var format = ListFile.ReadOutputFormat(parsed, Format);
        var counts = new ListCounts();
        var rejects = new Rejects();
        await ListFile.ReadAsync(parsed, terminal, rejects, rows => counts.AddAll(rows), cancellation);
        SingleReport.Write(
            terminal,
            format,
            [counts.Line(), rejects.Summary()],
            json =>
            {
                counts.WriteJson(json);
                rejects.WriteJson(json);
            }
        );
        return rejects.Count > 0 ? ExitCode.Incomplete : ExitCode.Ok;
    }
}
