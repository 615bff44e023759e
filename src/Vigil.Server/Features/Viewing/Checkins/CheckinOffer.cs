using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Checkins;

/// <summary>Whether a check-in is offered now, and why: never forced, and put off without a reason.</summary>
internal static class CheckinOffer
{
    /// <summary>Until one that was put off is offered again.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromDays(1);

    private const int Lookback = 60;

    /// <returns>In words, for the person alone; null: none is.</returns>
    public static async Task<string?> ReadAsync(Tx tx, string viewer)
    {
        var isPutOff = await tx.FindAsync<long>(
            "select count(*) from viewing_checkin_later where tenant = @tenant and viewer = @viewer and until > @now",
            new { viewer, now = tx.Now }
        );
        if (isPutOff > 0)
        {
            return null;
        }
        var since = await SinceAsync(tx, viewer);
        var stops = await tx.FindAsync<long>(
            """
            select count(*) from viewing_limit
            where tenant = @tenant and viewer = @viewer and kind in ('Hard', 'Severe') and at > @since
            """,
            new { viewer, since }
        );
        if (stops > 0)
        {
            return "You reached a limit of the day since your last check-in.";
        }
        var days = await tx.FindAsync<long>(
            """
            select count(distinct day) from (
                select started_at / 86400000 as day from viewing_record
                where tenant = @tenant and viewer = @viewer and started_at > @since and state <> 'Refused'
                union
                select started_at / 86400000 from viewing_words
                where tenant = @tenant and viewer = @viewer and started_at > @since and state <> 'Refused'
            ) seen
            """,
            new { viewer, since }
        );
        return days >= (await CheckinRules.ReadAsync(tx)).ExposureDays
            ? $"You had {days} days with difficult material since your last check-in."
            : null;
    }

    public static Task<int> PutOffAsync(Tx tx, string viewer) =>
        tx.ExecuteAsync(
            """
            insert into viewing_checkin_later (tenant, viewer, until) values (@tenant, @viewer, @until)
            on conflict (tenant, viewer) do update set until = excluded.until
            """,
            new { viewer, until = tx.Now + Later }
        );

    private static async Task<DateTimeOffset> SinceAsync(Tx tx, string viewer)
    {
        var last = await tx.QueryAsync<DateTimeOffset>(
            """
            select at from viewing_checkin where tenant = @tenant and viewer = @viewer
            order by at desc limit 1
            """,
            new { viewer }
        );
        var earliest = tx.Now.AddDays(-Lookback);
        return last.Count > 0 && last[0] > earliest ? last[0] : earliest;
    }
}
