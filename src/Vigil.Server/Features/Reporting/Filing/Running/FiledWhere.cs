using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// Where a report was filed, by the run that filed it: its calls go to one address, whatever is set meanwhile.
/// </summary>
internal static class FiledWhere
{
    /// <summary>Of the run's last step, before what else its end means.</summary>
    /// <param name="tx">Of the step.</param>
    /// <param name="reportId">Whose.</param>
    /// <param name="address">Where the calls of the run go; null: the destination has no such address.</param>
    public static Task<int> NoteAsync(Tx tx, Guid reportId, string? address) =>
        address is null
            ? Task.FromResult(0)
            : tx.ExecuteAsync(
                "update report set filed_address = @address where tenant = @tenant and id = @reportId",
                new { reportId, address }
            );

    /// <summary>Of a receipt that comes late: what is known already stays.</summary>
    /// <param name="tx">Of the act.</param>
    /// <param name="reportId">Whose.</param>
    /// <param name="address">As above.</param>
    public static Task<int> NoteLateAsync(Tx tx, Guid reportId, string? address) =>
        address is null
            ? Task.FromResult(0)
            : tx.ExecuteAsync(
                """
                update report set filed_address = @address
                where tenant = @tenant and id = @reportId and filed_address is null
                """,
                new { reportId, address }
            );
}
