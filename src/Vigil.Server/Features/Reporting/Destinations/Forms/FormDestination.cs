using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// A destination whose document is a list of fields: the same list is the form, the coverage table and the writer, so
/// that they cannot differ.
/// </summary>
internal abstract class FormDestination : Destination
{
    private static readonly JsonSerializerOptions Canonical = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly FileDetails Nothing = new();

    /// <summary>Name and version of the document's form.</summary>
    public abstract string Form { get; }

    protected abstract IReadOnlyList<ReportField> Fields { get; }

    protected abstract IReadOnlyList<FileField> FileFields { get; }

    public override IReadOnlyList<FieldCoverage> Coverage =>
        [
            .. Fields.Select(each => new FieldCoverage(each.Name, each.Source, each.Note)),
            .. FileFields.Select(each => new FieldCoverage($"files[].{each.Name}", each.Source, each.Note)),
        ];

    public override IReadOnlyList<DraftFinding> Check(ReportDraft draft, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return
        [
            .. DutyFindings.Of(Code, DutyBook.Current, now),
            .. CommonChecks.Of(draft, now),
            .. OwnFindings(draft),
        ];
    }

    /// <summary>What this recipient wants besides.</summary>
    protected abstract IEnumerable<DraftFinding> OwnFindings(ReportDraft draft);

    public override RenderedReport Render(ReportDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var root = new JsonObject { ["form"] = Form };
        foreach (var field in Fields)
        {
            Put(root, field.Name, field.Value(draft));
        }
        if (FileFields.Count > 0)
        {
            root["files"] = new JsonArray([
                .. draft.Files.Select((file, i) => FileOf(file, DetailsOf(draft, i))),
            ]);
        }
        if (draft.CannotSupply.Count > 0)
        {
            root["notSupplied"] = new JsonObject(
                draft
                    .CannotSupply.OrderBy(each => each.Key, StringComparer.Ordinal)
                    .Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))
            );
        }
        return new RenderedReport(BytesOf(root), "application/json");
    }

    protected static byte[] BytesOf(JsonNode node) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(node, Canonical), (byte)'\n'];

    /// <summary>Where nobody may be called a suspect, not by the address of an upload either.</summary>
    private static FileDetails DetailsOf(ReportDraft draft, int index)
    {
        var details = index < draft.Tip.FileDetails.Count ? draft.Tip.FileDetails[index] : Nothing;
        return draft.NamesNoSuspect ? details with { IpCaptureEvent = null, DeviceId = [] } : details;
    }

    private JsonObject FileOf(DraftFile file, FileDetails details)
    {
        var root = new JsonObject();
        foreach (var field in FileFields)
        {
            Put(root, field.Name, field.Value(file, details));
        }
        return root;
    }

    protected static void Put(JsonObject root, string name, JsonNode? value)
    {
        if (value is null or JsonArray { Count: 0 } or JsonObject { Count: 0 })
        {
            return;
        }
        var parts = name.Split('.');
        var at = root;
        foreach (var part in parts[..^1])
        {
            at = (JsonObject)(at[part] ??= new JsonObject());
        }
        at[parts[^1]] = value;
    }
}
