using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Standing;

/// <summary>
/// What of a case must still be seen: exact matches by the policy, alike ones by one of them, all else itself.
/// </summary>
internal static class AnswerContentStandings
{
    public static async Task<ContentStandings> AnswerAsync(Tx tx, ContentStandingsWanted wanted)
    {
        var rows = (await ContentRow.OfCaseAsync(tx, wanted.Case.Value)).Where(row => row.IsThere).ToList();
        var viewed = await ViewedAsync(tx, wanted.Case);
        var seenDigests = await SeenDigestsAsync(tx, wanted.Case);
        var policy = await ExactPolicy.ReadAsync(tx);
        var facts = await FactsAsync(tx, wanted.Case, rows);
        var stacks = Stacks.Of([.. rows.Select(row => row.Sha256Digest)], facts);
        var standing = new List<ContentStanding>();
        for (var i = 0; i < rows.Count; i++)
        {
            var isFirst = stacks.IndexOf(stacks[i]) == i;
            var needs = facts[i].IsExact
                ? isFirst && policy.NeedsView(rows[i].Sha256Digest, seenDigests.Contains(rows[i].Id))
                : isFirst;
            standing.Add(
                new ContentStanding(
                    rows[i].Id,
                    rows[i].ItemId,
                    facts[i].IsExact,
                    stacks[i],
                    needs,
                    viewed.Any(one => one.ContentId == rows[i].Id && one.ShownWhole),
                    viewed.Any(one => one.ContentId == rows[i].Id && one.MetadataWhole)
                )
            );
        }
        return new ContentStandings(standing);
    }

    private static async Task<List<MatchFacts>> FactsAsync(Tx tx, CaseRef reference, List<ContentRow> rows)
    {
        var none = new MatchFacts(false, []);
        var known = tx.IsAnswered<CaseMatchFactsWanted>()
            ? (
                await tx.AskAsync<CaseMatchFactsWanted, CaseMatchFacts>(new CaseMatchFactsWanted(reference))
            ).ByItem
            : new Dictionary<Guid, MatchFacts>();
        return rows.ConvertAll(row => row.ItemId is { } item ? known.GetValueOrDefault(item, none) : none);
    }

    private static Task<IReadOnlyList<Viewed>> ViewedAsync(Tx tx, CaseRef reference) =>
        tx.QueryAsync<Viewed>(
            """
            select distinct content_id, shown_whole, metadata_whole from viewing_record
            where tenant = @tenant and case_ref = @reference and (shown_whole = @yes or metadata_whole = @yes)
            """,
            new { reference = reference.Value, yes = true }
        );

    /// <summary>Contents of the case of which an equal file was shown whole here, in whatever case.</summary>
    private static async Task<HashSet<Guid>> SeenDigestsAsync(Tx tx, CaseRef reference) =>
        [
            .. await tx.QueryAsync<Guid>(
                """
                select c.id from content_overview c
                where c.tenant = @tenant and c.case_ref = @reference and exists (
                    select 1 from content_overview o
                    join viewing_record v on v.tenant = o.tenant and v.content_id = o.id
                    where o.tenant = @tenant and o.sha256_digest = c.sha256_digest and v.shown_whole = @yes)
                """,
                new { reference = reference.Value, yes = true }
            ),
        ];

    private sealed class Viewed
    {
        public Guid ContentId { get; init; }
        public bool ShownWhole { get; init; }
        public bool MetadataWhole { get; init; }
    }
}
