using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// The SHA-256 of every file's details as they were sent, for the ledger. They say which fingerprints a file has, and a
/// fingerprint is a secret: what stands there is its keyed digest, by the ledger's key.
/// </summary>
internal static class FiledDetails
{
    public const string Action = "report.file_details";

    /// <summary>Digests in one event: some 8 KiB of the 16 that it may have.</summary>
    private const int InOne = 90;

    /// <summary>Of the attempt that was finished, in the order they were sent in; hexadecimal.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(Tx tx, Guid reportId, int attempt)
    {
        var sent = await tx.QueryAsync<SentRow>(
            """
            select id, sent from filing_exchange
            where tenant = @tenant and report_id = @reportId and attempt = @attempt and call = 'FileInfo'
              and outcome = 'Done' and sent is not null
            order by number
            """,
            new { reportId, attempt }
        );
        return
        [
            .. sent.Select(row =>
                Convert.ToHexStringLower(SHA256.HashData(ReportSecrets.Open(tx, row.Sent, row.Id, "sent")))
            ),
        ];
    }

    /// <summary>As many events as it takes, in the transaction of the filing's own.</summary>
    public static async Task RecordAsync(Tx tx, Guid reportId, IReadOnlyList<string> digests)
    {
        var keyed = tx.Secrets.Digest("ledger");
        foreach (var part in digests.Index().Chunk(InOne))
        {
            await tx.RecordAsync(
                new LedgerAct(Action, reportId.ToString())
                {
                    Facts = part.ToDictionary(
                        one => (one.Index + 1).ToString("D4", CultureInfo.InvariantCulture),
                        one => Convert.ToHexStringLower(keyed.Of(Encoding.UTF8.GetBytes(one.Item))),
                        StringComparer.Ordinal
                    ),
                }
            );
        }
    }

    private sealed class SentRow
    {
        public Guid Id { get; init; }
        public byte[] Sent { get; init; } = [];
    }
}
