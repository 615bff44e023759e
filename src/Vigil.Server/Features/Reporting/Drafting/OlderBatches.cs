using System.Text.Json;
using Vigil.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// Reports from before the cases of a batch had a table of their own (migration 0010 lists them): each draft is read
/// once, after the start or when a case is cleared, whichever comes first. What cannot be read stays listed, is tried
/// again every minute, and an alarm names it.
/// </summary>
internal static class OlderBatches
{
    public const string Unread = "report_batch_unread";
    private const int Rows = 200;
    private const int Named = 5;
    private const int CasesEach = 1000;

    /// <param name="tx">A writer's, where there are any.</param>
    /// <param name="after">Those up to this id were looked at; empty: none.</param>
    /// <returns>The last that was looked at; null: there are no more.</returns>
    public static async Task<Guid?> ReadSomeAsync(Tx tx, Guid after)
    {
        var drafts = await tx.QueryAsync<Sealed>(
            """
            select r.id, r.draft from report_batch_unread u join report r on r.tenant = u.tenant and r.id = u.report_id
            where u.tenant = @tenant and u.report_id > @after order by u.report_id limit @most
            """,
            new { after, most = Rows }
        );
        foreach (var draft in drafts)
        {
            if (await CasesOfAsync(tx, draft) is var (cases, isExact))
            {
                await NamingReports.AddAsync(tx, draft.Id, cases);
                if (isExact)
                {
                    await KeepAsync(tx, draft.Id, cases);
                }
                await tx.ExecuteAsync(
                    "delete from report_batch_unread where tenant = @tenant and report_id = @id",
                    new { id = draft.Id }
                );
            }
        }
        if (drafts.Count == Rows)
        {
            return drafts[^1].Id;
        }
        if (drafts.Count > 0 || after != Guid.Empty)
        {
            await TellAsync(tx);
        }
        return null;
    }

    /// <summary>The other cases of a batch, none of another report; null: it cannot be read.</summary>
    private static async Task<(IReadOnlyCollection<string> Cases, bool IsExact)?> CasesOfAsync(
        Tx tx,
        Sealed found
    )
    {
        ReportDraft draft;
        try
        {
            draft = Drafts.Open(tx, found.Draft, found.Id);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
        if (draft is not { Tip.Report.BatchedReport: not null, BatchCases.Count: 0 })
        {
            return (draft.BatchCases, true);
        }
        return await CasesOfAccountsAsync(tx, draft.Tip.Report.PersonOrUserReported) is { } cases
            ? (cases, false)
            : null;
    }

    /// <summary>
    /// Approved before its approval kept what the other cases have: it is kept now, as the law asks. Not of the oldest,
    /// which name accounts: what is of no report of theirs is not kept for one.
    /// </summary>
    private static async Task KeepAsync(Tx tx, Guid reportId, IEnumerable<string> cases)
    {
        var report = (await ReportRow.FindAsync(tx, reportId))!;
        if (
            report.ApprovedAt is null
            || report.State is ReportState.Draft or ReportState.Withdrawn or ReportState.Rejected
        )
        {
            return;
        }
        var id = reportId.ToString();
        foreach (var reference in cases)
        {
            await ReportClocks.BeginAsync(tx, new CaseRef(reference), id, report.Jurisdiction);
        }
        if (report.State is ReportState.Filed or ReportState.FiledReceiptLost)
        {
            await ReportClocks.FinishAsync(tx, id, report.FiledAt ?? report.StateSince);
        }
    }

    /// <summary>
    /// The oldest batches name accounts alone: all cases of these count, rather one too many than one who is cleared
    /// and stays. Null: there are more than can be named.
    /// </summary>
    private static async Task<IReadOnlyCollection<string>?> CasesOfAccountsAsync(
        Tx tx,
        IEnumerable<PersonOrUserReported> people
    )
    {
        var cases = new HashSet<string>(StringComparer.Ordinal);
        foreach (var account in people.Select(person => person.EspIdentifier).OfType<string>())
        {
            var found = await tx.AskAsync<CasesOfAccountWanted, CasesOfAccount>(
                new CasesOfAccountWanted(account, CasesEach)
            );
            if (found.Total > found.Cases.Count)
            {
                return null;
            }
            cases.UnionWith(found.Cases.Select(each => each.Value));
        }
        return cases;
    }

    private static async Task TellAsync(Tx tx)
    {
        // What is over and was not filed needs nobody.
        await tx.ExecuteAsync(
            """
            delete from report_batch_unread where tenant = @tenant and report_id in (
                select id from report where tenant = @tenant and state in ('Withdrawn', 'Rejected'))
            """
        );
        var left = await tx.QueryAsync<Guid>(
            "select report_id from report_batch_unread where tenant = @tenant order by report_id limit @most",
            new { most = Rows }
        );
        if (left.Count == 0)
        {
            await tx.ClearAlarmAsync(Unread);
            return;
        }
        await tx.RaiseAlarmOnceAsync(
            new Alarm(
                Unread,
                AlarmSeverity.Urgent,
                $"{left.Count} older reports (or more, from {Rows} on) cannot be read whole, so who is cleared may "
                    + "stand in their batches. Put keys or database back from a backup, or withdraw and draft anew: "
                    + string.Join(", ", left.Take(Named).Select(id => $"/console/reports/{id}"))
                    + (left.Count > Named ? " and others." : ".")
            )
        );
    }

    private sealed class Sealed
    {
        public Guid Id { get; init; }
        public byte[] Draft { get; init; } = [];
    }
}
