using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>
/// Who saw what of a case, and when: the newest views that showed something. How long is the viewer's own business.
/// </summary>
internal static class AnswerCaseViewLog
{
    private const int Most = 200;

    public static async Task<CaseViewLog> AnswerAsync(Tx tx, CaseViewLogWanted wanted)
    {
        var rows = await tx.QueryAsync<Row>(
            """
            select c.item_id, v.viewer, v.started_at, v.mode, v.shown_whole, v.id
            from viewing_record v join content_overview c on c.tenant = v.tenant and c.id = v.content_id
            where v.tenant = @tenant and v.case_ref = @reference and v.state = 'Shown'
            union all
            select null, w.viewer, w.started_at, 'Words', @no, w.id from viewing_words w
            where w.tenant = @tenant and w.case_ref = @reference and w.state = 'Shown'
            order by started_at desc, id limit @most
            """,
            new
            {
                reference = wanted.Case.Value,
                most = Most,
                no = false,
            }
        );
        return new CaseViewLog([
            .. rows.Select(row => new SeenContent(
                row.ItemId,
                row.Viewer,
                row.StartedAt,
                Words.Of(row.Mode),
                row.ShownWhole
            )),
        ]);
    }

    private sealed class Row
    {
        public Guid? ItemId { get; init; }
        public string Viewer { get; init; } = "";
        public DateTimeOffset StartedAt { get; init; }
        public string Mode { get; init; } = "";
        public bool ShownWhole { get; init; }
    }
}
