using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Standing;

/// <summary>Who saw what of a case, the newest first.</summary>
internal static class AnswerCaseViews
{
    private const int Most = 100;

    public static async Task<CaseViews> AnswerAsync(Tx tx, CaseViewsWanted wanted) =>
        new([
            .. (
                await tx.QueryAsync<Row>(
                    $"""
                    select c.item_id, v.viewer, v.started_at, v.seconds, v.mode, v.shown_whole
                    from view_record v join content_overview c on c.tenant = v.tenant and c.id = v.content_id
                    where v.tenant = @tenant and v.case_ref = @reference
                    order by v.started_at desc, v.id desc limit {Most}
                    """,
                    new { reference = wanted.Case.Value }
                )
            ).Select(row => new ContentView(
                row.ItemId,
                row.Viewer,
                row.StartedAt,
                row.Seconds,
                row.Mode,
                row.ShownWhole
            )),
        ]);

    private sealed class Row
    {
        public Guid? ItemId { get; init; }
        public string Viewer { get; init; } = "";
        public DateTimeOffset StartedAt { get; init; }
        public double Seconds { get; init; }
        public string Mode { get; init; } = "";
        public bool ShownWhole { get; init; }
    }
}
