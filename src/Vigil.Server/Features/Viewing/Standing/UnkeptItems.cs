using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Standing;

/// <summary>
/// Similar matches that nobody here can look at: their file was never brought, or was destroyed unseen, and none that
/// is alike is kept or was seen whole in the case.
/// </summary>
internal static class UnkeptItems
{
    /// <param name="rows">Contents of the case, destroyed ones too.</param>
    /// <param name="seen">Contents that were shown whole.</param>
    /// <param name="known">What the items' decisions rest on.</param>
    /// <param name="judged">What was said of equal files: one that was seen whole and confirmed is known.</param>
    public static IReadOnlyList<UnkeptItem> Of(
        IReadOnlyList<ContentRow> rows,
        IReadOnlySet<Guid> seen,
        IReadOnlyDictionary<Guid, MatchFacts> known,
        FilesJudged judged
    )
    {
        var kept = rows.Where(row => row.IsThere).Select(row => row.ItemId).ToHashSet();
        var bare = known
            .Where(one => one.Value is { IsExact: false, Entries.Count: > 0 } && !kept.Contains(one.Key))
            .Where(one => judged.Of(one.Value.FileDigest) is not { IsConfirmed: true })
            .OrderBy(one => one.Key)
            .ToList();
        if (bare.Count == 0)
        {
            return [];
        }
        // Without a file an item is equal to no other: only their entries make it alike.
        var stacks = Stacks.Of(
            [.. rows.Select(row => row.Sha256Digest), .. bare.Select(one => one.Key.ToByteArray())],
            [
                .. rows.Select(row => AnswerContentStandings.FactsOf(known, row)),
                .. bare.Select(one => one.Value),
            ]
        );
        var stoodFor = stacks
            .Take(rows.Count)
            .Where((_, at) => rows[at].IsThere || seen.Contains(rows[at].Id))
            .ToHashSet();
        return
        [
            .. bare.Where((_, at) => !stoodFor.Contains(stacks[rows.Count + at]))
                .Select(one => new UnkeptItem(one.Key, rows.Any(row => row.ItemId == one.Key))),
        ];
    }
}
