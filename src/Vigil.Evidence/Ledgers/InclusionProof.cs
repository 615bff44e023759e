using System.Globalization;
using System.Text;

namespace Vigil.Evidence;

/// <summary>
/// A proof on one page that an entry stands in a ledger, to be verified without the ledger and without a server
/// (c2sp.org/tlog-proof).
/// </summary>
/// <param name="Index">Of the entry, zero-based.</param>
/// <param name="Hashes">From the entry's sibling to the root's child.</param>
/// <param name="Checkpoint">Of the tree that holds it.</param>
public sealed record InclusionProof(long Index, IReadOnlyList<TreeHash> Hashes, Checkpoint Checkpoint)
{
    private const string Head = "c2sp.org/tlog-proof@v1";
    private const string IndexWord = "index ";
    private const string ExtraWord = "extra ";

    /// <summary>Most bytes of a proof that is read.</summary>
    public const int MaxBytes = 2 * SignedNote.MaxBytes;

    /// <exception cref="LedgerException">Malformed, or the checkpoint is not signed by the key.</exception>
    public static InclusionProof Read(ReadOnlySpan<byte> proof, VerifierKey key)
    {
        var end = proof.IndexOf("\n\n"u8);
        if (proof.Length > MaxBytes || end < 0)
        {
            throw Malformed();
        }
        var lines = Encoding.UTF8.GetString(proof[..end]).Split('\n').ToList();
        if (lines.Count > 1 && lines[1].StartsWith(ExtraWord, StringComparison.Ordinal))
        {
            lines.RemoveAt(1);
        }
        if (
            lines is not [Head, var index, .. var hashes]
            || !index.StartsWith(IndexWord, StringComparison.Ordinal)
            || !Checkpoint.TryReadNumber(index[IndexWord.Length..], out var number)
            || hashes.Count > TreeProof.MaxHashes
        )
        {
            throw Malformed();
        }
        return new InclusionProof(
            number,
            [.. hashes.Select(ReadHash)],
            Checkpoint.Open(proof[(end + 2)..], key)
        );
    }

    /// <summary>True when this very entry stands at the index of the checkpoint's tree.</summary>
    public bool Proves(ReadOnlySpan<byte> entry) =>
        TreeProof.VerifyInclusion(TreeHash.OfEntry(entry), Index, Checkpoint.Size, Checkpoint.Root, Hashes);

    public byte[] ToBytes()
    {
        var text = new StringBuilder(Head).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"{IndexWord}{Index}\n");
        foreach (var hash in Hashes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{hash}\n");
        }
        return [.. Encoding.UTF8.GetBytes(text.Append('\n').ToString()), .. Checkpoint.ToBytes()];
    }

    private static TreeHash ReadHash(string line) =>
        Base64.TryDecode(line, out var bytes) && bytes.Length == TreeHash.LengthBytes
            ? TreeHash.FromBytes(bytes)
            : throw Malformed();

    private static LedgerException Malformed() =>
        VerifierKey.Malformed(
            "Not a proof of inclusion, or cut: name the file as 'vigil ledger prove' wrote it."
        );
}
