using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>
/// What reports ask to keep. While one is pending its contents stay; from its finish on they stay as long as the
/// law of its jurisdiction says. Each report has a clock of its own, and starts no other's again.
/// </summary>
public static class ReportClocks
{
    /// <summary>
    /// A report of all contents of a case is begun. In the act that begins it; what it keeps already has its clock.
    /// </summary>
    /// <param name="tx">Of the act.</param>
    /// <param name="caseRef">The case; contents sealed later are not part of this report.</param>
    /// <param name="reportId">1 to 100 characters.</param>
    /// <param name="jurisdiction">ISO 3166 code of the authority that it goes to.</param>
    public static async Task BeginAsync(Tx tx, CaseRef caseRef, string reportId, string jurisdiction)
    {
        ArgumentNullException.ThrowIfNull(tx);
        if (reportId is not { Length: > 0 and <= 100 })
        {
            throw new ArgumentException("A report's id has 1 to 100 characters.", nameof(reportId));
        }
        var contents = await tx.QueryAsync<Guid>(
            """
            select id from content where tenant = @tenant and case_ref = @case and state = 'Sealed'
              and not exists (select 1 from content_clock k where k.tenant = @tenant and k.content_id = content.id
                and k.report_id = @reportId and (k.finished_at is null or k.keep_until > @now))
            """,
            new
            {
                @case = caseRef.Value,
                reportId,
                now = tx.Now,
            }
        );
        foreach (var content in contents)
        {
            await CustodyTables.PutAsync(
                tx,
                new ClockRow
                {
                    Id = tx.NewId(),
                    ContentId = content,
                    ReportId = reportId,
                    Jurisdiction = jurisdiction,
                    StartedAt = tx.Now,
                }
            );
        }
    }

    /// <summary>The report is finished, or given up; in the act that says so.</summary>
    /// <param name="tx">Of the act.</param>
    /// <param name="reportId">As it was begun.</param>
    /// <param name="finishedAt">By the authority's receipt; null: given up, it asks for nothing any more.</param>
    public static async Task FinishAsync(Tx tx, string reportId, DateTimeOffset? finishedAt)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var clocks = await tx.QueryAsync<ClockRow>(
            $"""
            select {ClockRow.Columns} from content_clock
            where tenant = @tenant and report_id = @reportId and finished_at is null
            """,
            new { reportId }
        );
        foreach (var clock in clocks)
        {
            clock.FinishedAt = finishedAt ?? tx.Now;
            var law = KnownJurisdictions.Find(clock.Jurisdiction)?.Preservation;
            clock.KeepUntil = finishedAt is { } at && law is not null ? law.KeepUntil(at) : clock.FinishedAt;
            await CustodyTables.PutAsync(tx, clock);
        }
    }
}
