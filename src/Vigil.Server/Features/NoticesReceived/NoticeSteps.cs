using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>What is done about a notice.</summary>
internal enum NoticeStep
{
    /// <summary>Find the content here, or open a case for it.</summary>
    Locate,

    /// <summary>A person decides in the case.</summary>
    Review,

    /// <summary>The platform takes it down.</summary>
    Remove,

    /// <summary>Tell the sender.</summary>
    Reply,
}

/// <summary>One step of a notice, with its own clock.</summary>
internal sealed class StepRow
{
    public Guid NoticeId { get; init; }
    public NoticeStep Step { get; init; }
    public DateTimeOffset BegunAt { get; init; }
    public DateTimeOffset DueAt { get; init; }
    public string Owner { get; init; } = "";
    public DateTimeOffset? DoneAt { get; init; }
    public string? DoneBy { get; init; }
    public string? Outcome { get; init; }
    public byte[]? Words { get; init; }

    /// <summary>Of its alarms.</summary>
    public string About => $"{NoticeId} {Http.Words.Of(Step)}";

    public DateTimeOffset WarnAt => BegunAt + ((DueAt - BegunAt) * NoticeLimits.WarnAt);
}

internal static class NoticeSteps
{
    public const string DueSoon = "notice_due_soon";
    public const string Overdue = "notice_overdue";

    private const string Columns =
        "notice_id, step, begun_at, due_at, owner, done_at, done_by, outcome, words";

    /// <summary>In their order.</summary>
    public static async Task<IReadOnlyList<StepRow>> OfAsync(Tx tx, Guid noticeId) =>
        [
            .. (
                await tx.QueryAsync<StepRow>(
                    $"select {Columns} from notice_step where tenant = @tenant and notice_id = @noticeId",
                    new { noticeId }
                )
            ).OrderBy(row => row.Step),
        ];

    /// <summary>Those that are not done, by notice, of one page of notices, newest first.</summary>
    public static async Task<ILookup<Guid, StepRow>> WaitingAsync(Tx tx, IReadOnlyList<ReceivedNotice> page)
    {
        IReadOnlyList<StepRow> rows =
            page.Count == 0
                ? []
                : await tx.QueryAsync<StepRow>(
                    $"""
                    select {Columns} from notice_step where tenant = @tenant and done_at is null
                      and notice_id >= @oldest and notice_id <= @newest
                    """,
                    new { oldest = page[^1].Id, newest = page[0].Id }
                );
        return rows.OrderBy(row => row.Step).ToLookup(row => row.NoticeId);
    }

    /// <summary>Those of a notice whose sender asks for removal, or only tells.</summary>
    public static IEnumerable<NoticeStep> Of(bool wantsRemoval) =>
        Enum.GetValues<NoticeStep>().Where(step => wantsRemoval || step != NoticeStep.Remove);

    /// <summary>What is not done yet is due by then at the latest.</summary>
    public static Task<int> HastenAsync(Tx tx, Guid noticeId, DateTimeOffset deadline) =>
        tx.ExecuteAsync(
            """
            update notice_step set due_at = @deadline, warned_at = null, overdue_at = null
            where tenant = @tenant and notice_id = @noticeId and done_at is null and due_at > @deadline
            """,
            new { noticeId, deadline }
        );

    /// <summary>
    /// Begins them, or begins them anew where the sender named more; what is not done yet keeps the earlier time.
    /// </summary>
    public static async Task BeginAsync(
        Tx tx,
        Guid noticeId,
        DateTimeOffset from,
        DateTimeOffset? deadline,
        IEnumerable<NoticeStep> steps
    )
    {
        foreach (var step in steps)
        {
            var due = from + NoticeLimits.TimeFor(step);
            await tx.ExecuteAsync(
                """
                insert into notice_step (tenant, notice_id, step, begun_at, due_at, owner)
                values (@tenant, @noticeId, @step, @from, @due, @owner)
                on conflict (tenant, notice_id, step) do update set
                    begun_at = excluded.begun_at, due_at = excluded.due_at, warned_at = null, overdue_at = null,
                    done_at = null, done_by = null, outcome = null, words = null
                    where notice_step.done_at is not null or notice_step.due_at > excluded.due_at
                """,
                new
                {
                    noticeId,
                    step = step.ToString(),
                    from,
                    due = deadline < due ? deadline.Value : due,
                    owner = step switch
                    {
                        NoticeStep.Locate => "machine",
                        NoticeStep.Remove => "platform",
                        _ => "reviewers",
                    },
                }
            );
        }
    }

    /// <summary>It is done; its clock stops, its alarms end. False: it was done before, or there is none.</summary>
    public static async Task<bool> DoneAsync(
        Tx tx,
        Guid noticeId,
        NoticeStep step,
        string outcome,
        string? words = null,
        DateTimeOffset? at = null
    )
    {
        var changed = await tx.ExecuteAsync(
            """
            update notice_step set done_at = @at, done_by = @me, outcome = @outcome, words = @words
            where tenant = @tenant and notice_id = @noticeId and step = @step and done_at is null
            """,
            new
            {
                noticeId,
                step = step.ToString(),
                at = at ?? tx.Now,
                me = tx.Actor.Name,
                outcome,
                words = words is null ? null : ReceivedNotice.Seal(tx, words, noticeId),
            }
        );
        foreach (var code in (string[])[DueSoon, Overdue])
        {
            await tx.ClearAlarmAsync(code, $"{noticeId} {Http.Words.Of(step)}");
        }
        return changed == 1;
    }

    /// <summary>Steps whose next alarm is due.</summary>
    public static Task<IReadOnlyList<StepRow>> NearAsync(Tx tx) =>
        tx.QueryAsync<StepRow>(
            $"""
            select {Columns} from notice_step
            where tenant = @tenant and done_at is null
              and ((warned_at is null and begun_at + (due_at - begun_at) * 8 / 10 <= @now)
                or (overdue_at is null and due_at <= @now))
            order by due_at limit {NoticeLimits.Rows}
            """,
            new { now = tx.Now }
        );

    public static async Task<bool> AlarmAsync(Tx tx)
    {
        foreach (var row in await NearAsync(tx))
        {
            var isOver = row.DueAt <= tx.Now;
            await tx.ExecuteAsync(
                """
                update notice_step set warned_at = coalesce(warned_at, @now),
                    overdue_at = case when @isOver then @now else overdue_at end
                where tenant = @tenant and notice_id = @noticeId and step = @step
                """,
                new
                {
                    noticeId = row.NoticeId,
                    step = row.Step.ToString(),
                    now = tx.Now,
                    isOver,
                }
            );
            if (isOver)
            {
                await tx.ClearAlarmAsync(DueSoon, row.About);
            }
            await tx.RaiseAlarmAsync(
                new Alarm(
                    isOver ? Overdue : DueSoon,
                    isOver ? AlarmSeverity.Page : AlarmSeverity.Urgent,
                    isOver
                        ? $"A notice from outside waits for '{Words.Of(row.Step)}', and its time is over."
                        : $"A notice from outside waits for '{Words.Of(row.Step)}': four fifths of the time are over."
                )
                {
                    About = row.About,
                }
            );
        }
        return true;
    }
}
