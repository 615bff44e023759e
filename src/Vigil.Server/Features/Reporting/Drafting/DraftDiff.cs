using System.Text.Json;
using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <param name="Path">As "personOrUserReported[1].screenName", "fileDetails[a.jpg].publiclyAvailable".</param>
/// <param name="Before">Null: it was not there. Fingerprints are never shown: "changed".</param>
/// <param name="After">Null: it is not there any more.</param>
internal sealed record DraftChange(string Path, string? Before, string? After);

/// <summary>What changed between two drafts, field by field; files by their names. Pure.</summary>
internal static class DraftDiff
{
    private const string Hidden = "changed";

    public static IReadOnlyList<DraftChange> Between(ReportDraft before, ReportDraft after)
    {
        var (old, now) = (Fields(before), Fields(after));
        return
        [
            .. old
                .Keys.Union(now.Keys, StringComparer.Ordinal)
                .Where(path => old.GetValueOrDefault(path) != now.GetValueOrDefault(path))
                .Order(StringComparer.Ordinal)
                .Select(path => ChangeOf(path, old.GetValueOrDefault(path), now.GetValueOrDefault(path))),
        ];
    }

    private static DraftChange ChangeOf(string path, Field? before, Field? after) =>
        before?.IsSecret == true || after?.IsSecret == true
            ? new DraftChange(path, before is null ? null : Hidden, after is null ? null : Hidden)
            : new DraftChange(path, before?.Text, after?.Text);

    private static Dictionary<string, Field> Fields(ReportDraft draft)
    {
        var fields = new Dictionary<string, Field>(StringComparer.Ordinal);
        using var tip = JsonDocument.Parse(ReportJson.Write(draft.Tip));
        Add(fields, "", tip.RootElement.GetProperty("report"), isSecret: false);
        foreach (
            var (file, details) in draft.Files.Zip(
                tip.RootElement.GetProperty("fileDetails").EnumerateArray()
            )
        )
        {
            var name = $"fileDetails[{file.FileName}]";
            fields[name] = new Field("in the report", false);
            Add(fields, name, details, isSecret: false);
            foreach (var (kind, value) in FileFingerprints.Of(file))
            {
                fields[$"{name}.fingerprints[{kind}]"] = new Field(value, true);
            }
        }
        fields["why"] = new Field(draft.Why, false);
        foreach (var (path, reason) in draft.CannotSupply)
        {
            fields[$"cannotSupply[{path}]"] = new Field(reason, false);
        }
        foreach (var (name, value) in draft.Extra)
        {
            fields[$"extra[{name}]"] = new Field(value, false);
        }
        return fields;
    }

    private static void Add(Dictionary<string, Field> fields, string path, JsonElement value, bool isSecret)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var isHash =
                    isSecret || (value.TryGetProperty("type", out var type) && type.ToString() == "HASH");
                foreach (var member in value.EnumerateObject())
                {
                    var inner = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                    Add(fields, inner, member.Value, isHash || member.Name == "originalFileHash");
                }
                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in value.EnumerateArray().Index())
                {
                    Add(fields, $"{path}[{index + 1}]", item, isSecret);
                }
                break;
            default:
                fields[path] = new Field(
                    value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(),
                    isSecret
                );
                break;
        }
    }

    private sealed record Field(string Text, bool IsSecret);
}
