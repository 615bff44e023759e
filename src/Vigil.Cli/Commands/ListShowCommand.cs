using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Vigil.Cli.Installation;
using Vigil.Cli.Lists;
using Vigil.Cli.Output;
using Vigil.Matching.Lists;

namespace Vigil.Cli.Commands;

/// <summary>`vigil list show`: the lists that were imported.</summary>
internal static class ListShowCommand
{
    private static readonly Argument<string?> Name = new("NAME")
    {
        Description = "One list; without it, all",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string?> Format = SharedOptions.SingleFormat();

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "show",
            """
            Names the imported lists, with what they are for and how many entries they have.

            Example:
              vigil list show
            """
        )
        {
            Name,
            ListServer.Address,
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
        using var server = ListServer.Of(parsed);
        return server is null
            ? Run(parsed, terminal)
            : await ServerShow.RunAsync(
                server,
                parsed.GetValue(Name),
                SharedOptions.ReadSingleFormat(parsed, Format),
                terminal,
                cancellation
            );
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        using var data = DataFolder.Of(parsed);
        var store = new ListStore(data);
        var names = parsed.GetValue(Name) is { } one ? [one] : store.Names().ToList();
        var lists = names.Select(store.Get);
        if (SharedOptions.ReadSingleFormat(parsed, Format) == OutputFormat.Json)
        {
            SingleReport.Write(terminal, OutputFormat.Json, [], json => WriteJson(json, lists));
            return ExitCode.Ok;
        }
        if (names.Count == 0)
        {
            terminal.Write("No list is imported yet: 'vigil list import FILE --name NAME'.\n");
            return ExitCode.Ok;
        }
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("name", "purpose", "entries", "radius", "report-eligible", "source");
        foreach (var list in lists)
        {
            table.AddRow(Cells(list).Select(cell => new Text(Printable.Of(cell))));
        }

        terminal.WriteTable(table);
        return ExitCode.Ok;
    }

    private static string[] Cells(SignalList list) =>
        [
            (list.Info.IsTest ? "TEST " : "") + list.Info.Name,
            Advice.Kebab(list.Info.Purpose),
            $"{list.Entries.Count}",
            $"{list.Info.Radius.Bits}",
            list.Info.IsReportEligible ? "yes" : "no",
            list.Info.Source,
        ];

    private static void WriteJson(Utf8JsonWriter json, IEnumerable<SignalList> lists)
    {
        json.WriteStartArray("lists");
        foreach (var list in lists)
        {
            var counts = new ListCounts();
            foreach (var entry in list.Entries)
            {
                counts.Add(entry);
            }

            json.WriteStartObject();
            json.WriteString("name", list.Info.Name);
            json.WriteString("purpose", Advice.Kebab(list.Info.Purpose));
            json.WriteString("source", list.Info.Source);
            json.WriteString("attestation", list.Info.Attestation);
            json.WriteNumber("radius", list.Info.Radius.Bits);
            json.WriteNumber("qualityFloor", list.Info.QualityFloor.Value);
            json.WriteBoolean("test", list.Info.IsTest);
            counts.WriteJson(json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
