using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting;

/// <summary>
/// Somebody who received a report names it as they call it. Numbers of the test environment are other numbers: they
/// count where no real report has it.
/// </summary>
internal static class AnswerReportedCase
{
    /// <exception cref="ProblemException">Recipients call reports of several cases so.</exception>
    public static async Task<ReportedCase> AnswerAsync(Tx tx, ReportedCaseWanted wanted)
    {
        var found = await tx.QueryAsync<Found>(
            """
            select id, case_ref, destination, environment from report
            where tenant = @tenant and remote_id = @remoteId
            order by case when environment = 'Production' then 0 else 1 end, filed_at desc, id desc limit 20
            """,
            new { remoteId = wanted.RemoteId }
        );
        var likely = found.Where(one => one.Environment == found[0].Environment).ToList();
        return likely.DistinctBy(one => one.CaseRef).Count() switch
        {
            0 => ReportedCase.None,
            1 => new ReportedCase(new CaseRef(likely[0].CaseRef), likely[0].Id, likely[0].Destination),
            _ => throw ProblemException.Conflict(
                "ambiguous_number",
                "Reports of several cases are called so by their recipients: name the case."
            ),
        };
    }

    private sealed class Found
    {
        public Guid Id { get; init; }
        public string CaseRef { get; init; } = "";
        public string Destination { get; init; } = "";
        public string Environment { get; init; } = "";
    }
}
