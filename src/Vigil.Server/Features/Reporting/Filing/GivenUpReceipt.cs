using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing;

/// <summary>
/// A receipt of an attempt that a person had given up with "file again": kept with its call, byte for byte, and the
/// recipient's number of that report.
/// </summary>
/// <param name="RemoteId">What the recipient calls it.</param>
/// <param name="Attempt">Which one, from 1.</param>
/// <param name="At">When it came.</param>
internal sealed record GivenUpReceipt(string RemoteId, int Attempt, DateTimeOffset At)
{
    /// <summary>Of a report, the first attempt first.</summary>
    public static async Task<IReadOnlyList<GivenUpReceipt>> OfAsync(Tx tx, Guid reportId) =>
        [
            .. (
                await tx.QueryAsync<Row>(
                    """
                    select id, remote_id, attempt, at, answered from filing_exchange
                    where tenant = @tenant and report_id = @reportId and remote_id is not null
                    order by attempt, at limit 20
                    """,
                    new { reportId }
                )
            ).Select(row => new GivenUpReceipt(row.RemoteId, row.Attempt, row.At)),
        ];

    /// <summary>With its bytes; null: none of this number is kept.</summary>
    public static async Task<(int Attempt, byte[] Bytes)?> FindAsync(Tx tx, Guid reportId, string remoteId) =>
        await tx.FindAsync<Row>(
            """
            select id, remote_id, attempt, at, answered from filing_exchange
            where tenant = @tenant and report_id = @reportId and remote_id = @remoteId order by at limit 1
            """,
            new { reportId, remoteId }
        )
            is { Answered: { } bytes } row
            ? (row.Attempt, ReportSecrets.Open(tx, bytes, row.Id, "answered"))
            : null;

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string RemoteId { get; init; } = "";
        public int Attempt { get; init; }
        public DateTimeOffset At { get; init; }
        public byte[]? Answered { get; init; }
    }
}
