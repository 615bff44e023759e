using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vigil.Cli.Output;

/// <summary>How one kind of report looks in each format.</summary>
/// <param name="Header">Column names of the CSV.</param>
/// <param name="Rows">Rows of the CSV, none to many a report.</param>
/// <param name="Lines">Lines for people, without line ends.</param>
/// <param name="Json">Writes the members of the report's object.</param>
internal sealed record ReportShape<T>(
    string[] Header,
    Func<T, IEnumerable<string[]>> Rows,
    Func<T, IEnumerable<string>> Lines,
    Action<Utf8JsonWriter, T> Json
);

/// <summary>Writes reports to standard output one by one, in the format asked for.</summary>
internal sealed class ReportWriter<T>(Terminal terminal, OutputFormat format, ReportShape<T> shape)
{
    // Names stay readable in every script; this is not a web page.
    private static readonly JsonWriterOptions JsonOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private bool _any;

    public void Begin()
    {
        if (format == OutputFormat.Csv)
        {
            terminal.Write(CsvLine.Of(shape.Header));
        }
        else if (format == OutputFormat.Json)
        {
            terminal.Write("[");
        }
    }

    public void Write(T report)
    {
        switch (format)
        {
            case OutputFormat.Csv:
                foreach (var row in shape.Rows(report))
                {
                    terminal.Write(CsvLine.Of(row));
                }

                break;
            case OutputFormat.Json:
                terminal.Write((_any ? ",\n" : "\n") + JsonOf(report));
                break;
            case OutputFormat.Jsonl:
                terminal.Write(JsonOf(report) + "\n");
                break;
            default:
                foreach (var line in shape.Lines(report))
                {
                    terminal.Write(line + "\n");
                }

                break;
        }
        _any = true;
    }

    public void End()
    {
        if (format == OutputFormat.Json)
        {
            terminal.Write("\n]\n");
        }

        terminal.Flush();
    }

    private string JsonOf(T report)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, JsonOptions))
        {
            json.WriteStartObject();
            shape.Json(json, report);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(_buffer.WrittenSpan);
    }
}
