using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Standing;

/// <summary>
/// What of a case must still be seen: exact matches by the policy, alike ones by one of them, all else itself. A file
/// that was seen whole and confirmed is not asked for again; one that was seen and is not CSAM always is.
/// </summary>
internal static class AnswerContentStandings
{
    public static async Task<ContentStandings> AnswerAsync(Tx tx, ContentStandingsWanted wanted)
    {
        var all = await ContentRow.OfCaseAsync(tx, wanted.Case.Value);
        var viewed = await ViewedAsync(tx, wanted.Case);
        var seenDigests = await SeenDigestsAsync(tx, wanted.Case);
        var tries = await FileTry.OfCaseAsync(tx, wanted.Case);
        var policy = await ExactPolicy.ReadAsync(tx);
        var known = await FactsAsync(tx, wanted.Case);
        var judged = await JudgedFiles.AnswerAsync(tx, new FilesJudgedWanted(DigestsOf(all, known)));
        var seen = viewed.Where(one => one.ShownWhole).Select(one => one.ContentId).ToHashSet();
        var stacks = SeenStacks.Of(all, known, seen, judged);
        var standing = new List<ContentStanding>();
        foreach (var (at, row) in all.Index().Where(one => one.Item.IsThere))
        {
            var isExact = FactsOf(known, row).IsExact;
            var other = judged.Of(row.Sha256Digest, besides: row.Id);
            // What asks for the first copy alone is content with what was looked at of an equal file.
            var (obstacle, isLookedAt) = Obstacles.Of(
                row,
                tries.Where(one => one.ContentId == row.Id),
                isExact && policy.Views == ExactViews.FirstCopy
            );
            standing.Add(
                new ContentStanding(
                    row.Id,
                    row.ItemId,
                    isExact,
                    stacks.NumberOf(at),
                    other is { IsConfirmed: false }
                        || (
                            stacks.StandsFor(at)
                            && (!isExact || policy.NeedsView(row.Sha256Digest, seenDigests.Contains(row.Id)))
                        ),
                    seen.Contains(row.Id),
                    viewed.Any(one => one.ContentId == row.Id && one.MetadataWhole)
                )
                {
                    Obstacle = obstacle,
                    IsLookedAt = isLookedAt,
                    Judged = other,
                }
            );
        }
        return new ContentStandings(standing) { Unkept = UnkeptItems.Of(all, seen, known, judged) };
    }

    /// <summary>Of the contents, and of files that were scanned and not brought.</summary>
    private static List<byte[]> DigestsOf(
        IReadOnlyList<ContentRow> rows,
        IReadOnlyDictionary<Guid, MatchFacts> known
    ) =>
        [
            .. rows.Select(row => row.Sha256Digest)
                .Concat(known.Values.Select(facts => facts.FileDigest).OfType<byte[]>())
                .Where(digest => digest.Length > 0)
                .DistinctBy(digest => Convert.ToHexString(digest), StringComparer.Ordinal),
        ];

    private static async Task<IReadOnlyDictionary<Guid, MatchFacts>> FactsAsync(Tx tx, CaseRef reference) =>
        tx.IsAnswered<CaseMatchFactsWanted>()
            ? (
                await tx.AskAsync<CaseMatchFactsWanted, CaseMatchFacts>(new CaseMatchFactsWanted(reference))
            ).ByItem
            : new Dictionary<Guid, MatchFacts>();

    /// <summary>No entry, where no scan made its item.</summary>
    public static MatchFacts FactsOf(IReadOnlyDictionary<Guid, MatchFacts> known, ContentRow row) =>
        row.ItemId is { } item && known.TryGetValue(item, out var facts) ? facts : new MatchFacts(false, []);

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
                    select 1 from viewing_record v where v.tenant = @tenant and v.seen_digest = c.sha256_digest)
                """,
                new { reference = reference.Value }
            ),
        ];

    private sealed class Viewed
    {
        public Guid ContentId { get; init; }
        public bool ShownWhole { get; init; }
        public bool MetadataWhole { get; init; }
    }
}
