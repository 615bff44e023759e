using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting;

/// <summary>A file of an approved report, in the order of its upload.</summary>
/// <param name="ContentId">Sealed content that is sent; null: words alone, or nothing but its fingerprints.</param>
/// <param name="FileName">As it is sent.</param>
/// <param name="Details">What is said of it, as `ReportJson` writes it; empty: nothing.</param>
internal sealed record ApprovedFile(Guid? ContentId, string FileName, string Details)
{
    /// <summary>Words alone, sent as UTF-8.</summary>
    public string? Text { get; init; }

    /// <summary>Something of it is sent beside the report.</summary>
    [JsonIgnore]
    public bool IsSent => ContentId is not null || Text is not null;

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
                    {
                        Text = file.Text,
                    }
            )
        );
    }

    public static IReadOnlyList<ApprovedFile> Read(ReadOnlySpan<byte> document) =>
        JsonSerializer.Deserialize<List<ApprovedFile>>(document, JsonSerializerOptions.Web)!;

    public override string ToString() => $"File {ContentId?.ToString() ?? "by its fingerprints"}";
}
