using Vigil.Server.Features.Reporting.Approving.Reading;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <summary>States, owners and fields as people call them.</summary>
internal static class ReportWords
{
    public static string StateOf(ReportView report) =>
        report.State switch
        {
            "needs_human" => "needs somebody",
            "filed_receipt_lost" => "filed, receipt lost",
            _ => report.State.Replace('_', ' '),
        };

    /// <summary>Its state is what a line above says already: written, approved, filed.</summary>
    public static bool IsInTimeline(ReportView report) =>
        report.State switch
        {
            "draft" => report.StateSince == report.CreatedAt,
            "approved" => report.ApprovedAt is not null,
            "filed" => report.FiledAt is not null,
            _ => false,
        };

    /// <summary>Colour of a tag; the words say it too.</summary>
    public static string KindOf(ReportView report) =>
        report.State switch
        {
            "filed" => "good",
            "needs_human" or "rejected" => "bad",
            "handed_over" or "filed_receipt_lost" => "warn",
            _ => "",
        };

    public static string OwnerOf(ReportView report) =>
        report.Owner switch
        {
            var name when report.State is "filed" or "withdrawn" =>
                $"nobody, it is over; {name} answers for it",
            ReportOwners.FilingOfficer => "a filing officer",
            ReportOwners.Delivery => "the delivery",
            var name => name,
        };

    public static string LevelOf(DueView due) =>
        due.Level switch
        {
            "overdue" => "the law's time is over",
            "deadline_near" => "the law's time is nearly over",
            "goal_missed" => "past our own goal",
            _ => "runs",
        };
}
