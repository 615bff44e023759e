using System.Buffers.Binary;
using System.Text;

namespace Vigil.Evidence;

/// <summary>One signature line of a note.</summary>
/// <param name="Name">Of the key.</param>
/// <param name="KeyId">Of the key.</param>
/// <param name="Bytes">The signature without the id.</param>
internal sealed record NoteSignature(string Name, uint KeyId, byte[] Bytes)
{
    public string Line
    {
        get
        {
            var id = new byte[VerifierKey.IdBytes];
            BinaryPrimitives.WriteUInt32BigEndian(id, KeyId);
            return $"\u2014 {Name} {Convert.ToBase64String([.. id, .. Bytes])}\n";
        }
    }
}

/// <summary>A text with signatures (c2sp.org/signed-note).</summary>
internal sealed class SignedNote
{
    /// <summary>Most bytes of a note; its specification asks for a limit.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int MaxSignatures = 100;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public SignedNote(string text, IReadOnlyList<NoteSignature> signatures) =>
        (Text, Signatures) = (text, signatures);

    /// <summary>Ends in a newline.</summary>
    public string Text { get; }

    public IReadOnlyList<NoteSignature> Signatures { get; }

    public byte[] TextBytes => Encoding.UTF8.GetBytes(Text);

    /// <exception cref="LedgerException">Malformed.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> note)
    {
        if (note.Length > MaxBytes)
        {
            throw Malformed($"has more than {MaxBytes} bytes");
        }
        var whole = Decode(note);
        if (whole.Any(c => c < ' ' && c != '\n'))
        {
            throw Malformed("holds control characters");
        }
        var end = whole.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || !whole.EndsWith('\n') || end + 2 == whole.Length)
        {
            throw Malformed("has no signature below an empty line");
        }
        var lines = whole[(end + 2)..^1].Split('\n');
        return lines.Length <= MaxSignatures
            ? new SignedNote(whole[..(end + 1)], [.. lines.Select(ReadLine)])
            : throw Malformed($"has more than {MaxSignatures} signatures");
    }

    public byte[] ToBytes() =>
        Encoding.UTF8.GetBytes(Text + "\n" + string.Concat(Signatures.Select(signature => signature.Line)));

    /// <summary>
    /// The key's signatures; none when it did not sign. Lines of other keys are passed over, as the specification
    /// asks.
    /// </summary>
    /// <exception cref="LedgerException">A signature in this key's name does not hold.</exception>
    public IReadOnlyList<NoteSignature> SignaturesOf(VerifierKey key)
    {
        var own = Signatures.Where(line => line.Name == key.Name && line.KeyId == key.Id).ToList();
        var text = TextBytes;
        return own.All(line => key.Verifies(text, line.Bytes))
            ? own
            : throw new LedgerException(
                LedgerProblem.NotSigned,
                $"The signature of '{key.Name}' does not hold: text or signature is altered. Keep the file "
                    + "as it is, and "
                    + "ask the ledger's operator how it came about."
            );
    }

    public SignedNote With(NoteSignature signature) => new(Text, [.. Signatures, signature]);

    private static string Decode(ReadOnlySpan<byte> note)
    {
        try
        {
            return Strict.GetString(note);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed("is not UTF-8");
        }
    }

    private static NoteSignature ReadLine(string line) =>
        line.Split(' ') is ["\u2014", var name, var base64]
        && VerifierKey.IsName(name)
        && Base64.TryDecode(base64, out var bytes)
        && bytes.Length > VerifierKey.IdBytes
            ? new NoteSignature(
                name,
                BinaryPrimitives.ReadUInt32BigEndian(bytes),
                bytes[VerifierKey.IdBytes..]
            )
            : throw Malformed("has a signature line that is none");

    private static LedgerException Malformed(string how) =>
        VerifierKey.Malformed(
            $"The signed note {how}: check that the right file is named, and that it is whole."
        );
}
