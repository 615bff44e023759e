using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// Reports that ended under earlier versions (migration 0016 lists them), each looked at once, after the start: one
/// that was not filed is emptied if its case was purged; the record of a filed one gets its clock.
/// </summary>
internal static class OlderEnded
{
    private const int Rows = 100;

    /// <param name="tx">A writer's.</param>
    /// <returns>How many were looked at; 0: none is left.</returns>
    public static async Task<int> ReadSomeAsync(Tx tx)
    {
        var listed = await tx.QueryAsync<Guid>(
            "select report_id from report_ended_unread where tenant = @tenant order by report_id limit @most",
            new { most = Rows }
        );
        foreach (var id in listed)
        {
            if (await ReportRow.FindAsync(tx, id) is { FiledAt: { } at } filed)
            {
                await ReportRecords.FiledAsync(tx, filed, at);
            }
            else
            {
                await ForgetCleared.OfEndedAsync(tx, id);
            }
        }
        await tx.ExecuteManyAsync(
            "delete from report_ended_unread where tenant = @tenant and report_id = @id",
            listed,
            (row, id) => row.Set("id", id)
        );
        return listed.Count;
    }
}
