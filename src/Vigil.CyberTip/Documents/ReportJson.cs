using System.Text.Encodings.Web;
using System.Text.Json;
using Vigil.CyberTip.Documents;
using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip;

/// <summary>
/// Drafts as JSON, for people and programs: the names and words of the XML, in any order, attributes as members, text
/// beside them as <c>value</c> or alone as a string. Words may also be this library's names (<c>csam</c>).
/// </summary>
/// <example><c>{"report": {"incidentSummary": {...}, "reporter": {...}}, "fileDetails": [{...}]}</c></example>
public static class ReportJson
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads a draft. Never throws for what stands in it: what is wrong is a finding.</summary>
    public static Reading<Draft> Read(ReadOnlyMemory<byte> document, DocumentLimits? limits = null)
    {
        limits ??= DocumentLimits.Default;
        try
        {
            var root = JsonTree.Read(document, limits);
            var binder = new Binder(isJson: true, limits);
            Report? report = null;
            var files = new List<FileDetails>();
            foreach (var child in root.Children)
            {
                if (child.Name == "report" && report is null)
                {
                    report = (Report)binder.Bind(Shape.Of(typeof(Report)), child, "report");
                }
                else if (child.Name == "fileDetails")
                {
                    var path = ReportRules.FilePath(files.Count);
                    files.Add((FileDetails)binder.Bind(Shape.Of(typeof(FileDetails)), child, path));
                }
                else
                {
                    binder.Report(
                        "",
                        Rule.Root,
                        "A draft has one member 'report', and may have 'fileDetails'."
                    );
                }
            }
            if (report is null)
            {
                binder.Report("report", Rule.Required, "Is missing.");
            }
            var draft = report is null ? null : new Draft { Report = report, FileDetails = [.. files] };
            return new(draft, binder.Findings);
        }
        catch (DocumentException e)
        {
            return new(null, [e.Finding]);
        }
    }

    /// <summary>The draft as UTF-8, with the words of the wire. Reading gives an equal draft.</summary>
    public static byte[] Write(Draft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Readable))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("report");
            WritePart(writer, Shape.Of(typeof(Report)), draft.Report);
            writer.WriteStartArray("fileDetails");
            foreach (var details in draft.FileDetails)
            {
                WritePart(writer, Shape.Of(typeof(FileDetails)), details);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void WritePart(Utf8JsonWriter writer, Shape shape, object part)
    {
        writer.WriteStartObject();
        foreach (var member in shape.Members)
        {
            var values = member.ValuesOf(part).ToList();
            if (values.Count == 0)
            {
                continue;
            }
            writer.WritePropertyName(member.Wire.IsText ? JsonTree.TextName : member.Name);
            if (!member.IsList)
            {
                WriteValue(writer, member, values[0]);
                continue;
            }
            writer.WriteStartArray();
            values.ForEach(value => WriteValue(writer, member, value));
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, Member member, object value)
    {
        switch (value)
        {
            case var part when member.Part is { } shape:
                WritePart(writer, shape, part);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteStringValue(SimpleValues.Write(value));
                break;
        }
    }
}
