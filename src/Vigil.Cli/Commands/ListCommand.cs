using System.CommandLine;
using Vigil.Cli.Output;

namespace Vigil.Cli.Commands;

/// <summary>`vigil list`: the lists of this installation.</summary>
internal static class ListCommand
{
    public static Command Create(Terminal terminal) =>
        new Verb(
            "list",
            """
            Brings hash lists in, looks into them, hands them on.

            Imported lists are kept sealed in the data folder.

            Example:
              vigil list import known.csv --name known-files --source "Example hotline"
            """
        )
        {
            ListImportCommand.Create(terminal),
            ListExportCommand.Create(terminal),
            ListInspectCommand.Create(terminal),
            ListShowCommand.Create(terminal),
        };
}
