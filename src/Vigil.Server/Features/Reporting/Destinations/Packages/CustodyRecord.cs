using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>What was done with a report and its files, when, by whom: acts with their places in the ledger.</summary>
/// <param name="Verifier">Public key of the ledger, by which the places can be proved; null: nothing is signed.</param>
/// <param name="Acts">Oldest first. Persons are pseudonyms.</param>
internal sealed record CustodyRecord(string? Verifier, IReadOnlyList<LedgerEntry> Acts)
{
    private static readonly JsonSerializerOptions Canonical = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task<CustodyRecord> ReadAsync(Tx tx, SignedLedger ledger, ReadyPackage ready)
    {
        var acts = new List<LedgerEntry>();
        foreach (var about in ready.Files.Prepend(ready.Report.Id))
        {
            var found = await LedgerReader.AboutAsync(tx, about.ToString());
            // Reasons of other acts about a content, as another authority's request, are none of this recipient's.
            acts.AddRange(about == ready.Report.Id ? found : found.Select(act => act with { Reason = null }));
        }
        var status = await ledger.StatusAsync(tx);
        return new CustodyRecord(status.Verifier, [.. acts.OrderBy(act => act.Seq)]);
    }

    public byte[] ToBytes() =>
        [
            .. JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    LedgerKey = Verifier,
                    Acts = Acts.Select(act => new
                    {
                        At = act.At.UtcDateTime.ToString(
                            "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
                            CultureInfo.InvariantCulture
                        ),
                        By = act.Actor,
                        act.Action,
                        About = act.Object,
                        act.Reason,
                        LedgerEntry = act.Position,
                    }),
                },
                Canonical
            ),
            (byte)'\n',
        ];
}
