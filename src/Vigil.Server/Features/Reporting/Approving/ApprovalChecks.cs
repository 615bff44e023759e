using System.Security.Cryptography;
using Vigil.Server.Features.Reporting.Approving.Unseen;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>A draft that may be approved: what it says, and the bytes that leave.</summary>
internal sealed record ReadyReport(
    ReportRow Report,
    Destination Destination,
    ReportDraft Draft,
    RenderedReport Rendered,
    byte[] Sha256,
    DraftStanding Standing,
    ReportableCase About,
    UnseenNow Unseen
)
{
    /// <summary>The bytes themselves ask for it.</summary>
    public bool IsHighPriority => Draft.Tip.Report.IncidentSummary?.EscalateToHighPriority is not null;

    /// <summary>Whose authority it is for, where there is one of each country; otherwise empty.</summary>
    public string Country =>
        Destination is PackageDestination package ? package.CountryOf(Rendered.Document) : "";

    /// <summary>What who approves it says, point by point.</summary>
    public IReadOnlyList<ChecklistItem> Checklist =>
        ApprovalChecklist.Of(IsHighPriority, Unseen.Points.Count > 0, [.. Lost.Where(lost => lost.IsFiled)]);

    /// <summary>Reports of its cases that may have gone to the same recipient, and were lost in a restore.</summary>
    public IReadOnlyList<LostReport> Lost { get; init; } = [];
}

/// <summary>What must hold before somebody's approval counts; the same for the first and the second.</summary>
internal static class ApprovalChecks
{
    private const int MostNamed = 5;

    public static async Task<ReadyReport> RequireAsync(Tx tx, Guid id, ApprovalRequest request)
    {
        var report = await ReportActs.RequireAsync(tx, id);
        ReportActs.RequirePerson(tx);
        ReportActs.RequireState(report, ReportState.Draft, "Only a draft is approved.");
        await FenceRow.RequireNoneAsync(tx, id);
        await RequireQualificationAsync(tx);
        var ready = await RenderAsync(tx, report);
        if (ready.Standing.Blocking.Any(finding => finding.Rule == LostFindings.Rule))
        {
            throw LostFindings.Behind();
        }
        RequireEnvironment(report, ready.About);
        await RealInTest.RefuseAsync(tx, ready.Destination, report.Environment, report.IsTest);
        if (await RouteGate.RefusalAsync(tx, report, ready.About.Jurisdiction, ready.Country) is { } refusal)
        {
            throw ProblemException.Conflict("route_blocked", refusal);
        }
        RequireBytes(request.Version == report.DraftVersion ? request.Sha256 : null, ready.Sha256);
        RequireGate(ready.Standing);
        RequireViews(ready.Unseen.MustBeSeen);
        ExplainUnseen.Require(ready.Unseen.Points);
        ApprovalChecklist.Require(ready.Checklist, request.Checked ?? []);
        return ready;
    }

    /// <summary>The draft as it stands, written for its recipient.</summary>
    /// <exception cref="ProblemException">Its destination is no longer here.</exception>
    public static async Task<ReadyReport> RenderAsync(Tx tx, ReportRow report)
    {
        var destination =
            AllDestinations.Find(report.Destination)
            ?? throw ProblemException.Conflict(
                "no_such_destination",
                "This installation knows no such destination any more: withdraw the report and write another."
            );
        var standings = await CaseStandings.OfAsync(tx, report.CaseRef);
        var draft = ViewsNow.Apply(await Drafts.ReadAsync(tx, report), standings);
        var rendered = destination.Render(draft);
        var about = await ReportActs.CaseOfAsync(tx, report.CaseRef);
        return new ReadyReport(
            report,
            destination,
            draft,
            rendered,
            SHA256.HashData(rendered.Document),
            await Drafts.StandingAsync(tx, report, draft, about),
            about,
            await UnseenNow.ReadAsync(tx, report, about, standings)
        )
        {
            Lost = await LostFindings.OfAsync(tx, report),
        };
    }

    private static async Task RequireQualificationAsync(Tx tx)
    {
        var qualification = await tx.AskAsync<QualificationWanted, Qualification>(
            new(QualificationTrack.Filing)
        );
        if (!qualification.IsQualified)
        {
            throw new ProblemException(403, "not_qualified", qualification.Advice);
        }
    }

    private static void RequireEnvironment(ReportRow report, ReportableCase about)
    {
        if (report.Environment == ReportEnvironment.Production && (report.IsTest || about.IsTest))
        {
            throw ProblemException.Conflict(
                "sample_report",
                "This is about SAMPLE pictures: it goes to the test environment only."
            );
        }
    }

    private static void RequireBytes(string? named, byte[] sha256)
    {
        if (
            !string.Equals(
                named?.Trim(),
                Convert.ToHexStringLower(sha256),
                StringComparison.OrdinalIgnoreCase
            )
        )
        {
            throw ProblemException.Conflict(
                "other_bytes",
                "Approving names in 'sha256' the bytes that were read, and these are others: the draft changed since. "
                    + "Look at the preview again."
            );
        }
    }

    private static void RequireGate(DraftStanding standing)
    {
        if (standing.Blocking.Count > 0)
        {
            throw ProblemException.Conflict(
                "not_ready",
                $"{standing.Blocking.Count} points stand in the way: "
                    + string.Join(
                        "; ",
                        standing.Blocking.Take(MostNamed).Select(finding => $"{finding.Path}: {finding.Text}")
                    )
            );
        }
    }

    /// <param name="unseen">Contents of the case that somebody must look at before it is reported.</param>
    private static void RequireViews(IReadOnlyList<Guid> unseen)
    {
        if (unseen.Count > 0)
        {
            throw ProblemException.Conflict(
                "views_missing",
                $"{unseen.Count} contents of the case must be seen before a report: "
                    + string.Join(", ", unseen.Take(MostNamed))
            );
        }
    }
}
