using System.Text.Json;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting;

/// <summary>Drafts, documents and receipts hold personal data and fingerprints: sealed, bound to their row.</summary>
internal static class ReportSecrets
{
    private const string Purpose = "report";

    public static byte[] Seal(Tx tx, ReadOnlySpan<byte> bytes, Guid row, string what) =>
        tx.Secrets.Sealer(Purpose).Seal(bytes, Place(row, what));

    public static byte[] Open(Tx tx, ReadOnlySpan<byte> value, Guid row, string what) =>
        tx.Secrets.Sealer(Purpose).Open(value, Place(row, what));

    private static byte[] Place(Guid row, string what) =>
        [.. row.ToByteArray(), .. JsonSerializer.SerializeToUtf8Bytes(what)];
}
