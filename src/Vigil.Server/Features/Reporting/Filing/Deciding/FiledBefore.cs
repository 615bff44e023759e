using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Deciding;

/// <summary>
/// What was filed before a restore, and approved after the backup: what its approval had begun is begun now, so that
/// its contents are kept as the law asks and the clock of its case ends.
/// </summary>
internal static class FiledBefore
{
    /// <param name="tx">Of the decision that it is filed.</param>
    /// <param name="report">As the database has it.</param>
    /// <param name="at">When it was filed, as far as is known: it was approved then or before.</param>
    public static async Task BeginAsync(Tx tx, ReportRow report, DateTimeOffset at)
    {
        if (report.ApprovedAt is not null)
        {
            return;
        }
        foreach (var reference in await NamingReports.CasesOfAsync(tx, report))
        {
            await ReportClocks.BeginAsync(
                tx,
                new CaseRef(reference),
                report.Id.ToString(),
                report.Jurisdiction
            );
        }
        await tx.ExecuteAsync(
            "update report set approved_at = @at where tenant = @tenant and id = @id",
            new { id = report.Id, at }
        );
    }

    /// <summary>
    /// The report is not in this database; the journal's line names its cases, and where it went, whose law counts. Of
    /// lines of an earlier version, which name no destination, the CyberTipline's does, rather than none.
    /// </summary>
    public static async Task KeepAsync(Tx tx, JournalLine line)
    {
        var id = line.Report.ToString();
        var to = line.To is { } code ? AllDestinations.Find(code) : null;
        to ??= AllDestinations.Find(FilingKinds.CyberTip)!;
        var place = line.Package?.Jurisdiction ?? to.Jurisdiction;
        foreach (var reference in line.Cases)
        {
            await ReportClocks.BeginAsync(tx, new CaseRef(reference), id, place);
        }
        await ReportClocks.FinishAsync(tx, id, line.At);
    }
}
