using System.Globalization;

namespace Vigil.Evidence;

/// <summary>A signed checkpoint whose signature by the ledger's key held (c2sp.org/tlog-checkpoint).</summary>
public sealed class Checkpoint
{
    private readonly SignedNote _note;

    private Checkpoint(SignedNote note, string origin, long size, TreeHash root)
    {
        (_note, Origin, Size, Root) = (note, origin, size, root);
    }

    /// <summary>Which ledger: the name of its key.</summary>
    public string Origin { get; }

    /// <summary>Entries of the tree.</summary>
    public long Size { get; }

    public TreeHash Root { get; }

    internal string Text => _note.Text;

    /// <summary>Verifies and reads.</summary>
    /// <param name="note">At most 64 KiB.</param>
    /// <param name="key">The ledger's.</param>
    /// <exception cref="LedgerException">Malformed, of another ledger, or not signed by the key.</exception>
    public static Checkpoint Open(ReadOnlySpan<byte> note, VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var parsed = SignedNote.Parse(note);
        if (parsed.SignaturesOf(key).Count == 0 || key.Type != SignatureType.Ed25519)
        {
            throw new LedgerException(
                LedgerProblem.NotSigned,
                $"The checkpoint is not signed by '{VerifierKey.IdText(key.Id)}' of '{key.Name}': give the "
                    + "key of the ledger "
                    + "it belongs to."
            );
        }
        var (origin, size, root) = ReadText(parsed.Text);
        return origin == key.Name
            ? new Checkpoint(parsed, origin, size, root)
            : throw Malformed("names another ledger than its key");
    }

    /// <summary>When a witness cosigned; null when it did not. The newest, where it did more than once.</summary>
    /// <param name="witness">A key of type Cosignature.</param>
    /// <exception cref="LedgerException">A cosignature in its name does not hold.</exception>
    public DateTimeOffset? CosignedAt(VerifierKey witness)
    {
        ArgumentNullException.ThrowIfNull(witness);
        var times = _note.SignaturesOf(witness).Select(line => VerifierKey.TimeOf(line.Bytes)).ToList();
        return times.Max() is { } time
            ? DateTimeOffset.FromUnixTimeSeconds(Math.Min(time, DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
            : null;
    }

    /// <summary>The note with all its signatures.</summary>
    public byte[] ToBytes() => _note.ToBytes();

    internal static Checkpoint Sign(SigningKey key, long size, TreeHash root)
    {
        var origin = key.Verifier.Name;
        var text = string.Create(CultureInfo.InvariantCulture, $"{origin}\n{size}\n{root}\n");
        return new Checkpoint(Signed(new SignedNote(text, []), key, default).Note, origin, size, root);
    }

    /// <summary>With a witness's cosignature in the place of its earlier ones, and that signature's line.</summary>
    internal (Checkpoint Checkpoint, string Line) Cosign(SigningKey witness, DateTimeOffset now)
    {
        var key = witness.Verifier;
        var others = _note.Signatures.Where(line => line.Name != key.Name || line.KeyId != key.Id);
        var (note, line) = Signed(new SignedNote(Text, [.. others]), witness, now);
        return (new Checkpoint(note, Origin, Size, Root), line);
    }

    private static (SignedNote Note, string Line) Signed(SignedNote note, SigningKey key, DateTimeOffset now)
    {
        var signature = new NoteSignature(key.Verifier.Name, key.Verifier.Id, key.Sign(note.TextBytes, now));
        return (note.With(signature), signature.Line);
    }

    private static (string Origin, long Size, TreeHash Root) ReadText(string text)
    {
        var lines = text[..^1].Split('\n');
        return
            lines.Length >= 3
            && lines.All(line => line.Length > 0)
            && TryReadNumber(lines[1], out var size)
            && Base64.TryDecode(lines[2], out var root)
            && root.Length == TreeHash.LengthBytes
            ? (lines[0], size, TreeHash.FromBytes(root))
            : throw Malformed("has not the lines of one");
    }

    /// <summary>Decimal, with no sign and no leading zero.</summary>
    internal static bool TryReadNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number.ToString(CultureInfo.InvariantCulture) == text;

    private static LedgerException Malformed(string how) =>
        VerifierKey.Malformed($"The checkpoint {how}: check that the right file is named.");
}
