using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>A case that has an item of a notice.</summary>
/// <param name="FoundBy">"nothing", "content", "fingerprint" or "history".</param>
/// <param name="Outcome">Of its decision; null: none left yet.</param>
internal sealed record PlaceView(string CaseRef, string FoundBy, DateTimeOffset At, string? Outcome);

/// <summary>The cases of a notice: its review is done when each of them was decided.</summary>
internal static class NoticePlaces
{
    public const string Confirmed = "confirmed";

    /// <summary>Of a removal that nobody waits for.</summary>
    public const string NotWanted = "not_wanted";

    public static async Task AddAsync(Tx tx, Guid noticeId, IEnumerable<NoticePlace> places)
    {
        foreach (var place in places)
        {
            await tx.ExecuteAsync(
                """
                insert into notice_place (tenant, notice_id, item_id, case_ref, found_by, at)
                values (@tenant, @noticeId, @item, @case, @foundBy, @now)
                """,
                new
                {
                    noticeId,
                    item = place.ItemId,
                    @case = place.Case.Value,
                    foundBy = place.FoundBy.ToString(),
                    now = tx.Now,
                }
            );
        }
    }

    /// <summary>Oldest first; those that the reader may see.</summary>
    public static async Task<IReadOnlyList<PlaceView>> OfAsync(Tx tx, Guid noticeId)
    {
        var visible = await tx.VisibleCasesAsync();
        var rows = await tx.QueryAsync<PlaceRow>(
            """
            select notice_id, item_id, case_ref, found_by, at, outcome from notice_place
            where tenant = @tenant and notice_id = @noticeId order by at, item_id
            """,
            new { noticeId }
        );
        return
        [
            .. rows.Where(row => visible?.Contains(row.CaseRef) != false)
                .Select(row => new PlaceView(row.CaseRef, Words.Of(row.FoundBy), row.At, row.Outcome)),
        ];
    }

    /// <summary>A decision left a case, about these items of it.</summary>
    public static async Task DecidedAsync(Tx tx, CaseRef reference, IReadOnlyList<Guid> items, string outcome)
    {
        var notices = await ManyRows.SelectWantedAsync<Guid>(
            tx,
            """
            select p.notice_id from wanted cross join notice_place p
            where p.tenant = @tenant and p.case_ref = @reference and p.item_id = wanted.value
            """,
            items.Select(item => (object)item),
            ("reference", reference.Value)
        );
        if (notices.Count == 0)
        {
            return;
        }
        await tx.ExecuteManyAsync(
            """
            update notice_place set outcome = @outcome
            where tenant = @tenant and case_ref = @reference and item_id = @item
            """,
            items,
            (row, item) =>
            {
                row.Set("outcome", outcome);
                row.Set("reference", reference.Value);
                row.Set("item", item);
            }
        );
        foreach (var notice in notices.Distinct())
        {
            await ReviewedAsync(tx, notice, outcome);
        }
    }

    /// <summary>Its items of notices, whatever notice.</summary>
    public static Task<IReadOnlyList<Guid>> ItemsOfAsync(Tx tx, CaseRef reference) =>
        tx.QueryAsync<Guid>(
            "select distinct item_id from notice_place where tenant = @tenant and case_ref = @reference",
            new { reference = reference.Value }
        );

    private static async Task ReviewedAsync(Tx tx, Guid notice, string outcome)
    {
        var all = await tx.QueryAsync<string>(
            """
            select coalesce(outcome, '') from notice_place where tenant = @tenant and notice_id = @notice
            """,
            new { notice }
        );
        if (!all.Contains("", StringComparer.Ordinal))
        {
            var said = all.Contains(Confirmed, StringComparer.Ordinal) ? Confirmed : outcome;
            if (!await NoticeSteps.DoneAsync(tx, notice, NoticeStep.Review, said))
            {
                await ReviewedOtherwiseAsync(tx, notice, said);
            }
            if (said == Confirmed)
            {
                await RemoveAgainAsync(tx, notice);
            }
        }
    }

    /// <summary>
    /// An answer, or a decision of before, had ended the removal that the sender asks for; what is confirmed now is to
    /// be removed: its time begins, by the sender's own deadline where that is ahead.
    /// </summary>
    private static async Task RemoveAgainAsync(Tx tx, Guid notice)
    {
        var ended = (await NoticeSteps.OfAsync(tx, notice)).Any(step =>
            step is { Step: NoticeStep.Remove, DoneAt: not null, Outcome: NotWanted }
        );
        if (!ended)
        {
            return;
        }
        var deadline = (await ReceivedNotice.LockAsync(tx, notice))?.DeadlineAhead(tx.Now);
        await NoticeSteps.BeginAsync(tx, notice, tx.Now, deadline, [NoticeStep.Remove]);
    }

    /// <summary>
    /// Decided before: the last decision counts, and where nothing is confirmed no removal is waited for.
    /// </summary>
    private static async Task ReviewedOtherwiseAsync(Tx tx, Guid notice, string said)
    {
        await tx.ExecuteAsync(
            """
            update notice_step set outcome = @said
            where tenant = @tenant and notice_id = @notice and step = 'Review'
            """,
            new { notice, said }
        );
        var isAnswered = (await NoticeSteps.OfAsync(tx, notice)).Any(step =>
            step is { Step: NoticeStep.Reply, DoneAt: not null }
        );
        if (said != Confirmed && isAnswered)
        {
            await NoticeSteps.DoneAsync(tx, notice, NoticeStep.Remove, NotWanted);
        }
    }

    private sealed class PlaceRow
    {
        public Guid NoticeId { get; init; }
        public Guid ItemId { get; init; }
        public string CaseRef { get; init; } = "";
        public NoticeFoundBy FoundBy { get; init; }
        public DateTimeOffset At { get; init; }
        public string? Outcome { get; init; }
    }
}
