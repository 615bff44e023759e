using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Approving.Unseen;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Approving.Reading;

/// <param name="Owner">Who has to act next: filing_officer, delivery or a name; who answers for what is over.</param>
/// <param name="AgeMinutes">In this state.</param>
/// <param name="TooOld">Longer than a report should stand in it.</param>
/// <param name="Delivery">cyber_tip, call or package; empty: the destination is not known here any more.</param>
public sealed record ReportView(
    Guid ReportId,
    string CaseRef,
    string Destination,
    string DestinationName,
    string Delivery,
    string Environment,
    string Jurisdiction,
    string State,
    DateTimeOffset StateSince,
    long AgeMinutes,
    bool TooOld,
    string Owner,
    bool Sample,
    bool HighPriority,
    DateTimeOffset KnowledgeAt,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    int DraftVersion,
    DateTimeOffset? ApprovedAt,
    string? ApprovedBy,
    string? SecondBy,
    DateTimeOffset? LeavesAt,
    Guid? Follows,
    string? RemoteId,
    DateTimeOffset? FiledAt,
    string? ReceiptSha256
)
{
    internal static ReportView Of(ReportRow report, DateTimeOffset now) =>
        new(
            report.Id,
            report.CaseRef,
            report.Destination,
            AllDestinations.Find(report.Destination)?.Name ?? report.Destination,
            AllDestinations.Find(report.Destination) is { } known ? Words.Of(known.Kind) : "",
            Words.Of(report.Environment),
            report.Jurisdiction,
            Words.Of(report.State),
            report.StateSince,
            (long)(now - report.StateSince).TotalMinutes,
            ReportAges.IsTooOld(report, now),
            report.Owner,
            report.IsTest,
            report.IsHighPriority,
            report.KnowledgeAt,
            report.CreatedAt,
            report.CreatedBy,
            report.DraftVersion,
            report.ApprovedAt,
            report.ApprovedBy,
            report.SecondBy,
            report.LeavesAt,
            report.Follows,
            report.RemoteId,
            report.FiledAt,
            report.ReceiptSha256 is { } sha256 ? Convert.ToHexStringLower(sha256) : null
        );
}

public sealed record ReportsAnswer(IReadOnlyList<ReportView> Reports, Guid? Next);

/// <param name="Blocking">It cannot be approved like this.</param>
public sealed record FindingView(string Path, string Rule, string Text, bool Blocking);

/// <param name="Who">Who could supply it.</param>
/// <param name="Needed">An investigator needs it here; otherwise it would help.</param>
/// <param name="Because">Why it cannot be supplied; null: nobody said.</param>
public sealed record MissingView(string Path, string What, string Who, bool Needed, string? Because);

/// <summary>Of a draft.</summary>
/// <param name="Estimate">Ours: referral or informational; theirs decides.</param>
/// <param name="MustBeSeen">Contents of the case that somebody must see first.</param>
public sealed record StandingView(
    int Completeness,
    int Urgency,
    string Estimate,
    IReadOnlyList<FindingView> Findings,
    IReadOnlyList<MissingView> Missing,
    IReadOnlyList<Guid> MustBeSeen
);

/// <summary>One person approved the draft as it stands; a second one is waited for.</summary>
public sealed record FirstApprovalView(string ApprovedBy, DateTimeOffset ApprovedAt);

/// <param name="Standing">Null: it is no draft any more.</param>
public sealed record ReportAnswer(ReportView Report, StandingView? Standing, FirstApprovalView? FirstApproval)
{
    /// <summary>What nobody saw whole, and why it is reported all the same; later as it was approved.</summary>
    public IReadOnlyList<UnseenView> Unseen { get; init; } = [];
}

/// <param name="RestsOn">Which law or setting the deadline, or that there is none, rests on.</param>
/// <param name="State">open, met or no_duty.</param>
/// <param name="Level">running, goal_missed, deadline_near or overdue.</param>
public sealed record DueView(
    string CaseRef,
    string Jurisdiction,
    bool Sample,
    DateTimeOffset KnowledgeAt,
    DateTimeOffset GoalAt,
    DateTimeOffset? DeadlineAt,
    string RestsOn,
    string State,
    string Level
)
{
    /// <summary>A hotline's: a destination is owed a report of each host, or may be.</summary>
    public bool ByHost { get; init; }

    /// <summary>
    /// A report of it may be filed, and was lost in a restore: nobody writes another before two people have compared.
    /// </summary>
    public bool BehindFence { get; init; }

    internal static DueView Of(DueClock clock, DateTimeOffset now) =>
        new(
            clock.CaseRef,
            clock.Jurisdiction,
            clock.IsTest,
            clock.KnowledgeAt,
            clock.GoalAt,
            clock.DeadlineAt,
            clock.RestsOn,
            Words.Of(clock.State),
            Words.Of(clock.LevelAt(now))
        );
}

public sealed record DueAnswer(IReadOnlyList<DueView> Due);
