using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>Somebody asks for a talk: who and since when, and nothing more.</summary>
public sealed record Talk
{
    public Guid Id { get; init; }
    public string Viewer { get; init; } = "";
    public DateTimeOffset At { get; init; }
    public DateTimeOffset? DoneAt { get; init; }
}

/// <summary>What a wellness lead is told of check-ins: only what a person told them by a press of their own.</summary>
internal static class Talks
{
    private const int MostShown = 200;

    /// <summary>One at a time.</summary>
    /// <exception cref="ProblemException">They did not say so in a check-in, or the lead knows already.</exception>
    public static async Task<bool> AskAsync(Tx tx, string viewer)
    {
        if (!(await OwnCheckIn.ReadAsync(tx, viewer)).MayAskTalk)
        {
            throw ProblemException.Conflict(
                "no_talk_offered",
                "Your wellness lead is told once, after you said in a check-in that you would like to talk."
            );
        }
        return await tx.ExecuteAsync(
                "insert into viewing_talk (tenant, id, viewer, at) values (@tenant, @id, @viewer, @now)",
                new
                {
                    id = tx.NewId(),
                    viewer,
                    now = tx.Now,
                }
            ) == 1;
    }

    /// <summary>As if it had never been asked for.</summary>
    public static async Task<bool> TakeBackAsync(Tx tx, string viewer) =>
        await tx.ExecuteAsync(
            "delete from viewing_talk where tenant = @tenant and viewer = @viewer and done_at is null",
            new { viewer }
        ) > 0;

    public static Task<IReadOnlyList<Talk>> OfAsync(Tx tx, string viewer) =>
        tx.QueryAsync<Talk>(
            """
            select id, viewer, at, done_at from viewing_talk where tenant = @tenant and viewer = @viewer
            order by at desc, id limit @most
            """,
            new { viewer, most = MostShown }
        );

    /// <summary>That wait, the oldest first.</summary>
    public static Task<IReadOnlyList<Talk>> WaitingAsync(Tx tx) =>
        tx.QueryAsync<Talk>(
            """
            select id, viewer, at, done_at from viewing_talk where tenant = @tenant and done_at is null
            order by at, id limit @most
            """,
            new { most = MostShown }
        );

    public static Task<long> CountWaitingAsync(Tx tx) =>
        tx.FindAsync<long>("select count(*) from viewing_talk where tenant = @tenant and done_at is null");

    /// <summary>Records itself. False: there is no such talk, or it is one's own.</summary>
    public static async Task<bool> DoneAsync(Tx tx, Guid id)
    {
        var isDone =
            await tx.ExecuteAsync(
                """
                update viewing_talk set done_at = @now, done_by = @by
                where tenant = @tenant and id = @id and done_at is null and viewer <> @self
                """,
                new
                {
                    id,
                    now = tx.Now,
                    by = tx.Actor.Name,
                    self = await KeyMakers.BehindAsync(tx),
                }
            ) == 1;
        await tx.RecordAsync(
            new LedgerAct(isDone ? "viewing.talk_done" : "viewing.talk_not_done", id.ToString())
        );
        return isDone;
    }
}
