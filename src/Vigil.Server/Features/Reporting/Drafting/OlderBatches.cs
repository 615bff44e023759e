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
            if (await CasesOfAsync(tx, draft) is { } cases)
            {
                await NamingReports.AddAsync(tx, draft.Id, cases);
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
    private static async Task<IEnumerable<string>?> CasesOfAsync(Tx tx, Sealed found)
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
        return draft is { Tip.Report.BatchedReport: not null, BatchCases.Count: 0 }
            ? await CasesOfAccountsAsync(tx, draft.Tip.Report.PersonOrUserReported)
            : draft.BatchCases;
    }

    /// <summary>
    /// The oldest batches name accounts alone: all cases of these count, rather one too many than one who is cleared
    /// and stays. Null: there are more than can be named.
    /// </summary>
    private static async Task<IEnumerable<string>?> CasesOfAccountsAsync(
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
