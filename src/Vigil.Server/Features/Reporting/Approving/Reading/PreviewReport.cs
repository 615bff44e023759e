using System.Security.Cryptography;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Reading;

/// <summary>The very bytes: of a draft as it would leave now, later as they were approved.</summary>
internal sealed record Preview(byte[] Document, string MediaType)
{
    public bool IsHighPriority { get; init; }

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Document));

    public override string ToString() => $"{Document.Length} bytes";
}

internal static class PreviewReport
{
    /// <exception cref="Http.ProblemException">No such report, or it was never written for its recipient.</exception>
    public static async Task<Preview> RunAsync(Tx tx, Guid id) =>
        await FindAsync(tx, id)
        ?? throw Http.ProblemException.NotFound("Nothing was written for its recipient: it was withdrawn as a draft.");

    public static async Task<Preview?> FindAsync(Tx tx, Guid id)
    {
        var report = await ReadReports.RequireAsync(tx, id);
        if (await ReportDocuments.FindAsync(tx, id, ReportDocuments.Approved) is { } approved)
        {
            return new Preview(approved, "application/octet-stream") { IsHighPriority = report.IsHighPriority };
        }
        if (report.State != ReportState.Draft || AllDestinations.Find(report.Destination) is null)
        {
            return null;
        }
        var ready = await ApprovalChecks.RenderAsync(tx, report);
        return new Preview(ready.Rendered.Document, ready.Rendered.MediaType)
        {
            IsHighPriority = ready.IsHighPriority,
        };
    }
}
