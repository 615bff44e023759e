using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>How far acts of the installation were looked at for one that goes on from a database put back.</summary>
internal static class ResumeRow
{
    /// <summary>Number of an act; 0: none was looked at.</summary>
    public static async Task<long> FindAsync(Tx tx) =>
        await tx.FindAsync<long?>("select seq from filing_resumed where tenant = @tenant") ?? 0;

    /// <summary>Whether there ever was such an act, as far as they were looked at: none is read for it.</summary>
    public static async Task<bool> WasResumedAsync(Tx tx) =>
        await tx.FindAsync<bool?>("select was_resumed from filing_resumed where tenant = @tenant") == true;

    /// <param name="tx">The transaction.</param>
    /// <param name="seq">So far.</param>
    /// <param name="wasResumed">There is such an act among those that were looked at now.</param>
    public static Task<int> PutAsync(Tx tx, long seq, bool wasResumed) =>
        tx.ExecuteAsync(
            """
            insert into filing_resumed (tenant, seq, was_resumed) values (@tenant, @seq, @wasResumed)
            on conflict (tenant) do update set seq = excluded.seq,
                was_resumed = filing_resumed.was_resumed or excluded.was_resumed
            where filing_resumed.seq < excluded.seq
            """,
            new { seq, wasResumed }
        );
}
