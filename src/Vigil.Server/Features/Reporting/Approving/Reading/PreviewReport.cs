using System.Security.Cryptography;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Reading;

/// <summary>The very bytes: of a draft as it would leave now, later as they were approved.</summary>
internal sealed record Preview(byte[] Document, string MediaType)
{
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Document));

    public override string ToString() => $"{Document.Length} bytes";
}

internal static class PreviewReport
{
    /// <summary>With how many words of people the document quotes.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static async Task<WordsOf<Preview>> WithWordsAsync(Tx tx, Guid id)
    {
        var preview = await RunAsync(tx, id);
        var report = await ReadReports.RequireAsync(tx, id);
        return new WordsOf<Preview>(
            report.CaseRef,
            ReportedWords.OfDocument(await Drafts.ReadAsync(tx, report)),
            preview
        );
    }

    /// <exception cref="ProblemException">No such report, or it was never written for its recipient.</exception>
    public static async Task<Preview> RunAsync(Tx tx, Guid id)
    {
        var report = await ReadReports.RequireAsync(tx, id);
        return await ApprovedAsync(tx, id)
            ?? (
                report.State == ReportState.Draft
                    ? Of(await ApprovalChecks.RenderAsync(tx, report))
                    : throw ProblemException.NotFound(
                        "Nothing was written for its recipient: it was withdrawn as a draft."
                    )
            );
    }

    public static Preview Of(ReadyReport ready) => new(ready.Rendered.Document, ready.Rendered.MediaType);

    /// <summary>Null: it is not approved.</summary>
    public static async Task<Preview?> ApprovedAsync(Tx tx, Guid id) =>
        await ReportDocuments.FindAsync(tx, id, ReportDocuments.Approved) is { } approved
            ? new Preview(approved, "application/octet-stream")
            : null;
}
