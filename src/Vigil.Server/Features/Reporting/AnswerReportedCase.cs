using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting;

/// <summary>
/// Somebody who received a report names it as they call it. Numbers of the test environment are other numbers: they
/// count where no real report has it. A batch is of several cases. A report that was lost in a restore counts too.
/// </summary>
internal static class AnswerReportedCase
{
    /// <exception cref="ProblemException">Recipients call reports of several cases so.</exception>
    public static async Task<ReportedCase> AnswerAsync(Tx tx, ReportedCaseWanted wanted)
    {
        var found = await tx.QueryAsync<Found>(
            """
            select id, case_ref, destination, environment, filed_at from report
            where tenant = @tenant and remote_id = @remoteId
            union
            select r.id, b.case_ref, r.destination, r.environment, r.filed_at
            from report r join report_batch_case b on b.tenant = r.tenant and b.report_id = r.id
            where r.tenant = @tenant and r.remote_id = @remoteId
            order by 4, 5 desc, 1 desc, 2 limit 20
            """,
            new { remoteId = wanted.RemoteId }
        );
        var all = found.Concat(await LostAsync(tx, wanted.RemoteId)).ToList();
        var best = all.Select(one => one.Environment).Min(StringComparer.Ordinal);
        var likely = all.Where(one => one.Environment == best).ToList();
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

    /// <summary>Of what the database lost in a restore: by the number that the journal has, or people gave.</summary>
    private static async Task<IEnumerable<Found>> LostAsync(Tx tx, string number) =>
        (await LostReport.ReadAsync(tx))
            .Where(lost => lost.Number == number)
            .SelectMany(lost =>
                lost.Line.Cases.Select(reference => new Found
                {
                    CaseRef = reference,
                    Destination = lost.Line.To ?? "",
                    Environment = (lost.Line.Environment ?? ReportEnvironment.Production).ToString(),
                })
            );

    private sealed class Found
    {
        /// <summary>Null: the report is not in this database.</summary>
        public Guid? Id { get; init; }
        public string CaseRef { get; init; } = "";
        public string Destination { get; init; } = "";
        public string Environment { get; init; } = "";
    }
}
