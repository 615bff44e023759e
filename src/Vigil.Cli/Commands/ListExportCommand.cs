using System.CommandLine;
using Vigil.Cli.Installation;
using Vigil.Cli.Lists;
using Vigil.Cli.Output;
using Vigil.Files;
using Vigil.Matching.Lists;

namespace Vigil.Cli.Commands;

/// <summary>
/// `vigil list export`: an imported list as a plain file, for exchange with other programs.
/// </summary>
internal static class ListExportCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "The list's name here" };
    private static readonly Option<string> To = new("--to")
    {
        Description = "The file to write, or - for standard output",
        HelpName = "FILE",
        Required = true,
    };
    private static readonly Option<string?> Format = SharedOptions.Text(
        "--list-format",
        "csv|lines|vics|tx",
        "CSV with all fields (default), one hash a line, VICS 2.0 JSON, or ThreatExchange local file"
    );
    private static readonly Option<bool> Sha256 = SharedOptions.Flag(
        "--sha256",
        "With lines: the SHA-256 of the entries instead of their PDQ, which has as many digits"
    );

    private static readonly Option<string?> Reason = SharedOptions.Text(
        "--reason",
        "TEXT",
        "With --server, needed: why it leaves and for whom; stands in the ledger"
    );

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "export",
            """
            Writes an imported list as a plain file.

            Its hash values are then readable: protect the file. Exit code 3 when the format has no place for some.

            Example:
              vigil list export known-files --to known-files.csv
            """
        )
        {
            Name,
            To,
            Format,
            Sha256,
            ListServer.Address,
            Reason,
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
        using var server = ListServer.Of(parsed);
        return server is null
            ? Run(parsed, terminal)
            : await RunAsync(server, parsed, terminal, cancellation);
    }

    private static async Task<int> RunAsync(
        ListServer server,
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        var wanted = new
        {
            format = parsed.GetValue(Format) ?? "csv",
            sha256 = parsed.GetValue(Sha256),
            reason = parsed.GetValue(Reason),
        };
        var name = ListStore.RequireName(parsed.GetRequiredValue(Name));
        var to = parsed.GetRequiredValue(To);
        var left = await server.ExportAsync(
            name,
            wanted,
            async source =>
            {
                if (to == "-")
                {
                    await using var output = Console.OpenStandardOutput();
                    await source.CopyToAsync(output, cancellation);
                    return;
                }
                Durable.Replace(to, source.CopyTo);
                terminal.Warn($"{Printable.Of(to)}: it holds hash values in clear: protect it.");
            },
            cancellation
        );
        return Told(terminal, left);
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        using var data = DataFolder.Of(parsed);
        var format = SharedOptions.ReadChoice(
            Format,
            parsed.GetValue(Format),
            ("csv", ListFormat.Csv),
            ("lines", ListFormat.Lines),
            ("vics", ListFormat.Vics),
            ("tx", ListFormat.ThreatExchangeLocal)
        );
        var digits = SharedOptions.ReadDigits(parsed, Sha256);
        var list = new ListStore(data).Get(parsed.GetRequiredValue(Name));
        var to = parsed.GetRequiredValue(To);
        ListWriteResult? result = null;
        if (to == "-")
        {
            using var output = Console.OpenStandardOutput();
            result = ListWriter.Write(output, list, format, digits);
        }
        else
        {
            Durable.Replace(to, stream => result = ListWriter.Write(stream, list, format, digits));
            terminal.Warn(
                $"{Printable.Of(to)}: {result!.Rows} rows. It holds hash values in clear: protect it."
            );
        }
        return Told(terminal, result!.LeftOut);
    }

    private static int Told(Terminal terminal, long leftOut)
    {
        if (leftOut == 0)
        {
            return ExitCode.Ok;
        }

        terminal.Warn($"{leftOut} fingerprints have no place in this format: use --list-format csv for all.");
        return ExitCode.Incomplete;
    }
}
