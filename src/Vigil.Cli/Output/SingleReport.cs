using System.Text;
using System.Text.Json;

namespace Vigil.Cli.Output;

/// <summary>The answer of a command that has one: lines for people, or one JSON object.</summary>
internal static class SingleReport
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static void Write(
        Terminal terminal,
        OutputFormat format,
        IEnumerable<string> lines,
        Action<Utf8JsonWriter> json
    )
    {
        if (format != OutputFormat.Json)
        {
            foreach (var line in lines)
            {
                terminal.Write(line + "\n");
            }

            terminal.Flush();
            return;
        }
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            writer.WriteStartObject();
            json(writer);
            writer.WriteEndObject();
        }
        terminal.Write(Encoding.UTF8.GetString(buffer.ToArray()) + "\n");
        terminal.Flush();
    }
}
