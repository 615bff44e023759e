using Vigil.CyberTip;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// Who was cleared leaves no name here either: what the platform told goes, and drafts that were never approved are
/// emptied and withdrawn, batches of other cases too. What was filed stays, as the law asks.
/// </summary>
internal static class ForgetCleared
{
    public static async Task RunAsync(Tx tx, CaseCleared cleared)
    {
        await TellSubject.ForgetAsync(tx, cleared.Case.Value);
        foreach (var row in await NamingReports.OfAsync(tx, cleared.Case.Value))
        {
            if (await FenceRow.IsBehindAsync(tx, row.Id))
            {
                // After a restore it may be filed all the same: what was filed stays, and persons decide.
                await tx.RaiseAlarmAsync(FilingAlarms.OfCleared with { About = row.Id.ToString() });
                continue;
            }
            if (row is { State: ReportState.Draft or ReportState.Withdrawn, ApprovedAt: null })
            {
                await Drafts.EmptyAsync(tx, row, Emptied(await Drafts.ReadAsync(tx, row)));
            }
            if (row.State == ReportState.Draft)
            {
                await row.MoveAsync(tx, ReportState.Withdrawn, tx.Actor.Name);
                await tx.RecordAsync(ReportActs.Ledger("report.withdrawn", row, ("because", "cleared")));
            }
        }
    }

    /// <summary>Times and kinds stay; persons, files and words go.</summary>
    private static ReportDraft Emptied(ReportDraft draft) =>
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
                    Reporter = draft.Tip.Report.Reporter,
                },
            },
            ProblemType = draft.ProblemType,
            Surface = draft.Surface,
            KnowledgeAt = draft.KnowledgeAt,
            MatchedAt = draft.MatchedAt,
            NamesNoSuspect = draft.NamesNoSuspect,
            IsTest = draft.IsTest,
        };
}
