using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <param name="Owner">Who does it.</param>
/// <param name="Clock">"running", "due_soon", "overdue" or "stopped".</param>
internal sealed record StepView(
    string Step,
    string Owner,
    DateTimeOffset BegunAt,
    DateTimeOffset DueAt,
    string Clock,
    DateTimeOffset? DoneAt,
    string? DoneBy,
    string? Outcome,
    string? Text
)
{
    public static StepView Of(Tx tx, StepRow row) =>
        new(
            Words.Of(row.Step),
            row.Owner,
            row.BegunAt,
            row.DueAt,
            row.DoneAt is not null ? "stopped"
                : tx.Now >= row.DueAt ? "overdue"
                : tx.Now >= row.WarnAt ? "due_soon"
                : "running",
            row.DoneAt,
            row.DoneBy,
            row.Outcome,
            row.Words is null ? null : ReceivedNotice.Open<string>(tx, row.Words, row.NoticeId)
        );
}

/// <summary>A notice in a list.</summary>
/// <param name="Next">The step that waits; null: none.</param>
internal sealed record NoticeStatus(
    Guid Id,
    string SenderKind,
    string Sender,
    string? Reference,
    string Category,
    bool WantsRemoval,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? Deadline,
    string State,
    string CaseRef,
    string Located,
    string History,
    long Repeats,
    StepView? Next
);

internal sealed record NoticeList(IReadOnlyList<NoticeStatus> Notices, Guid? Next);

/// <summary>
/// A notice without its words, which take a look of their own (<see cref="ReadNoticeWords"/>); of its fingerprints
/// how many
/// there are.
/// </summary>
/// <param name="FoundContents">That its fingerprints found, in cases that the reader may see.</param>
/// <param name="Cases">That have an item of it, its own first, as far as the reader may see them.</param>
internal sealed record NoticeView(
    NoticeStatus Status,
    IReadOnlyList<string> Contents,
    IReadOnlyList<string> FoundContents,
    int Hashes,
    IReadOnlyList<PlaceView> Cases,
    string? Account,
    IReadOnlyList<string> MoreAccounts,
    int TextCharacters,
    string RecordedBy,
    DateTimeOffset? RemovalAskedAt,
    string? RemovalAskedBy,
    IReadOnlyList<StepView> Steps,
    IReadOnlyList<FeedbackView> Feedback
)
{
    public static async Task<NoticeView> ReadAsync(Tx tx, Guid id)
    {
        var notice = await FindAsync(tx, id);
        var details = notice.DetailsOf(tx);
        var steps = (await NoticeSteps.OfAsync(tx, id)).Select(row => StepView.Of(tx, row)).ToList();
        var places = await NoticePlaces.OfAsync(tx, id);
        var hidden = await HiddenVerdicts.ReadAsync(
            tx,
            places.Select(place => place.CaseRef).Append(notice.CaseRef)
        );
        var whole = new NoticeView(
            StatusOf(notice, details, steps),
            details.Contents,
            await LocatedNow.VisibleAsync(tx, details),
            details.Hashes.Count,
            places,
            details.Account,
            details.MoreAccounts,
            details.Text?.Length ?? 0,
            notice.RecordedBy,
            notice.RemovalAskedAt,
            notice.RemovalAskedBy,
            steps,
            await FeedbackView.OfCaseAsync(tx, notice.CaseRef)
        );
        return hidden.Why.Count == 0 ? whole : Hide(whole);
    }

    /// <summary>For who is still to judge alone in one of its cases: what came, not what was decided.</summary>
    private static NoticeView Hide(NoticeView view) =>
        view with
        {
            Status = Hide(view.Status),
            Cases = [.. view.Cases.Select(place => place with { Outcome = null })],
            RemovalAskedAt = null,
            RemovalAskedBy = null,
            Steps = [],
            Feedback = [],
        };

    private static NoticeStatus Hide(NoticeStatus status) => status with { State = "hidden", Next = null };

    /// <summary>Newest first, inside the reader's fences.</summary>
    /// <param name="tx">The reader's.</param>
    /// <param name="isAll">Also those of which no step waits.</param>
    /// <param name="before">Older than this one; null: the newest.</param>
    public static async Task<NoticeList> ListAsync(Tx tx, bool isAll, Guid? before)
    {
        var rows = await tx.QueryAsync<ReceivedNotice>(
            $"""
            select {ReceivedNotice.Columns} from notice_received n
            where n.tenant = @tenant and (@isFirst or n.id < @before)
              and (@isAll or exists (select 1 from notice_step s
                  where s.tenant = @tenant and s.notice_id = n.id and s.done_at is null))
              and {tx.SeesCase("n.case_ref")}
            order by n.id desc limit {NoticeLimits.Rows}
            """,
            new
            {
                isAll,
                isFirst = before is null,
                before = before ?? Guid.Empty,
            }
        );
        var waiting = await NoticeSteps.WaitingAsync(tx, rows);
        var hidden = await HiddenVerdicts.ReadAsync(tx, rows.Select(row => row.CaseRef));
        return new NoticeList(
            [
                .. rows.Select(row =>
                {
                    var status = StatusOf(
                        row,
                        row.DetailsOf(tx),
                        [.. waiting[row.Id].Select(step => StepView.Of(tx, step))]
                    );
                    return hidden.Hides(row.CaseRef) ? Hide(status) : status;
                }),
            ],
            rows.Count == NoticeLimits.Rows ? rows[^1].Id : null
        );
    }

    public static async Task<ReceivedNotice> FindAsync(Tx tx, Guid id) =>
        await tx.FindAsync<ReceivedNotice>(
            $"select {ReceivedNotice.Columns} from notice_received where tenant = @tenant and id = @id",
            new { id }
        )
            is { } found
        && await tx.MaySeeCaseAsync(found.CaseRef)
            ? found
            : throw ProblemException.NotFound("There is no notice of this id.");

    private static NoticeStatus StatusOf(
        ReceivedNotice notice,
        NoticeDetails details,
        IReadOnlyList<StepView> steps
    ) =>
        new(
            notice.Id,
            Words.Of(notice.SenderKind),
            details.Sender,
            details.Reference,
            Words.Of(notice.Category),
            notice.WantsRemoval,
            notice.ReceivedAt,
            notice.Deadline,
            Words.Of(notice.State),
            notice.CaseRef,
            notice.Located,
            Words.Of(notice.History),
            notice.Repeats,
            steps.Where(step => step.DoneAt is null).MinBy(step => step.DueAt)
        );
}
