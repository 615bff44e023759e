using Vigil.Trust;

namespace Vigil.Server.Features.Reporting;

/// <summary>Somebody who received a report names it as they call it.</summary>
internal static class AnswerReportedCase
{
    public static async Task<ReportedCase> AnswerAsync(Tx tx, ReportedCaseWanted wanted) =>
        await tx.FindAsync<Found>(
            """
            select id, case_ref, destination from report
            where tenant = @tenant and remote_id = @remoteId order by filed_at desc, id desc limit 1
            """,
            new { remoteId = wanted.RemoteId }
        )
            is { } found
            ? new ReportedCase(new CaseRef(found.CaseRef), found.Id, found.Destination)
            : ReportedCase.None;

    private sealed class Found
    {
        public Guid Id { get; init; }
        public string CaseRef { get; init; } = "";
        public string Destination { get; init; } = "";
    }
}
