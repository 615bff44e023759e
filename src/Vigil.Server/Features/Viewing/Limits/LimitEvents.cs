using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>A limit that somebody reached: when and which, never what they saw.</summary>
public sealed record LimitEvent
{
    public Guid Id { get; init; }
    public string Viewer { get; init; } = "";
    public DateTimeOffset At { get; init; }
    public LimitKind Kind { get; init; }
    public DateTimeOffset? LiftedAt { get; init; }
    public string? LiftedBy { get; init; }
}

internal static class LimitEvents
{
    private const int MaxShown = 200;

    /// <summary>Cases whose names a reason is looked through for, the newest.</summary>
    private const int MostCases = 50;

    /// <summary>Once a kind within the time; a stop stands until it is lifted.</summary>
    public static async Task NoteAsync(Tx tx, string viewer, LimitKind kind, DateTimeOffset since)
    {
        var noted = await tx.FindAsync<long>(
            """
            select count(*) from viewing_limit
            where tenant = @tenant and viewer = @viewer and kind = @kind and at >= @since
                and (lifted_at is null or kind not in ('Hard', 'Severe'))
            """,
            new
            {
                viewer,
                kind = kind.ToString(),
                since,
            }
        );
        if (noted == 0)
        {
            await tx.ExecuteAsync(
                "insert into viewing_limit (tenant, id, viewer, at, kind) values (@tenant, @id, @viewer, @at, @kind)",
                new
                {
                    id = tx.NewId(),
                    viewer,
                    at = tx.Now,
                    kind = kind.ToString(),
                }
            );
        }
    }

    public static Task<IReadOnlyList<LimitEvent>> ReadAsync(Tx tx) =>
        tx.QueryAsync<LimitEvent>(
            """
            select id, viewer, at, kind, lifted_at, lifted_by from viewing_limit
            where tenant = @tenant order by at desc, id limit @most
            """,
            new { most = MaxShown }
        );

    /// <summary>Lets somebody go on; records itself. False: there is no such stop, or it is one's own.</summary>
    /// <exception cref="ProblemException">The reason names an account or content that they worked on.</exception>
    public static async Task<bool> LiftAsync(Tx tx, Guid id, string reason)
    {
        foreach (var reference in await CasesAsync(tx, id))
        {
            await NamesNobody.RequireAsync(tx, reference, reason);
        }
        var lifted = await tx.ExecuteAsync(
            """
            update viewing_limit set lifted_at = @now, lifted_by = @by
            where tenant = @tenant and id = @id and kind in ('Hard', 'Severe') and lifted_at is null
                and viewer <> @self
            """,
            new
            {
                id,
                now = tx.Now,
                by = tx.Actor.Name,
                self = await KeyMakers.BehindAsync(tx),
            }
        );
        await tx.RecordAsync(
            new LedgerAct(lifted == 1 ? "viewing.stop_lifted" : "viewing.stop_not_lifted", id.ToString())
            {
                Reason = reason,
            }
        );
        return lifted == 1;
    }

    /// <summary>What the stopped person looked at within the day before.</summary>
    private static Task<IReadOnlyList<string>> CasesAsync(Tx tx, Guid id) =>
        tx.QueryAsync<string>(
            """
            select v.case_ref from (
                select tenant, viewer, case_ref, started_at from viewing_record where tenant = @tenant
                union all
                select tenant, viewer, case_ref, started_at from viewing_words where tenant = @tenant
            ) v join viewing_limit l on l.tenant = v.tenant and l.viewer = v.viewer
            where v.tenant = @tenant and l.id = @id and v.started_at >= l.at - @day and v.started_at <= l.at
            group by v.case_ref order by max(v.started_at) desc limit @most
            """,
            new
            {
                id,
                day = (long)TimeSpan.FromDays(1).TotalMilliseconds,
                most = MostCases,
            }
        );
}
