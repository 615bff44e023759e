using System.Text;
using System.Text.Json;
using Vigil.Evidence;

namespace Vigil.Trust;

/// <summary>
/// All that proves one act without a server: its canonical bytes, the salt of its subject, and the inclusion proof
/// with its signed checkpoint, in one JSON document.
/// </summary>
/// <param name="Key">The ledger's public key, as a hint: who verifies has it from elsewhere.</param>
/// <param name="Seq">Number of the act.</param>
/// <param name="Canonical">The act, UTF-8.</param>
/// <param name="Salt">32 bytes; with it other acts about the same thing can be recognised.</param>
public sealed record LedgerProof(
    VerifierKey Key,
    long Seq,
    byte[] Canonical,
    byte[] Salt,
    InclusionProof Inclusion
)
{
    public const string Format = "vigil-ledger-proof-1";

    /// <summary>Most bytes of a document that is read.</summary>
    public const int MaxBytes = 4 * InclusionProof.MaxBytes;

    public byte[] Leaf() => KeyedLeaf.Of(Salt, Canonical);

    public byte[] ToBytes() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new Document
            {
                Format = Format,
                Ledger = Key.ToString(),
                Seq = Seq,
                Act = Encoding.UTF8.GetString(Canonical),
                Salt = Convert.ToHexStringLower(Salt),
                Proof = Encoding.UTF8.GetString(Inclusion.ToBytes()),
            },
            JsonSerializerOptions.Web
        );

    /// <summary>True: it looks like such a document, and not like a bare proof.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.TrimStart(" \r\n\t"u8).StartsWith("{"u8);

    /// <param name="key">The ledger's, from its operator and not from the document.</param>
    /// <exception cref="LedgerException">Malformed, or the checkpoint is not signed by the key.</exception>
    public static LedgerProof Read(byte[] bytes, VerifierKey key)
    {
        Document? document;
        try
        {
            document = JsonSerializer.Deserialize<Document>(bytes, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            throw Malformed();
        }
        if (
            document is not { Format: Format, Act: { } act, Salt: { } salt, Proof: { } proof }
            || salt.Length != 2 * KeyedLeaf.SaltBytes
            || !salt.All(char.IsAsciiHexDigit)
        )
        {
            throw Malformed();
        }
        return new LedgerProof(
            key,
            document.Seq,
            Encoding.UTF8.GetBytes(act),
            Convert.FromHexString(salt),
            InclusionProof.Read(Encoding.UTF8.GetBytes(proof), key)
        );
    }

    private static LedgerException Malformed() =>
        new(
            LedgerProblem.Malformed,
            "Not a proof of an act, or cut: name the file as it was downloaded from the ledger's page."
        );

    private sealed record Document
    {
        public string? Format { get; init; }
        public string? Ledger { get; init; }
        public long Seq { get; init; }
        public string? Act { get; init; }
        public string? Salt { get; init; }
        public string? Proof { get; init; }
    }
}
