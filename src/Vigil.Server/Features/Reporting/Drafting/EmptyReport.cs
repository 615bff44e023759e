using System.Text.Json;
using Vigil.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Takes out of a report's draft whom and what it was about. Whoever asks for that recorded it.</summary>
internal static class EmptyReport
{
    public static async Task RunAsync(Tx tx, ReportRow row)
    {
        await tx.ExecuteAsync(
            "delete from report_unseen where tenant = @tenant and report_id = @id",
            new { id = row.Id }
        );
        await Drafts.EmptyAsync(tx, row, Emptied(await FindAsync(tx, row), row));
    }

    /// <summary>Null: it does not open, and is emptied all the same.</summary>
    private static async Task<ReportDraft?> FindAsync(Tx tx, ReportRow row)
    {
        try
        {
            return await Drafts.ReadAsync(tx, row);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Times and kinds stay; persons, files and words go.</summary>
    private static ReportDraft Emptied(ReportDraft? draft, ReportRow row) =>
        new()
        {
            Tip = new Draft
            {
                Report = new Report
                {
                    IncidentSummary = new IncidentSummary
                    {
                        IncidentType = default,
                        IncidentDateTime = default,
                    },
                    Reporter = draft?.Tip.Report.Reporter ?? new Reporter { ReportingPerson = new() },
                },
            },
            ProblemType = draft?.ProblemType ?? "",
            Surface = draft?.Surface ?? "",
            KnowledgeAt = draft?.KnowledgeAt ?? row.KnowledgeAt,
            ReceivedAt = draft?.ReceivedAt,
            MatchedAt = draft?.MatchedAt,
            NamesNoSuspect = draft?.NamesNoSuspect ?? false,
            IsTest = draft?.IsTest ?? row.IsTest,
        };
}
