using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// What one reporter says of an account, and of no content, is an item each time it is new: so many of a day are kept
/// with their words, the rest is counted on the last of them. Danger is heard all the same. Who is called by no name
/// cannot be told apart, and has no bound.
/// </summary>
internal static class OneReporter
{
    /// <summary>For the timeline.</summary>
    public static readonly string Line =
        $"one reporter said {CaseLimits.FlagsOfReporter} different things of this account within a day.";

    /// <summary>Where it is counted; null: it is kept.</summary>
    public static async Task<TakeFlag.Place?> FindFullAsync(Tx tx, SubmitFlag.Flag flag)
    {
        if (flag.ContentRef is not null || flag.Reporter is null)
        {
            return null;
        }
        var values = new
        {
            digest = Sealed.ReporterDigest(tx, flag.Account, flag.Reporter),
            since = tx.Now - CaseLimits.ReporterTime,
        };
        var kept = await tx.FindAsync<long>(
            """
            select count(*) from case_flag g join case_item i on i.tenant = g.tenant and i.id = g.item_id
            where g.tenant = @tenant and g.reporter_digest = @digest and g.first_at > @since
              and i.content_digest is null
            """,
            values
        );
        return kept < CaseLimits.FlagsOfReporter
            ? null
            : await tx.FindAsync<TakeFlag.Place>(
                """
                select f.id, i.id as item_id, f.ref from case_flag g
                join case_item i on i.tenant = g.tenant and i.id = g.item_id
                join case_file f on f.tenant = i.tenant and f.id = i.case_id
                where g.tenant = @tenant and g.reporter_digest = @digest and g.first_at > @since
                  and i.content_digest is null and i.state = 'Open' and f.state = 'Open'
                order by g.first_at desc, g.id desc limit 1
                """,
                values
            );
    }

    /// <summary>On this item, of all reasons.</summary>
    public static Task<long> CountedAsync(Tx tx, Guid itemId) =>
        tx.FindAsync<long>(
            """
            select cast(coalesce(sum(count), 0) as bigint) from case_flag
            where tenant = @tenant and item_id = @itemId and is_sum
            """,
            new { itemId }
        );
}
