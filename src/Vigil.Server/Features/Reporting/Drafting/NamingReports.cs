using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Which reports name a case: its own, and batches of others.</summary>
internal static class NamingReports
{
    /// <summary>Oldest first. Batches that nobody has read yet are read now.</summary>
    /// <param name="tx">A writer's, as long as there are such.</param>
    /// <param name="caseRef">The case.</param>
    public static async Task<IReadOnlyList<ReportRow>> OfAsync(Tx tx, string caseRef)
    {
        Guid? read = Guid.Empty;
        while (read is { } last)
        {
            read = await OlderBatches.ReadSomeAsync(tx, last);
        }
        return await tx.QueryAsync<ReportRow>(
            $"""
            select {ReportRow.Columns} from report where tenant = @tenant and (case_ref = @caseRef or id in (
                select report_id from report_batch_case where tenant = @tenant and case_ref = @caseRef))
            order by created_at, id limit 1000
            """,
            new { caseRef }
        );
    }

    /// <summary>The cases that a report names: its own first.</summary>
    public static async Task<IReadOnlyList<CaseRef>> CasesOfAsync(Tx tx, ReportRow row) =>
        [
            new CaseRef(row.CaseRef),
            .. (
                await tx.QueryAsync<string>(
                    """
                    select case_ref from report_batch_case where tenant = @tenant and report_id = @id
                    order by case_ref limit 1000
                    """,
                    new { id = row.Id }
                )
            ).Select(each => new CaseRef(each)),
        ];

    /// <param name="tx">A writer's.</param>
    /// <param name="reportId">A batch, or any other.</param>
    /// <param name="cases">The other cases that it names.</param>
    public static Task<int> AddAsync(Tx tx, Guid reportId, IEnumerable<string> cases) =>
        tx.ExecuteManyAsync(
            """
            insert into report_batch_case (tenant, case_ref, report_id) values (@tenant, @caseRef, @id)
            on conflict do nothing
            """,
            cases,
            (row, caseRef) =>
            {
                row.Set("caseRef", caseRef);
                row.Set("id", reportId);
            }
        );
}
