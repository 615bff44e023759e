using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>
/// Each request's own clock: an alarm when four fifths of its time are over, another when all of it is; and before a
/// letter's holds end. A letter whose holds ended is over.
/// </summary>
internal static class WatchClocks
{
    public const string DueSoon = "legal_due_soon";
    public const string Overdue = "legal_overdue";
    public const string HoldEnds = "legal_hold_ends";

    public const string Waiting = "state not in ('Released', 'Refused', 'Withdrawn', 'Done')";

    public static DateTimeOffset WarnAt(LegalRequest request) =>
        request.ReceivedAt + ((request.Deadline - request.ReceivedAt) * LegalLimits.WarnAt);

    /// <summary>Alarms are due now.</summary>
    public static async Task<bool> IsDueAsync(Tx tx) =>
        (await NearAsync(tx)).Count > 0
        || await tx.FindAsync<long>(
            $"""
            select count(*) from legal_request
            where tenant = @tenant and {Waiting} and hold_warned_at is null and hold_until <= @soon
            """,
            new { soon = tx.Now + LegalLimits.HoldEndsSoon }
        ) > 0;

    /// <summary>Raises those that are due; no act.</summary>
    public static async Task<bool> AlarmAsync(Tx tx)
    {
        var near = await NearAsync(tx);
        foreach (var request in near)
        {
            await AlarmAsync(tx, request);
        }
        var ending = await tx.QueryAsync<Guid>(
            $"""
            update legal_request set hold_warned_at = @now
            where tenant = @tenant and {Waiting} and hold_warned_at is null and hold_until <= @soon
            returning id
            """,
            new { now = tx.Now, soon = tx.Now + LegalLimits.HoldEndsSoon }
        );
        foreach (var id in ending)
        {
            await tx.RaiseAlarmAsync(
                new Alarm(
                    HoldEnds,
                    AlarmSeverity.Urgent,
                    "What an authority's letter keeps is kept for a few days more only. Extend it if they ask to, or "
                        + "ask them for an order."
                )
                {
                    About = id.ToString(),
                }
            );
        }
        return near.Count + ending.Count > 0;
    }

    /// <summary>Letters whose holds ended by themselves.</summary>
    public static Task<IReadOnlyList<LegalRequest>> EndedAsync(Tx tx) =>
        tx.QueryAsync<LegalRequest>(
            $"""
            select {LegalRequest.Columns} from legal_request
            where tenant = @tenant and kind = 'PreservationLetter' and {Waiting} and hold_until <= @now
            order by hold_until limit {LegalLimits.Rows}
            """,
            new { now = tx.Now }
        );

    public static async Task EndAsync(Tx tx, Guid id)
    {
        const string reason = "The letter's time is over.";
        var request = await LegalRequest.RequireAsync(tx, id);
        if (request.HoldUntil > tx.Now || LegalMoves.IsFinal(request.State))
        {
            await tx.RecordAsync(request.Act("legal.kept", null));
            return;
        }
        await request.MoveAsync(tx, LegalState.Done);
        await HoldScope.LiftAllAsync(tx, request, reason);
        await tx.RecordAsync(request.Act("legal.moved", reason, ("to", "done")));
    }

    private static Task<IReadOnlyList<LegalRequest>> NearAsync(Tx tx) =>
        tx.QueryAsync<LegalRequest>(
            $"""
            select {LegalRequest.Columns} from legal_request
            where tenant = @tenant and {Waiting}
              and ((warned_at is null and received_at + (deadline - received_at) * 8 / 10 <= @now)
                or (overdue_at is null and deadline <= @now))
            order by deadline limit {LegalLimits.Rows}
            """,
            new { now = tx.Now }
        );

    private static async Task AlarmAsync(Tx tx, LegalRequest request)
    {
        var isOver = request.Deadline <= tx.Now;
        await tx.ExecuteAsync(
            """
            update legal_request set warned_at = coalesce(warned_at, @now),
                overdue_at = case when @isOver then @now else overdue_at end
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = request.Id,
                now = tx.Now,
                isOver,
            }
        );
        if (isOver)
        {
            await tx.ClearAlarmAsync(DueSoon, request.Id.ToString());
        }
        await tx.RaiseAlarmAsync(
            new Alarm(
                isOver ? Overdue : DueSoon,
                isOver ? AlarmSeverity.Page : AlarmSeverity.Urgent,
                isOver
                    ? "An authority's request was not answered in time: answer it, or tell them when."
                    : "Four fifths of the time to answer an authority's request are over."
            )
            {
                About = request.Id.ToString(),
            }
        );
    }
}
