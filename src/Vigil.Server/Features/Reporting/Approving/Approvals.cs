using System.Globalization;
using Vigil.Server.Features.Reporting.Approving.Unseen;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>What a person says when they approve.</summary>
internal sealed record ApprovalRequest
{
    /// <summary>Of the bytes that they read, 64 hexadecimal digits.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Of the draft that they read: what is said of its files stands beside those bytes.</summary>
    public int Version { get; init; }

    /// <summary>Codes of <see cref="ApprovalChecklist"/>.</summary>
    public IReadOnlyList<string>? Checked { get; init; }
}

/// <param name="State">"draft": a second person is still to approve.</param>
/// <param name="LeavesAt">It can be undone until then.</param>
internal sealed record ApprovalAnswer(Guid ReportId, string State, DateTimeOffset? LeavesAt);

/// <summary>
/// A named person, by policy two, approves the very bytes that leave. Never blocked by another report of the case or
/// the account, and never held back to be sent with others.
/// </summary>
internal static class Approvals
{
    public static async Task<ApprovalAnswer> ApproveAsync(Tx tx, Guid id, ApprovalRequest request)
    {
        var ready = await ApprovalChecks.RequireAsync(tx, id, request);
        var policy = await SecondPolicy.OfAsync(tx, ready.Report, ready.IsHighPriority);
        var first = await FirstApproval.FindAsync(tx, id);
        if (first?.IsOf(ready.Report, ready.Sha256) == true && first.ApprovedBy != tx.Actor.Name)
        {
            return await ReleaseAsync(tx, ready, first.ApprovedBy, tx.Actor.Name, policy);
        }
        if (!policy.IsNeeded)
        {
            return await ReleaseAsync(tx, ready, tx.Actor.Name, null, policy);
        }
        await FirstApproval.PutAsync(tx, ready.Report, ready.Sha256);
        await tx.RecordAsync(Act("report.approved_first", ready, policy));
        return new ApprovalAnswer(id, Words.Of(ReportState.Draft), null);
    }

    /// <summary>The second of two different persons, for the same bytes.</summary>
    public static async Task<ApprovalAnswer> SecondAsync(Tx tx, Guid id, ApprovalRequest request)
    {
        var ready = await ApprovalChecks.RequireAsync(tx, id, request);
        var first = await FirstApproval.FindAsync(tx, id);
        if (first?.IsOf(ready.Report, ready.Sha256) != true)
        {
            throw ProblemException.Conflict(
                "no_first_approval",
                "Nobody approved these bytes yet: a change of the draft voids what was approved before."
            );
        }
        if (first.ApprovedBy == tx.Actor.Name)
        {
            throw ProblemException.Conflict(
                "same_person",
                "You approved it first: a second person does now, on the report's page."
            );
        }
        var policy = await SecondPolicy.OfAsync(tx, ready.Report, ready.IsHighPriority);
        return await ReleaseAsync(tx, ready, first.ApprovedBy, tx.Actor.Name, policy);
    }

    private static async Task<ApprovalAnswer> ReleaseAsync(
        Tx tx,
        ReadyReport ready,
        string approvedBy,
        string? secondBy,
        SecondPolicy policy
    )
    {
        var (report, id) = (ready.Report, ready.Report.Id);
        var jurisdiction = await ReportPlace.OfAsync(tx, ready);
        var leavesAt = tx.Now + await UndoTimeAsync(tx, ready.IsHighPriority);
        await ReportDocuments.PutAsync(tx, id, ReportDocuments.Approved, ready.Rendered.Document);
        await ReportDocuments.PutAsync(tx, id, ReportDocuments.Files, ApprovedFile.Write(ready.Draft));
        await tx.ExecuteAsync(
            """
            update report set approved_at = @now, approved_by = @approvedBy, second_by = @secondBy,
                leaves_at = @leavesAt, is_high_priority = @isHighPriority, jurisdiction = @jurisdiction
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                now = tx.Now,
                approvedBy,
                secondBy,
                leavesAt,
                isHighPriority = ready.IsHighPriority,
                jurisdiction,
            }
        );
        await report.MoveAsync(
            tx,
            ReportState.Approved,
            ready.Destination.Kind == DeliveryKind.Package
                ? ReportOwners.FilingOfficer
                : ReportOwners.Delivery
        );
        foreach (var reference in await NamingReports.CasesOfAsync(tx, report))
        {
            await ReportClocks.BeginAsync(tx, new CaseRef(reference), id.ToString(), jurisdiction);
        }
        await ReportFigures.PutAsync(tx, ready);
        await UnseenReason.KeepAsync(tx, id, ready.Unseen.Points);
        await tx.RecordAsync(Act("report.approved", ready, policy));
        await TellHighPriorityAsync(tx, ready, secondBy);
        await tx.RaiseAsync(new ReportApproved(id, leavesAt));
        return new ApprovalAnswer(id, Words.Of(ReportState.Approved), leavesAt);
    }

    private static async Task<TimeSpan> UndoTimeAsync(Tx tx, bool isHighPriority) =>
        TimeSpan.FromSeconds(
            await ReportSettings.NumberAsync(
                tx,
                isHighPriority ? ReportSettings.UndoSecondsHighPriority : ReportSettings.UndoSeconds
            )
        );

    /// <summary>Where nobody is waited for, somebody hears of it at once.</summary>
    private static async Task TellHighPriorityAsync(Tx tx, ReadyReport ready, string? secondBy)
    {
        if (
            ready.IsHighPriority
            && secondBy is null
            && ready.Report.Environment == ReportEnvironment.Production
        )
        {
            await tx.RaiseAlarmAsync(
                new Alarm(
                    FilingAlarms.HighPriority,
                    AlarmSeverity.Urgent,
                    "A high-priority report was approved by one person and leaves without waiting. Look at it under "
                        + "Reports in the console, and see that it arrives."
                )
                {
                    About = ready.Report.Id.ToString(),
                }
            );
        }
    }

    /// <summary>The approved bytes stand there by their keyed digest: they are about persons.</summary>
    private static LedgerAct Act(string action, ReadyReport ready, SecondPolicy policy) =>
        ReportActs.Ledger(
            action,
            ready.Report,
            ("draft_version", ready.Report.DraftVersion.ToString(CultureInfo.InvariantCulture)),
            ("second_person", $"{(policy.IsNeeded ? "needed" : "not_needed")}:{policy.Why}"),
            ("high_priority", ready.IsHighPriority ? "yes" : "no"),
            ("unseen", ready.Unseen.Points.Count.ToString(CultureInfo.InvariantCulture)),
            ("checked", string.Join(',', ready.Checklist.Select(item => item.Code)))
        ) with
        {
            Secret = Convert.ToHexStringLower(ready.Sha256),
        };
}
