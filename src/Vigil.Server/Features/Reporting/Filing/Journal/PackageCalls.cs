using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>How many lines of the journal a report's package has, as the database counts them.</summary>
internal static class PackageCalls
{
    /// <summary>0: none, or the report is not in this database.</summary>
    public static async Task<long> LockAsync(Tx tx, Guid reportId) =>
        await tx.FindAsync<long?>(
            $"select package_call from report where tenant = @tenant and id = @reportId{tx.ForUpdate}",
            new { reportId }
        ) ?? 0;

    /// <summary>Number of the next line.</summary>
    /// <param name="tx">The transaction that saves what the line says.</param>
    /// <param name="reportId">A report of this database.</param>
    public static async Task<long> NextAsync(Tx tx, Guid reportId) =>
        await tx.FindAsync<long?>(
            """
            update report set package_call = package_call + 1 where tenant = @tenant and id = @reportId
            returning package_call
            """,
            new { reportId }
        ) ?? throw new InvalidOperationException("The report is gone.");

    /// <summary>Persons decided about the line of this number: the next one has a higher.</summary>
    public static Task<int> RaiseAsync(Tx tx, Guid reportId, long call) =>
        tx.ExecuteAsync(
            """
            update report set package_call = @call
            where tenant = @tenant and id = @reportId and package_call < @call
            """,
            new { reportId, call }
        );
}
