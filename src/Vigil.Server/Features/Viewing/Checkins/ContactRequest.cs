using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Checkins;

/// <summary>Somebody would like to talk: who, since when, and who sees to it. Nothing of their answers.</summary>
public sealed record ContactRequest
{
    private const string AlarmCode = "wellness_contact_waits";
    private const int MostShown = 200;

    public Guid Id { get; init; }
    public string Viewer { get; init; } = "";
    public DateTimeOffset AskedAt { get; init; }

    /// <summary>The lead who sees to it; null: nobody yet.</summary>
    public string? Owner { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
    public string? AnsweredBy { get; init; }

    /// <summary>Once, while one waits.</summary>
    public static async Task AskAsync(Tx tx, string viewer)
    {
        if (!await IsWaitingAsync(tx, viewer))
        {
            await tx.ExecuteAsync(
                "insert into viewing_contact (tenant, id, viewer, asked_at) values (@tenant, @id, @viewer, @at)",
                new
                {
                    id = tx.NewId(),
                    viewer,
                    at = tx.Now,
                }
            );
        }
    }

    public static async Task<bool> IsWaitingAsync(Tx tx, string viewer) =>
        await tx.FindAsync<long>(
            """
            select count(*) from viewing_contact
            where tenant = @tenant and viewer = @viewer and answered_at is null
            """,
            new { viewer }
        ) > 0;

    /// <summary>Those that wait first, the oldest of them on top.</summary>
    public static Task<IReadOnlyList<ContactRequest>> ReadAsync(Tx tx) =>
        tx.QueryAsync<ContactRequest>(
            """
            select id, viewer, asked_at, owner, answered_at, answered_by from viewing_contact
            where tenant = @tenant
            order by case when answered_at is null then 0 else 1 end, asked_at, id limit @most
            """,
            new { most = MostShown }
        );

    /// <summary>
    /// Records itself; the ledger names no person who asked. False: there is none that waits, or it is one's own.
    /// </summary>
    public static async Task<bool> TakeAsync(Tx tx, Guid id)
    {
        var taken = await tx.ExecuteAsync(
            """
            update viewing_contact set owner = @me
            where tenant = @tenant and id = @id and answered_at is null and viewer <> @me
            """,
            new { id, me = tx.Actor.Name }
        );
        await RecordAsync(tx, id, taken, "taken");
        return taken == 1;
    }

    /// <inheritdoc cref="TakeAsync"/>
    public static async Task<bool> AnswerAsync(Tx tx, Guid id)
    {
        var answered = await tx.ExecuteAsync(
            """
            update viewing_contact set answered_at = @now, answered_by = @me
            where tenant = @tenant and id = @id and answered_at is null and viewer <> @me
            """,
            new
            {
                id,
                me = tx.Actor.Name,
                now = tx.Now,
            }
        );
        await RecordAsync(tx, id, answered, "answered");
        await WatchAsync(tx, await CheckinRules.ReadAsync(tx));
        return answered == 1;
    }

    /// <summary>An alarm while somebody waits too long; it ends when nobody does.</summary>
    public static async Task WatchAsync(Tx tx, CheckinRules rules)
    {
        var late = await tx.FindAsync<long>(
            """
            select count(*) from viewing_contact
            where tenant = @tenant and answered_at is null and asked_at < @before
            """,
            new { before = tx.Now.AddHours(-rules.AnswerHours) }
        );
        if (late == 0)
        {
            await tx.ClearAlarmAsync(AlarmCode);
            return;
        }
        await tx.RaiseAlarmOnceAsync(
            new Alarm(
                AlarmCode,
                AlarmSeverity.Urgent,
                $"Somebody who asked to talk waits longer than {rules.AnswerHours} hours: see the wellness page."
            )
        );
    }

    private static Task RecordAsync(Tx tx, Guid id, int done, string what) =>
        tx.RecordAsync(
            new LedgerAct($"wellness.contact_{(done == 1 ? what : $"not_{what}")}", id.ToString())
        );
}
