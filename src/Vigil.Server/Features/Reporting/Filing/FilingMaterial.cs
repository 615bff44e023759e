using System.Text.Json;
using Vigil.CyberTip;
using Vigil.CyberTip.Filing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing;

/// <summary>A file of a report as it was approved.</summary>
/// <param name="ContentId">Null: nothing is sent, its fingerprints stand in the report.</param>
/// <param name="FileName">In the form of the upload.</param>
/// <param name="Details">What is said about it, as JSON; empty: nothing.</param>
internal sealed record FileToSend(Guid? ContentId, string FileName, string Details);

/// <summary>What was approved, opened: the document byte for byte, and the files that go with it.</summary>
/// <param name="Document">As it is sent.</param>
/// <param name="Files">Those that are sent, in order.</param>
internal sealed record FilingMaterial(byte[] Document, IReadOnlyList<FileToSend> Files)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    /// <summary>A draft as the reader wants it; what stands in it is not used.</summary>
    private const string Around = """
        {"report":{"incidentSummary":{"incidentType":"csam","incidentDateTime":"2020-01-01T00:00:00Z"},
        "reporter":{"reportingPerson":{"email":["a@example.com"]}}},"fileDetails":[
        """;

    public static FilingState NewState(ReportRow report, FilingMaterial material) =>
        FilingState.Approve(
            report.ApprovedAt!.Value,
            [.. material.Files.Select(file => new FilingFile(file.Details.Length > 0))]
        );

    /// <summary>Null: it is not there whole, and so nothing is sent.</summary>
    public static async Task<FilingMaterial?> ReadAsync(Tx tx, Guid reportId)
    {
        var document = await ReportDocuments.ReadAsync(tx, reportId, ReportDocuments.Approved);
        var files = await ReportDocuments.ReadAsync(tx, reportId, ReportDocuments.Files);
        if (document is null || files is null)
        {
            return null;
        }
        try
        {
            var all = JsonSerializer.Deserialize<List<FileToSend>>(files, Json) ?? [];
            List<FileToSend> sent = [.. all.Where(file => file.ContentId is not null)];
            return sent.All(file => file.Details.Length == 0 || DetailsOf(file) is not null)
                ? new FilingMaterial(document, sent)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null: none, or it cannot be read.</summary>
    public static FileDetails? DetailsOf(FileToSend file)
    {
        if (file.Details.Length == 0)
        {
            return null;
        }
        var document = System.Text.Encoding.UTF8.GetBytes($"{Around}{file.Details}]}}");
        var read = ReportJson.Read(document);
        return read.Findings.Count == 0 && read.Value?.FileDetails is [{ } details] ? details : null;
    }
}
