using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>POST /v1/cases/{ref}/danger and /danger/end.</summary>
internal sealed record DangerRequest
{
    /// <summary>For the end: whom you reached and what was done; sealed.</summary>
    public string? Note { get; init; }
}

/// <summary>
/// A child may be in danger now: one act, by anybody who may decide, whoever works on the case, or a user's flag that
/// says so. To the top of the queue, and who is on call is woken by an alarm that says nothing of the case.
/// </summary>
internal static class DangerLane
{
    public const string AlarmCode = "child_may_be_in_danger";
    public const string AlarmText =
        "Somebody who reads cases says that a child may be in danger now. Open the case of this reference in the "
        + "console "
        + "and follow its checklist; it is the first of the queue.";
    public const string FlagAlarmText =
        "A user says that a child may be in danger now. Open the case of this reference in the console and follow its "
        + "checklist; it is the first of the queue.";

    /// <summary>Who said so, where it was a flag.</summary>
    private const string ByFlag = "a user's flag";

    public static async Task<CaseStatus> BeginAsync(Tx tx, string reference)
    {
        var file = await CaseActs.RequireAsync(tx, reference);
        await tx.RecordAsync(new LedgerAct("case.danger", file.Ref));
        await EnterAsync(tx, file, tx.Actor.Name, null);
        await AlarmAsync(tx, file, AlarmText);
        return CaseStatus.Of(file);
    }

    /// <summary>A user says so: the same lane and alarm for people; nobody is acted against.</summary>
    /// <param name="tx">Of the flag.</param>
    /// <param name="reference">The open case that took it.</param>
    public static async Task BeginByFlagAsync(Tx tx, string reference)
    {
        var file = (await CaseFile.FindAsync(tx, reference))!;
        await EnterAsync(tx, file, ByFlag, "A user's flag says so.");
        await AlarmAsync(tx, file, FlagAlarmText);
    }

    private static async Task EnterAsync(Tx tx, CaseFile file, string by, string? words)
    {
        if (file.DangerAt is not null)
        {
            return;
        }
        await tx.ExecuteAsync(
            """
            update case_file set danger_at = @at, danger_by = @by, priority_before = priority, priority = @top,
                hold_until = null, updated_at = @at
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = file.Id,
                at = tx.Now,
                by,
                top = CasePriority.Danger,
            }
        );
        await CaseTimeline.AddAsync(tx, file.Id, "danger", words);
    }

    private static Task AlarmAsync(Tx tx, CaseFile file, string text) =>
        file is { GoldFor: null, IsTest: false }
            ? tx.RaiseAlarmAsync(new Alarm(AlarmCode, AlarmSeverity.Page, text) { About = file.Ref })
            : Task.CompletedTask;

    public static async Task<CaseStatus> EndAsync(Tx tx, string reference, string? note)
    {
        var file = await CaseActs.RequireAsync(tx, reference);
        var words = CaseLimits.Required(note, CaseLimits.NoteCharacters, "note");
        await tx.RecordAsync(new LedgerAct("case.danger_ended", file.Ref));
        await tx.ExecuteAsync(
            """
            update case_file set danger_at = null, priority = coalesce(priority_before, priority),
                priority_before = null, updated_at = @at
            where tenant = @tenant and id = @id and danger_at is not null
            """,
            new { id = file.Id, at = tx.Now }
        );
        await CaseTimeline.AddAsync(tx, file.Id, "danger_ended", words);
        await tx.ClearAlarmAsync(AlarmCode, file.Ref);
        return CaseStatus.Of(file);
    }
}
