using System.Text;
using System.Text.Json;
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

    /// <summary>A draft as the reader wants it; what stands in it is not used.</summary>
    private const string Around = """
        {"report":{"incidentSummary":{"incidentType":"csam","incidentDateTime":"2020-01-01T00:00:00Z"},
        "reporter":{"reportingPerson":{"email":["a@example.com"]}}},"fileDetails":[
        """;

    /// <summary>What is said of it, read back; null: nothing, or it cannot be read.</summary>
    public FileDetails? ReadDetails()
    {
        if (Details.Length == 0)
        {
            return null;
        }
        var read = ReportJson.Read(Encoding.UTF8.GetBytes($"{Around}{Details}]}}"));
        return read.Findings.Count == 0 && read.Value?.FileDetails is [{ } details] ? details : null;
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
