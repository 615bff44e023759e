using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Describing;

/// <summary>Where who keeps entries wants to hear what was judged of them.</summary>
internal static class AnswerListFeedback
{
    public static async Task<ListFeedback> AnswerAsync(Tx tx, ListFeedbackWanted wanted)
    {
        var rows = await ManyRows.SelectWantedAsync<Row>(
            tx,
            """
            select e.list_id, e.id, e.source_ref, e.generation, l.name, f.webhook_id,
                coalesce(f.wants_confirmed, @no) as wants_confirmed
            from wanted cross join list_entry e
            join list l on l.tenant = e.tenant and l.id = e.list_id
            left join list_feedback f on f.tenant = e.tenant and f.list_id = e.list_id
            where e.tenant = @tenant and e.id = wanted.value
            """,
            wanted.Entries.Select(entry => (object)entry.EntryId).Distinct(),
            ("no", false)
        );
        var keys = wanted.Entries.ToHashSet();
        return new ListFeedback([
            .. rows.Select(row => new EntryFeedback(
                    new EntryKey(row.ListId, row.Id),
                    row.Name,
                    row.SourceRef,
                    row.Generation,
                    row.WebhookId,
                    row.WantsConfirmed
                ))
                .Where(place => keys.Contains(place.Entry)),
        ]);
    }

    private sealed class Row
    {
        public Guid ListId { get; init; }
        public Guid Id { get; init; }
        public string SourceRef { get; init; } = "";
        public long Generation { get; init; }
        public string Name { get; init; } = "";
        public Guid? WebhookId { get; init; }
        public bool WantsConfirmed { get; init; }
    }
}
