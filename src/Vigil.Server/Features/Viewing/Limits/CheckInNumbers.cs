using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>How many check-ins there were in 30 days: all that a wellness lead sees of them.</summary>
public sealed record CheckInNumbers
{
    /// <summary>Of fewer people even a number could tell who answered. Own choice.</summary>
    public const int LeastPeople = 5;

    public static readonly TimeSpan Span = TimeSpan.FromDays(30);

    public long Offered { get; init; }
    public long Answered { get; init; }
    public long People { get; init; }

    /// <summary>
    /// Of the 30 days before today: what is answered today does not move them while somebody watches.
    /// </summary>
    /// <returns>
    /// Null: fewer people than <see cref="LeastPeople"/> were asked, or all or none of what was asked was answered.
    /// </returns>
    internal static async Task<CheckInNumbers?> ReadAsync(Tx tx)
    {
        var today = new DateTimeOffset(tx.Now.UtcDateTime.Date, TimeSpan.Zero);
        var numbers = await tx.FindAsync<CheckInNumbers>(
            """
            select count(*) as offered, count(distinct viewer) as people,
                coalesce(sum(case state when 'Answered' then 1 else 0 end), 0) as answered
            from viewing_check_in where tenant = @tenant and at > @since and at < @today
            """,
            new { since = today - Span, today }
        );
        return numbers is { People: >= LeastPeople, Answered: > 0 } && numbers.Answered < numbers.Offered
            ? numbers
            : null;
    }
}
