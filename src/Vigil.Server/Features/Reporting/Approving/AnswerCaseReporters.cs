using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>Who had a part in the reports that name a case, batches too, so that they judge no appeal of it.</summary>
internal static class AnswerCaseReporters
{
    private const int MostReports = 10_000;

    /// <exception cref="ArgumentException">More cases than are asked for at once.</exception>
    public static async Task<CaseReporters> AnswerAsync(Tx tx, CaseReportersWanted wanted)
    {
        if (wanted.Cases.Count > CaseReportersWanted.Most)
        {
            throw new ArgumentException(
                $"At most {CaseReportersWanted.Most} cases are asked for at once.",
                nameof(wanted)
            );
        }
        var rows = await ManyRows.SelectWantedAsync<Row>(
            tx,
            """
            select r.case_ref, r.created_by, r.approved_by, r.second_by
            from wanted cross join report r
            where r.tenant = @tenant and r.case_ref = wanted.value
            union
            select b.case_ref, r.created_by, r.approved_by, r.second_by
            from wanted cross join report_batch_case b
            join report r on r.tenant = b.tenant and r.id = b.report_id
            where b.tenant = @tenant and b.case_ref = wanted.value
            limit @most
            """,
            wanted.Cases.Select(reference => (object)reference.Value),
            ("most", MostReports)
        );
        return new CaseReporters([
            .. rows.SelectMany(row =>
                    new[] { row.CreatedBy, row.ApprovedBy, row.SecondBy }
                        .OfType<string>()
                        .Where(who => who.StartsWith("person:", StringComparison.Ordinal))
                        .Select(who => new CaseReporter(row.CaseRef, who))
                )
                .Distinct(),
        ]);
    }

    private sealed class Row
    {
        public string CaseRef { get; init; } = "";
        public string CreatedBy { get; init; } = "";
        public string? ApprovedBy { get; init; }
        public string? SecondBy { get; init; }
    }
}
