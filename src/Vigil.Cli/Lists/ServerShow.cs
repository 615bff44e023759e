using System.Text.Json;
using Spectre.Console;
using Vigil.Cli.Output;

namespace Vigil.Cli.Lists;

/// <summary>`vigil list show --server`: the lists of a running server.</summary>
internal static class ServerShow
{
    public static async Task<int> RunAsync(
        ListServer server,
        string? name,
        OutputFormat format,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        var all = (await server.ListsAsync(cancellation)).GetProperty("lists").EnumerateArray();
        var lists = all.Where(list => name is null || Text(list, "name") == name).ToList();
        if (name is not null && lists.Count == 0)
        {
            throw new UsageException($"The server has no list '{Printable.Of(name)}'.");
        }
        if (format == OutputFormat.Json)
        {
            SingleReport.Write(terminal, format, [], json => Write(json, lists));
            return ExitCode.Ok;
        }
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("name", "purpose", "mode", "entries", "radius", "report-eligible", "source");
        foreach (var list in lists)
        {
            table.AddRow(Cells(list).Select(cell => new Text(Printable.Of(cell))));
        }
        terminal.WriteTable(table);
        return ExitCode.Ok;
    }

    private static string[] Cells(JsonElement list) =>
        [
            (list.GetProperty("isTest").GetBoolean() ? "TEST " : "") + Text(list, "name"),
            Text(list, "purpose"),
            Text(list, "mode"),
            $"{list.GetProperty("entries").GetProperty("active").GetInt64()}",
            $"{list.GetProperty("radius").GetInt32()}",
            list.GetProperty("isReportEligible").GetBoolean() ? "yes" : "no",
            Text(list, "source"),
        ];

    private static string Text(JsonElement list, string name) => list.GetProperty(name).GetString() ?? "";

    private static void Write(Utf8JsonWriter json, List<JsonElement> lists)
    {
        json.WriteStartArray("lists");
        lists.ForEach(list => list.WriteTo(json));
        json.WriteEndArray();
    }
}
