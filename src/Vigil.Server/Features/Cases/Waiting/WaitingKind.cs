using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Features.Cases.Training;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Waiting;

/// <summary>Something of a case that waits for a person, and nobody is reminded of otherwise.</summary>
/// <param name="AlarmCode">Stable.</param>
/// <param name="Title">Of the first page's number.</param>
/// <param name="Path">Where it is done.</param>
/// <param name="Permission">Who sees the number.</param>
/// <param name="Setting">Hours after which it is overdue.</param>
/// <param name="Rows">The oldest first, at most @most: ref, at, tells_user.</param>
/// <param name="Overdue">What the alarm says, before the hours.</param>
internal sealed record WaitingKind(
    string AlarmCode,
    string Title,
    string Path,
    Permission Permission,
    string Setting,
    string Rows,
    string Overdue
)
{
    /// <summary>Where nobody here may do it, it waits without ringing. Null: somebody always may.</summary>
    public NobodyHere? Nobody { get; init; }

    /// <summary>A case that is offered to one person, who did nothing about it.</summary>
    public const string Untouched = """
        state = 'Open' and assigned_to is not null and assigned_at <= @untouchedBefore
        and (hold_until is null or hold_until <= @now) and (lease_until is null or lease_until <= @now)
        and not exists (select 1 from case_event e where e.tenant = case_file.tenant and e.case_id = case_file.id
            and e.actor = case_file.assigned_to and e.at > @untouchedBefore)
        """;

    public static IReadOnlyList<WaitingKind> All { get; } =
    [
        new(
            "case_untouched",
            "Assigned, and untouched",
            "/console/cases?untouched=true",
            Permission.CaseAssign,
            CaseSettings.UntouchedHours,
            $"""
            select ref, assigned_at as at, 0 as tells_user from case_file
            where tenant = @tenant and gold_for is null and not is_test and {Untouched}
            order by assigned_at limit @most
            """,
            "A case was given to one person, who has done nothing about it; it is offered to nobody else. Ask them, or "
                + "give it to somebody else. It has waited for more hours than"
        ),
        new(
            "user_notice_overdue",
            "Users to tell",
            "/console/appeals#tell",
            Permission.AppealDecide,
            CaseSettings.NoticeHours,
            """
            select f.ref, a.tell_at as at, 1 as tells_user from account_action a
            join case_file f on f.tenant = a.tenant and f.id = a.case_id
            where a.tenant = @tenant and a.state = 'Active' and a.told_at is null and a.tell_at <= @now
                and not f.is_test and f.gold_for is null
            order by a.tell_at limit @most
            """,
            "A user may be told of what was done to their account, and nobody has. Tell them, or delay the notice for "
                + "a reason. It has waited for more hours than"
        ),
        new(
            "appeal_overdue",
            "Appeals",
            "/console/appeals",
            Permission.AppealDecide,
            CaseSettings.AppealHours,
            """
            select f.ref, p.at, 1 as tells_user from appeal p
            join account_action a on a.tenant = p.tenant and a.id = p.action_id
            join case_file f on f.tenant = a.tenant and f.id = a.case_id
            where p.tenant = @tenant and p.state = 'Open' and not f.is_test and f.gold_for is null
            order by p.at limit @most
            """,
            "A user's appeal is open: somebody who had no part in the case decides it. It has waited for more hours "
                + "than"
        )
        {
            Nobody = AppealReaders.Nobody,
        },
        new(
            "correction_overdue",
            "Corrections to send",
            "/console/appeals#corrections",
            Permission.AppealDecide,
            CaseSettings.CorrectionHours,
            """
            select f.ref, c.drafted_at as at, case when c.kind = 'User' then 1 else 0 end as tells_user
            from case_correction c
            join case_file f on f.tenant = c.tenant and f.id = c.case_id
            where c.tenant = @tenant and c.state = 'Draft' and not f.is_test and f.gold_for is null
            order by c.drafted_at limit @most
            """,
            "Somebody was told what turned out not to be so, and the letter that says it is still a draft. Send it, or "
                + "say why it is not needed. It has waited for more hours than"
        ),
        new(
            "opinion_overdue",
            "Opinions wanted",
            "/console/opinions",
            Permission.CaseGrade,
            CaseSettings.OpinionHours,
            """
            select f.ref, o.asked_at as at, 0 as tells_user from case_opinion o
            join case_item i on i.tenant = o.tenant and i.id = o.item_id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where o.tenant = @tenant and o.state = 'Waiting' and not f.is_test and f.gold_for is null
            order by o.asked_at limit @most
            """,
            "An item waits for another pair of eyes. Look at the opinions that are wanted. It has waited for more "
                + "hours than"
        )
        {
            Nobody = OpinionReaders.Nobody,
        },
        new(
            "audit_overdue",
            "Decisions to look at again",
            "/console/opinions#audits",
            Permission.CaseGrade,
            CaseSettings.AuditHours,
            """
            select f.ref, a.drawn_at as at, 0 as tells_user from case_audit a
            join case_item i on i.tenant = a.tenant and i.id = a.item_id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where a.tenant = @tenant and a.state = 'Waiting' and not f.is_test and f.gold_for is null
            order by a.drawn_at limit @most
            """,
            "A decision made without a view was drawn for a second person, and nobody has looked. Somebody who decided "
                + "nothing in the case does. It has waited for more hours than"
        )
        {
            Nobody = AuditReaders.Nobody,
        },
    ];
}
