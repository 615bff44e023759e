using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>A person confirmed what decisions found: such as a dispute had re-opened hold again.</summary>
internal static class ConfirmDecisions
{
    public static Task HandleAsync(Tx tx, DecisionsConfirmed confirmed) =>
        tx.ExecuteManyAsync(
            """
            update decision set state = 'Active', state_at = @at
            where tenant = @tenant and id = @id and state = 'Reopened'
            """,
            confirmed.Decisions,
            (row, id) =>
            {
                row.Set("id", id);
                row.Set("at", tx.Now);
            }
        );
}
