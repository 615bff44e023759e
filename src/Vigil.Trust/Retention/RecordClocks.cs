using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>
/// How long the record of a filed report is kept where the law asks for it: the authority's reference, the receipt and
/// what was sent. Apart from the contents' clock, which is shorter.
/// </summary>
public static class RecordClocks
{
    /// <summary>Most rows of one answer.</summary>
    public const int MaxRows = 200;

    private const string Columns = "report_id, case_ref, jurisdiction, filed_at, keep_until, destroyed_at";

    /// <summary>In the act that says that the report is filed. Again: the first one stands.</summary>
    /// <param name="tx">Of the act.</param>
    /// <param name="caseRef">A hold on it keeps the record, too.</param>
    /// <param name="reportId">1 to 100 characters.</param>
    /// <param name="jurisdiction">ISO 3166 code of the authority; if its law asks for nothing, nothing begins.</param>
    /// <param name="filedAt">By the authority's receipt.</param>
    public static async Task BeginAsync(
        Tx tx,
        CaseRef caseRef,
        string reportId,
        string jurisdiction,
        DateTimeOffset filedAt
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(reportId);
        if (KnownJurisdictions.Find(jurisdiction)?.Preservation?.KeepReferenceUntil(filedAt) is { } until)
        {
            await tx.ExecuteAsync(
                """
                insert into record_clock (tenant, report_id, case_ref, jurisdiction, filed_at, keep_until)
                values (@tenant, @reportId, @case, @jurisdiction, @filedAt, @until) on conflict do nothing
                """,
                new
                {
                    reportId,
                    @case = caseRef.Value,
                    jurisdiction,
                    filedAt,
                    until,
                }
            );
        }
    }

    /// <summary>Records that are kept, the soonest due first.</summary>
    public static async Task<IReadOnlyList<HeldRecord>> ListAsync(Tx tx, int rows)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var found = await tx.QueryAsync<RecordRow>(
            $"""
            select {Columns} from record_clock where tenant = @tenant and destroyed_at is null
            order by keep_until, report_id limit @most
            """,
            new { most = Math.Clamp(rows, 1, MaxRows) }
        );
        var all = new List<HeldRecord>(found.Count);
        foreach (var row in found)
        {
            all.Add(HeldRecord.Of(row, await ClaimsAsync(tx, row)));
        }
        return all;
    }

    /// <summary>How many are kept.</summary>
    internal static Task<long> CountAsync(Tx tx) =>
        tx.FindAsync<long>(
            "select count(*) from record_clock where tenant = @tenant and destroyed_at is null"
        );

    /// <summary>Whose time is over and which no hold keeps; the longest first.</summary>
    internal static Task<IReadOnlyList<RecordRow>> DueAsync(Tx tx, DateTimeOffset before, int most) =>
        tx.QueryAsync<RecordRow>(
            $"""
            select {Columns} from record_clock r
            where r.tenant = @tenant and r.destroyed_at is null and r.keep_until <= @before
              and not exists (select 1 from content_hold h where h.tenant = @tenant and h.case_ref = r.case_ref
                  and h.lifted_at is null and (h.expires_at is null or h.expires_at > @now))
            order by r.keep_until, r.report_id limit @most
            """,
            new
            {
                before,
                now = tx.Now,
                most,
            }
        );

    /// <summary>What keeps it: its own term, and the holds of its case.</summary>
    internal static async Task<Claims> ClaimsAsync(Tx tx, RecordRow row)
    {
        var holds = await tx.QueryAsync<HoldTimes>(
            "select lifted_at, expires_at from content_hold where tenant = @tenant and case_ref = @case",
            new { @case = row.CaseRef }
        );
        return new Claims(
            false,
            [row.KeepUntil],
            [.. holds.Select(hold => new ClaimedHold(hold.LiftedAt, hold.ExpiresAt))]
        );
    }

    private sealed class HoldTimes
    {
        public DateTimeOffset? LiftedAt { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }
    }
}
