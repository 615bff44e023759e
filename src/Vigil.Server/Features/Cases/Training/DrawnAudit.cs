using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>
/// An item's audit as it stood before its item was decided otherwise: it is of the earlier decision alone, and back
/// with it where the later one is undone.
/// </summary>
/// <param name="State">Waiting, Agreed, Disagreed or Unanswered.</param>
internal sealed record DrawnAudit(
    string DecidedBy,
    string Verdict,
    string State,
    DateTimeOffset DrawnAt,
    string? AuditedBy,
    DateTimeOffset? AuditedAt
)
{
    /// <summary>
    /// Of a case's items that are decided otherwise: what waits is put aside, what is answered stays a number.
    /// </summary>
    public static async Task<IReadOnlyDictionary<Guid, DrawnAudit>> TakeAsync(
        Tx tx,
        Guid caseId,
        IReadOnlyList<CaseItem> items
    )
    {
        var rows = await tx.QueryAsync<Row>(
            """
            select a.item_id, a.decided_by, a.verdict, a.state, a.drawn_at, a.audited_by, a.audited_at
            from case_audit a join case_item i on i.tenant = a.tenant and i.id = a.item_id
            where a.tenant = @tenant and i.case_id = @caseId
            """,
            new { caseId }
        );
        var changed = items.Select(item => item.Id).ToHashSet();
        var taken = rows.Where(row => changed.Contains(row.ItemId)).ToList();
        foreach (var row in taken)
        {
            await DrawAudits.DropAsync(tx, row.ItemId);
        }
        return taken.ToDictionary(
            row => row.ItemId,
            row => new DrawnAudit(
                row.DecidedBy,
                row.Verdict,
                row.State,
                row.DrawnAt,
                row.AuditedBy,
                row.AuditedAt
            )
        );
    }

    /// <summary>In place of what was drawn of the undone decision.</summary>
    public static async Task PutBackAsync(Tx tx, Guid itemId, DrawnAudit? before)
    {
        await DrawAudits.DropAsync(tx, itemId);
        if (before is not null)
        {
            await tx.ExecuteAsync(
                """
                insert into case_audit (tenant, item_id, decided_by, verdict, state, drawn_at, audited_by, audited_at)
                values (@tenant, @itemId, @decidedBy, @verdict, @state, @drawnAt, @auditedBy, @auditedAt)
                on conflict (tenant, item_id) do nothing
                """,
                new
                {
                    itemId,
                    decidedBy = before.DecidedBy,
                    verdict = before.Verdict,
                    state = before.State,
                    drawnAt = before.DrawnAt,
                    auditedBy = before.AuditedBy,
                    auditedAt = before.AuditedAt,
                }
            );
        }
    }

    private sealed class Row
    {
        public Guid ItemId { get; init; }
        public string DecidedBy { get; init; } = "";
        public string Verdict { get; init; } = "";
        public string State { get; init; } = "";
        public DateTimeOffset DrawnAt { get; init; }
        public string? AuditedBy { get; init; }
        public DateTimeOffset? AuditedAt { get; init; }
    }
}
