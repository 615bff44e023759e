using System.Text.Json;
using System.Text.Json.Nodes;
using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>A file of an approved report, in the order of its upload.</summary>
/// <param name="ContentId">Sealed content that is sent; null: its fingerprints alone are reported.</param>
/// <param name="FileName">As it is sent.</param>
/// <param name="Details">What is said of it, as `ReportJson` writes it; empty: nothing.</param>
internal sealed record ApprovedFile(Guid? ContentId, string FileName, string Details)
{
    /// <summary>What is said of it, read back; null: nothing.</summary>
    public FileDetails? ReadDetails()
    {
        if (Details.Length == 0)
        {
            return null;
        }
        // A document of its own needs a report around it; what that lacks is not asked.
        var document = new JsonObject
        {
            ["report"] = new JsonObject(),
            ["fileDetails"] = new JsonArray(JsonNode.Parse(Details)),
        };
        return ReportJson.Read(JsonSerializer.SerializeToUtf8Bytes(document)).Value?.FileDetails[0];
    }

    /// <summary>All files of a draft, as the document "Files" keeps them.</summary>
    public static byte[] Write(ReportDraft draft)
    {
        using var tip = JsonDocument.Parse(ReportJson.Write(draft.Tip));
        var details = tip.RootElement.GetProperty("fileDetails").EnumerateArray().ToList();
        return JsonSerializer.SerializeToUtf8Bytes(
            draft.Files.Select(
                (file, index) =>
                    new ApprovedFile(
                        file.ContentId,
                        file.FileName,
                        index < details.Count ? details[index].GetRawText() : ""
                    )
            )
        );
    }

    public static IReadOnlyList<ApprovedFile> Read(ReadOnlySpan<byte> document) =>
        JsonSerializer.Deserialize<List<ApprovedFile>>(document)!;

    public override string ToString() => $"File {ContentId?.ToString() ?? "by its fingerprints"}";
}
