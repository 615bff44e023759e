using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Standing;

/// <summary>
/// Files that a person here saw whole and that were then decided. By keyed digests, in the tenant's own rows; they
/// outlive the bytes. One indexed query where nobody saw an equal file, one or two more where somebody did.
/// </summary>
internal static class JudgedFiles
{
    public static async Task<FilesJudged> AnswerAsync(Tx tx, FilesJudgedWanted wanted)
    {
        // By the looks, which are few, and not by the copies.
        var seen = await ManyRows.SelectWantedAsync<Seen>(
            tx,
            """
            select distinct v.seen_digest as digest, v.content_id, c.case_ref, c.item_id
            from wanted cross join viewing_record v
            join content_overview c on c.tenant = v.tenant and c.id = v.content_id
            where v.tenant = @tenant and v.seen_digest = wanted.value
            """,
            wanted.Digests
        );
        if (seen.Count == 0)
        {
            return FilesJudged.None;
        }
        var items = (
            await ItemsAsync(
                tx,
                "item_id",
                seen.Select(one => one.ItemId).OfType<Guid>().Distinct().Select(id => (object)id)
            )
        ).ToLookup(item => item.ItemId);
        // A content of no item is as all items of its case.
        var cases = (
            await ItemsAsync(
                tx,
                "case_ref",
                seen.Where(one => one.ItemId is null)
                    .Select(one => one.CaseRef)
                    .Distinct(StringComparer.Ordinal)
            )
        ).ToLookup(item => item.CaseRef, StringComparer.Ordinal);
        return new FilesJudged([
            .. seen.Select(one => JudgedOf(one, [.. one.ItemId is { } id ? items[id] : cases[one.CaseRef]]))
                .OfType<JudgedFile>(),
        ]);
    }

    private static Task<List<Item>> ItemsAsync(Tx tx, string column, IEnumerable<object> values) =>
        ManyRows.SelectWantedAsync<Item>(
            tx,
            $"""
            select i.case_ref, i.item_id, i.state, i.decided_at, i.is_standing
            from wanted cross join case_item_overview i
            where i.tenant = @tenant and i.{column} = wanted.value
            """,
            values
        );

    /// <summary>Null: not all of it stands decided in the same way.</summary>
    private static JudgedFile? JudgedOf(Seen seen, List<Item> items) =>
        items.Count > 0
        && items.TrueForAll(item =>
            item is { IsStanding: true, DecidedAt: not null } && item.State == items[0].State
        )
            ? new JudgedFile(
                seen.Digest,
                seen.ContentId,
                new CaseRef(seen.CaseRef),
                items[0].State == "Confirmed",
                items.Max(item => item.DecidedAt!.Value)
            )
            : null;

    private sealed class Seen
    {
        public byte[] Digest { get; init; } = [];
        public Guid ContentId { get; init; }
        public string CaseRef { get; init; } = "";
        public Guid? ItemId { get; init; }
    }

    private sealed class Item
    {
        public string CaseRef { get; init; } = "";
        public Guid ItemId { get; init; }
        public string State { get; init; } = "";
        public DateTimeOffset? DecidedAt { get; init; }
        public bool IsStanding { get; init; }
    }
}
