using System.Globalization;
using System.Text;

namespace Vigil.Evidence;

/// <summary>
/// A proof that a ledger only grew since it had a certain size, in the form that a witness is asked with
/// (add-checkpoint of c2sp.org/tlog-witness).
/// </summary>
/// <param name="FromSize">Entries of the earlier tree.</param>
/// <param name="Hashes">As RFC 9162 section 2.1.4 orders them.</param>
/// <param name="Checkpoint">Of the later tree.</param>
public sealed record ConsistencyProof(long FromSize, IReadOnlyList<TreeHash> Hashes, Checkpoint Checkpoint)
{
    /// <summary>True when the earlier tree, of that root, is the beginning of the checkpoint's.</summary>
    public bool Proves(TreeHash fromRoot) =>
        TreeProof.VerifyConsistency(FromSize, fromRoot, Checkpoint.Size, Checkpoint.Root, Hashes);

    public byte[] ToBytes()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {FromSize}\n");
        foreach (var hash in Hashes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{hash}\n");
        }
        return [.. Encoding.UTF8.GetBytes(text.Append('\n').ToString()), .. Checkpoint.ToBytes()];
    }
}
