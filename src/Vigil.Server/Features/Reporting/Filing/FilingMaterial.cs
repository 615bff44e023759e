using System.Text.Json;
using Vigil.CyberTip.Filing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing;

/// <summary>What was approved, opened: the document byte for byte, and the files that go with it.</summary>
/// <param name="Document">As it is sent.</param>
/// <param name="Files">Those that are sent, in order.</param>
internal sealed record FilingMaterial(byte[] Document, IReadOnlyList<ApprovedFile> Files)
{
    public static FilingState NewState(ReportRow report, FilingMaterial material) =>
        FilingState.Approve(
            report.ApprovedAt!.Value,
            [.. material.Files.Select(file => new FilingFile(file.Details.Length > 0))]
        );

    /// <summary>Null: it is not there whole, and so nothing is sent.</summary>
    public static async Task<FilingMaterial?> ReadAsync(Tx tx, Guid reportId)
    {
        var document = await ReportDocuments.FindAsync(tx, reportId, ReportDocuments.Approved);
        var files = await ReportDocuments.FindAsync(tx, reportId, ReportDocuments.Files);
        if (document is null || files is null)
        {
            return null;
        }
        try
        {
            List<ApprovedFile> sent = [.. ApprovedFile.Read(files).Where(file => file.IsSent)];
            return sent.All(file => file.Details.Length == 0 || file.ReadDetails() is not null)
                ? new FilingMaterial(document, sent)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
