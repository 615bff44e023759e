using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Checkins;

/// <summary>How many check-ins there were in the last whole month; null: too few people to say.</summary>
/// <param name="Month">Its first day, UTC.</param>
public sealed record CheckinCounts(DateTimeOffset Month, long? People, long? Checkins)
{
    /// <summary>Of fewer, a number would tell of one of them.</summary>
    public const int LeastPeople = 5;

    /// <summary>A whole month: what changed since yesterday would tell of one person too.</summary>
    public static async Task<CheckinCounts> ReadAsync(Tx tx)
    {
        var now = tx.Now.UtcDateTime;
        var ends = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var begins = ends.AddMonths(-1);
        var found = await tx.FindAsync<Row>(
            """
            select count(distinct viewer) as people, count(*) as checkins from viewing_checkin
            where tenant = @tenant and at >= @begins and at < @ends
            """,
            new { begins, ends }
        );
        return found is { People: >= LeastPeople }
            ? new CheckinCounts(begins, found.People, found.Checkins)
            : new CheckinCounts(begins, null, null);
    }

    private sealed class Row
    {
        public long People { get; init; }
        public long Checkins { get; init; }
    }
}
