using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Standing;

/// <summary>What did not have to be seen: contents of confirmed cases that nobody was shown whole.</summary>
public sealed record ViewsAvoided
{
    public long Contents { get; init; }
    public long Viewed { get; init; }
    public long Avoided => Contents - Viewed;

    public static async Task<ViewsAvoided> ReadAsync(Tx tx) =>
        await tx.FindAsync<ViewsAvoided>(
            """
            select count(*) as contents, coalesce(sum(case when exists (
                    select 1 from viewing_record v
                    where v.tenant = @tenant and v.content_id = c.id and v.shown_whole = @yes)
                then 1 else 0 end), 0) as viewed
            from content_overview c
            join case_overview o on o.tenant = c.tenant and o.ref = c.case_ref
            where c.tenant = @tenant and o.outcome = 'Confirmed'
            """,
            new { yes = true }
        ) ?? new ViewsAvoided();
}
