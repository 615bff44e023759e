using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>POST /v1/reports/{id}/handover: a person gave the package to its recipient.</summary>
internal static class HandOver
{
    public static async Task<ApprovalAnswer> RunAsync(Tx tx, Guid id)
    {
        var report = await ReportActs.RequireAsync(tx, id);
        await FenceRow.RequireNoneAsync(tx, id);
        ReportActs.RequireState(report, ReportState.Approved, "Only what is approved is handed over.");
        if (AllDestinations.Find(report.Destination)?.Kind != DeliveryKind.Package)
        {
            throw ProblemException.Conflict(
                "not_a_package",
                "This destination is reached by the delivery; nobody hands it over."
            );
        }
        if (!report.MayLeave(tx.Now))
        {
            throw ProblemException.Conflict(
                "can_be_undone",
                $"The approval can be undone until {report.LeavesAt:HH:mm:ss} UTC: hand it over after that."
            );
        }
        if (report.GivenAt is null)
        {
            await StandingDecision.RequireAsync(tx, report);
            await RouteGate.RequireAsync(tx, report);
        }
        else if (!await StandingDecision.StandsAsync(tx, report))
        {
            // Its package left while the decision stood: that it was handed over is a fact, and somebody looks at it.
            await tx.RaiseAlarmAsync(FilingAlarms.OfCleared with { About = id.ToString() });
        }
        if (!await BuiltPackages.HasOfApprovedAsync(tx, report))
        {
            throw ProblemException.Conflict(
                "no_package",
                "No package of what is approved was built, so none can have been given to its recipient. Build it "
                    + $"(POST /v1/reports/{id}/package, or /console/destinations/packages/{id}), give it to them, "
                    + "then say that it is handed over."
            );
        }
        await ReportRow.GiveAsync(tx, id);
        await report.MoveAsync(tx, ReportState.HandedOver, ReportOwners.FilingOfficer);
        await PackageLines.NoteAsync(tx, report, PackageStep.HandedOver);
        await tx.RecordAsync(ReportActs.Ledger("report.handed_over", report));
        return new ApprovalAnswer(id, Words.Of(ReportState.HandedOver), null);
    }
}
