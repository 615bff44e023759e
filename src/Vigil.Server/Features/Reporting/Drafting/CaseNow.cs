using System.Globalization;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>A case goes on while its report is written: what changed since is said, and may block.</summary>
internal static class CaseNow
{
    public static async Task<IReadOnlyList<DraftFinding>> FindingsAsync(
        Tx tx,
        ReportRow row,
        ReportDraft draft,
        ReportableCase found
    )
    {
        var findings = new List<DraftFinding>();
        var now = new DraftSources { CaseRef = row.CaseRef, Case = found };
        if (!IsConfirmed(row.CaseRef, found, draft))
        {
            findings.Add(
                new DraftFinding(
                    "fileDetails",
                    "not_confirmed",
                    "The case was opened again, or decided otherwise: what is reported is not confirmed now. "
                        + "Decide it; or withdraw this draft, and write another of what is confirmed.",
                    IsBlocking: true
                )
            );
        }
        else if (now.NamesNoSuspect != draft.NamesNoSuspect)
        {
            findings.Add(
                new DraftFinding(
                    "personOrUserReported",
                    "suspect_changed",
                    "Whether anybody is a suspect changed since this was drafted: withdraw it, and draft anew.",
                    IsBlocking: true
                )
            );
        }
        findings.AddRange(await ContentsNow.FindingsAsync(tx, row, draft, now));
        findings.AddRange(await OfBatchAsync(tx, draft));
        var told = await TellSubject.VersionAsync(tx, row.CaseRef);
        if (
            draft.Extra.GetValueOrDefault(BuildDraft.SubjectVersion)
            != told.ToString(CultureInfo.InvariantCulture)
        )
        {
            findings.Add(
                new DraftFinding(
                    "subject",
                    "subject_changed",
                    "The platform told of the subject since this was drafted: look at it, or draft anew.",
                    IsBlocking: false
                )
            );
        }
        return findings;
    }

    /// <summary>Something of the case is confirmed now, and all that the draft says of its items.</summary>
    public static bool IsConfirmed(string caseRef, ReportableCase found, ReportDraft draft)
    {
        var confirmed = new DraftSources { CaseRef = caseRef, Case = found }
            .Used.Select(item => item.ItemId)
            .ToHashSet();
        return found.IsThere
            && confirmed.Count > 0
            && draft.Files.All(file => file.ItemId is not { } item || confirmed.Contains(item))
            && draft.ItemIds.Concat(draft.BatchItems.GetValueOrDefault(caseRef, [])).All(confirmed.Contains);
    }

    /// <summary>Cases of the draft's batch that cannot stand in it now.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="draft">What names them.</param>
    /// <param name="evenInDanger">
    /// Whether a child is in danger says where a case is to be reported, not whether it is confirmed.
    /// </param>
    public static async Task<IReadOnlyList<string>> NotInBatchAsync(
        Tx tx,
        ReportDraft draft,
        bool evenInDanger
    )
    {
        if (draft.BatchCases.Count == 0)
        {
            return [];
        }
        var now = await tx.AskAsync<BatchableCasesWanted, BatchableCases>(
            new([.. draft.BatchCases.Select(other => new CaseRef(other))], evenInDanger)
            {
                Items = draft.BatchItems,
            }
        );
        return [.. draft.BatchCases.Where(other => !now.Cases.Contains(other))];
    }

    /// <summary>Who was cleared meanwhile is named by no batch.</summary>
    private static async Task<IEnumerable<DraftFinding>> OfBatchAsync(Tx tx, ReportDraft draft) =>
        (await NotInBatchAsync(tx, draft, evenInDanger: false)).Select(other => new DraftFinding(
            "personOrUserReported",
            "batch_not_confirmed",
            $"{other} of this batch is not confirmed now: withdraw this draft, and write another.",
            IsBlocking: true
        ));
}
