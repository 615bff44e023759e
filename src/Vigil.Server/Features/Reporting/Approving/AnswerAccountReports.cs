using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>What was reported of an account's cases before, for who judges the next one.</summary>
internal static class AnswerAccountReports
{
    private const int Most = 200;

    /// <summary>As <see cref="AnswerCaseReports"/> has it.</summary>
    private const string MayHaveLeft =
        "(r.given_at is not null or r.state in ('Filed', 'Filing', 'FiledReceiptLost', 'HandedOver', 'NeedsHuman'))";

    public static async Task<AccountReports> AnswerAsync(Tx tx, AccountReportsWanted wanted)
    {
        if (wanted.Cases.Count > Most)
        {
            throw new ArgumentException($"At most {Most} cases are asked for at once.", nameof(wanted));
        }
        var rows = await ManyRows.SelectWantedAsync<Row>(
            tx,
            $"""
            select r.id, r.case_ref, r.destination, r.environment, r.state, r.remote_id, r.filed_at, r.created_at
            from wanted cross join report r
            where r.tenant = @tenant and r.case_ref = wanted.value and {MayHaveLeft}
            union
            select r.id, b.case_ref, r.destination, r.environment, r.state, r.remote_id, r.filed_at, r.created_at
            from wanted cross join report_batch_case b
            join report r on r.tenant = b.tenant and r.id = b.report_id
            where b.tenant = @tenant and b.case_ref = wanted.value and {MayHaveLeft}
            order by 8 desc, 1, 2 limit @most
            """,
            wanted.Cases.Select(reference => (object)reference.Value),
            ("most", Most)
        );
        return new AccountReports([
            .. rows.Select(row => new AccountReport(
                row.CaseRef,
                AnswerCaseReports.Name(row.Destination, row.RemoteId, row.Environment),
                Http.Words.Of(row.State),
                row.FiledAt
            )),
        ]);
    }

    private sealed class Row
    {
        public string CaseRef { get; init; } = "";
        public string Destination { get; init; } = "";
        public ReportEnvironment Environment { get; init; }
        public ReportState State { get; init; }
        public string? RemoteId { get; init; }
        public DateTimeOffset? FiledAt { get; init; }
    }
}
