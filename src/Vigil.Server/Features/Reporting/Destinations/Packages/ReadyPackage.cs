using System.Text.Json;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>A file of an approved report, as the approval lists it.</summary>
/// <param name="ContentId">Null: by its fingerprints alone.</param>
internal sealed record ApprovedContent(Guid? ContentId, string? FileName)
{
    public override string ToString() => nameof(ApprovedContent);
}

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
    private static readonly JsonSerializerOptions Lenient = new(JsonSerializerDefaults.Web);

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
        RequireLeaves(report, tx.Now);
        RequireDuty(destination, tx.Now);
        if (report.IsTest && report.Environment == ReportEnvironment.Production)
        {
            throw ProblemException.Conflict("is_test", "SAMPLE reports go to no production recipient.");
        }
        var document =
            await DocumentAsync(tx, reportId, "Approved")
            ?? throw ProblemException.Conflict("not_approved", "The report has no approved document.");
        return new ReadyPackage(report, destination, document, await FilesAsync(tx, report));
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
        if (report.State == ReportState.Approved && (report.LeavesAt is null || report.LeavesAt > now))
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

    private static async Task<byte[]?> DocumentAsync(Tx tx, Guid reportId, string kind) =>
        await tx.FindAsync<byte[]>(
            "select bytes from report_document where tenant = @tenant and report_id = @reportId and kind = @kind",
            new { reportId, kind }
        )
            is { } bytes
            ? ReportSecrets.Open(tx, bytes, reportId, kind)
            : null;

    /// <summary>Each is of the report's own case.</summary>
    private static async Task<IReadOnlyList<Guid>> FilesAsync(Tx tx, ReportRow report)
    {
        if (await DocumentAsync(tx, report.Id, "Files") is not { } json)
        {
            return [];
        }
        var ids = (JsonSerializer.Deserialize<List<ApprovedContent>>(json, Lenient) ?? [])
            .Select(file => file.ContentId)
            .OfType<Guid>()
            .Distinct()
            .ToList();
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
