using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>An approved report of a destination that takes packages, with what leaves in one.</summary>
/// <param name="Document">As it was approved.</param>
/// <param name="Files">Sealed contents, in the order of the report.</param>
internal sealed record ReadyPackage(
    ReportRow Report,
    PackageDestination Destination,
    byte[] Document,
    IReadOnlyList<Guid> Files
)
{
    /// <summary>Words that belong to the report, where the destination takes more than facts.</summary>
    public IReadOnlyList<ApprovedFile> Words { get; private init; } = [];

    /// <summary>Whose authority it is for, where there is one of each country; otherwise empty.</summary>
    public string Country => Destination.CountryOf(Document);

    public override string ToString() => nameof(ReadyPackage);

    /// <exception cref="ProblemException">There is none, or it may not leave now; the text says why.</exception>
    public static async Task<ReadyPackage> RequireAsync(Tx tx, Guid reportId)
    {
        var report = await ReportRow.LockAsync(tx, reportId);
        if (report is null || !await tx.MaySeeCaseAsync(report.CaseRef))
        {
            throw ProblemException.NotFound("There is no report of this id.");
        }
        if (AllDestinations.Find(report.Destination) is not PackageDestination destination)
        {
            throw ProblemException.Conflict(
                "not_a_package",
                "This destination takes no packages: the delivery files it."
            );
        }
        await FenceRow.RequireNoneAsync(tx, reportId);
        RequireLeaves(report, tx.Now);
        RequireDuty(destination, tx.Now);
        if (report.IsTest && report.Environment == ReportEnvironment.Production)
        {
            throw ProblemException.Conflict("is_test", "SAMPLE reports go to no production recipient.");
        }
        var document =
            await ReportDocuments.FindAsync(tx, reportId, ReportDocuments.Approved)
            ?? throw ProblemException.Conflict("not_approved", "The report has no approved document.");
        await StandingDecision.RequireAsync(tx, report);
        await RouteGate.RequireAsync(tx, report);
        var files = await ReportDocuments.FindAsync(tx, reportId, ReportDocuments.Files) is { } json
            ? ApprovedFile.Read(json)
            : [];
        return new ReadyPackage(report, destination, document, await ContentsAsync(tx, report, files))
        {
            Words = destination.MayTakeMedia ? [.. files.Where(file => file.Text is not null)] : [],
        };
    }

    private static void RequireLeaves(ReportRow report, DateTimeOffset now)
    {
        if (report.State is not (ReportState.Approved or ReportState.HandedOver))
        {
            throw ProblemException.Conflict(
                "not_approved",
                "A package is built of what is approved, before it is filed."
            );
        }
        if (report.State == ReportState.Approved && !report.MayLeave(now))
        {
            throw ProblemException.Conflict(
                "can_be_undone",
                "The approval can still be undone: nothing leaves before."
            );
        }
    }

    private static void RequireDuty(PackageDestination destination, DateTimeOffset now)
    {
        if (DutyFindings.Of(destination.Code, DutyBook.Current, now) is [var first, ..])
        {
            throw ProblemException.Conflict("duty_blocked", first.Text);
        }
    }

    /// <summary>Each is of the report's own case.</summary>
    private static async Task<IReadOnlyList<Guid>> ContentsAsync(
        Tx tx,
        ReportRow report,
        IReadOnlyList<ApprovedFile> files
    )
    {
        var ids = files.Select(file => file.ContentId).OfType<Guid>().Distinct().ToList();
        foreach (var id in ids)
        {
            if ((await HeldContents.FindAsync(tx, id))?.CaseRef != report.CaseRef)
            {
                throw ProblemException.Conflict(
                    "content_elsewhere",
                    "A file of the report is not of its case."
                );
            }
        }
        return ids;
    }
}
