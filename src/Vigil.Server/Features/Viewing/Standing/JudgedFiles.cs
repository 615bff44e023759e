using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Standing;

/// <summary>
/// Files that a person here saw whole and that were then decided. By keyed digests, in the tenant's own rows; they
/// outlive the bytes.
/// </summary>
internal static class JudgedFiles
{
    /// <summary>A content of no item is as all items of its case.</summary>
    public static async Task<FilesJudged> AnswerAsync(Tx tx, FilesJudgedWanted wanted)
    {
        if (wanted.Digests.Count == 0)
        {
            return FilesJudged.None;
        }
        var rows = await ManyRows.SelectWantedAsync<Row>(
            tx,
            """
            select v.seen_digest as digest, v.content_id, v.case_ref, i.item_id, i.state, i.decided_at, i.is_standing
            from wanted cross join viewing_record v
            join content_overview c on c.tenant = v.tenant and c.id = v.content_id
            join case_item_overview i on i.tenant = c.tenant and i.item_id = c.item_id
            where v.tenant = @tenant and v.seen_digest = wanted.value
            union
            select v.seen_digest as digest, v.content_id, v.case_ref, i.item_id, i.state, i.decided_at, i.is_standing
            from wanted cross join viewing_record v
            join content_overview c on c.tenant = v.tenant and c.id = v.content_id
            join case_item_overview i on i.tenant = c.tenant and i.case_ref = c.case_ref
            where v.tenant = @tenant and v.seen_digest = wanted.value and c.item_id is null
            """,
            wanted.Digests
        );
        return new FilesJudged([
            .. rows.GroupBy(row => row.ContentId).Select(items => JudgedOf([.. items])).OfType<JudgedFile>(),
        ]);
    }

    /// <summary>Null: not all of it stands decided in the same way.</summary>
    private static JudgedFile? JudgedOf(List<Row> items)
    {
        var first = items[0];
        return items.TrueForAll(item =>
            item is { IsStanding: true, DecidedAt: not null } && item.State == first.State
        )
            ? new JudgedFile(
                first.Digest,
                first.ContentId,
                new CaseRef(first.CaseRef),
                first.State == "Confirmed",
                items.Max(item => item.DecidedAt!.Value)
            )
            : null;
    }

    private sealed class Row
    {
        public byte[] Digest { get; init; } = [];
        public Guid ContentId { get; init; }
        public string CaseRef { get; init; } = "";
        public Guid ItemId { get; init; }
        public string State { get; init; } = "";
        public DateTimeOffset? DecidedAt { get; init; }
        public bool IsStanding { get; init; }
    }
}
