using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>How far acts of the installation were looked at for one that goes on from a database put back.</summary>
internal static class ResumeRow
{
    /// <summary>Number of an act; 0: none was looked at.</summary>
    public static async Task<long> FindAsync(Tx tx) =>
        await tx.FindAsync<long?>("select seq from filing_resumed where tenant = @tenant") ?? 0;

    public static Task<int> PutAsync(Tx tx, long seq) =>
        tx.ExecuteAsync(
            """
            insert into filing_resumed (tenant, seq) values (@tenant, @seq)
            on conflict (tenant) do update set seq = excluded.seq where filing_resumed.seq < excluded.seq
            """,
            new { seq }
        );
}
