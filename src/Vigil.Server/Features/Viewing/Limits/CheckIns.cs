using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>
/// When a person is asked how they are, and what they say: for themselves alone. No act of it is in the ledger, as
/// of a pause.
/// </summary>
internal static class CheckIns
{
    /// <summary>Not answered for so long, a question goes away by itself. Own choice.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    private const int MostShown = 100;

    /// <summary>Somebody is about to look: the first time makes it a worked day.</summary>
    public static async Task NoteLookAsync(Tx tx, string viewer, ViewingRules rules)
    {
        if (!IsAsked(tx, rules))
        {
            return;
        }
        await tx.ExecuteAsync(
            """
            insert into viewing_worked (tenant, viewer, day, days) values (@tenant, @viewer, @day, 1)
            on conflict (tenant, viewer) do update set day = excluded.day, days = viewing_worked.days + 1
            where viewing_worked.day < excluded.day
            """,
            new { viewer, day = rules.DayOf(tx.Now) }
        );
        var days = await tx.FindAsync<long>(
            "select days from viewing_worked where tenant = @tenant and viewer = @viewer",
            new { viewer }
        );
        if (days >= rules.CheckInDays)
        {
            await OfferAsync(tx, viewer, CheckInCause.Days, rules);
        }
    }

    /// <summary>A limit was reached: once a day it is a reason to ask.</summary>
    public static async Task NoteLimitAsync(Tx tx, string viewer, LimitKind limit, ViewingRules rules)
    {
        if (IsAsked(tx, rules) && limit is LimitKind.Hard or LimitKind.Severe or LimitKind.Hour)
        {
            await OfferAsync(tx, viewer, CheckInCause.Limit, rules);
        }
    }

    /// <summary>Who has a page of their own; a program's readers have none.</summary>
    private static bool IsAsked(Tx tx, ViewingRules rules) =>
        rules.CheckInDays > 0 && tx.Actor.Kind == ActorKind.Person && tx.Actor.May(Permission.ContentRender);

    /// <summary>One question at a time.</summary>
    private static async Task OfferAsync(Tx tx, string viewer, CheckInCause cause, ViewingRules rules)
    {
        var before = await tx.FindAsync<long>(
            """
            select count(*) from viewing_check_in
            where tenant = @tenant and viewer = @viewer
              and ((state = 'Open' and at > @since) or (cause = @cause and at >= @day))
            """,
            new
            {
                viewer,
                cause = cause.ToString(),
                since = tx.Now - Patience,
                day = rules.DayOf(tx.Now),
            }
        );
        if (before > 0)
        {
            return;
        }
        await tx.ExecuteAsync(
            """
            insert into viewing_check_in (tenant, id, viewer, at, cause, state)
            values (@tenant, @id, @viewer, @now, @cause, 'Open')
            """,
            new
            {
                id = tx.NewId(),
                viewer,
                now = tx.Now,
                cause = cause.ToString(),
            }
        );
        await tx.ExecuteAsync(
            "update viewing_worked set days = 0 where tenant = @tenant and viewer = @viewer",
            new { viewer }
        );
    }

    /// <summary>A question waits for this person.</summary>
    public static async Task<bool> IsWaitingAsync(Tx tx, string viewer) =>
        await tx.FindAsync<long>(
            """
            select count(*) from viewing_check_in
            where tenant = @tenant and viewer = @viewer and state = 'Open' and at > @since
            """,
            new { viewer, since = tx.Now - Patience }
        ) > 0;

    /// <summary>A person's own, the newest first.</summary>
    public static Task<IReadOnlyList<CheckIn>> ReadAsync(Tx tx, string viewer) =>
        tx.QueryAsync<CheckIn>(
            """
            select id, at, cause, state, answer, answered_at from viewing_check_in
            where tenant = @tenant and viewer = @viewer and at > @since
            order by at desc, id limit @most
            """,
            new
            {
                viewer,
                since = tx.Now - ForgetExposure.Life,
                most = MostShown,
            }
        );

    /// <param name="answer">Null: they would rather not say.</param>
    /// <returns>False: nobody asks this any more.</returns>
    public static async Task<bool> AnswerAsync(Tx tx, string viewer, Guid id, CheckInAnswer? answer) =>
        await tx.ExecuteAsync(
            """
            update viewing_check_in set state = @state, answer = @answer, answered_at = @now
            where tenant = @tenant and id = @id and viewer = @viewer and state = 'Open' and at > @since
            """,
            new
            {
                id,
                viewer,
                state = answer is null ? "Skipped" : "Answered",
                answer = answer is { } said ? CheckIn.Seal(tx, id, said) : null,
                now = tx.Now,
                since = tx.Now - Patience,
            }
        ) == 1;

    /// <summary>Raw ones go with the rest of a person's exposure; who waits for a talk waits on.</summary>
    /// <param name="before">Milliseconds since 1970-01-01 UTC.</param>
    public static async Task ForgetAsync(Tx tx, long before)
    {
        await tx.ExecuteAsync(
            "delete from viewing_check_in where tenant = @tenant and at < @before",
            new { before }
        );
        await tx.ExecuteAsync(
            "delete from viewing_worked where tenant = @tenant and day < @before",
            new { before }
        );
        await tx.ExecuteAsync(
            "delete from viewing_talk where tenant = @tenant and at < @before and done_at is not null",
            new { before }
        );
    }
}
