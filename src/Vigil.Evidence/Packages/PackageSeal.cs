using System.Globalization;
using System.Text;

namespace Vigil.Evidence;

/// <summary>What the signature outside a package says, without opening it.</summary>
/// <param name="Signer">Who signed, as a line to compare with what the sender gave apart.</param>
/// <param name="Recipient">Fingerprint of the key that opens it.</param>
/// <param name="Bytes">That are signed.</param>
/// <param name="Sha256">Of these.</param>
public sealed record PackageSeal(VerifierKey Signer, string Recipient, long Bytes, string Sha256)
{
    private const string Title = "vigil.package/1";

    internal string Text =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Title}\nsigner {Signer}\nrecipient {Recipient}\nbytes {Bytes}\nsha256 {Sha256}\n"
        );

    /// <summary>Signed as a note (c2sp.org/signed-note).</summary>
    internal byte[] Sign(SigningKey key) => NoteOf(Text, key);

    internal static byte[] NoteOf(string text, SigningKey key) =>
        new SignedNote(
            text,
            [
                new NoteSignature(
                    key.Verifier.Name,
                    key.Verifier.Id,
                    key.Sign(Encoding.UTF8.GetBytes(text), default)
                ),
            ]
        ).ToBytes();

    /// <summary>Reads a note and checks its signature with the key that it names.</summary>
    /// <exception cref="PackageException">Malformed, or the signature does not hold.</exception>
    internal static PackageSeal Parse(byte[] note)
    {
        try
        {
            var parsed = SignedNote.Parse(note);
            var seal =
                parsed.Text.Split('\n') is [Title, var signer, var recipient, var count, var sha256, ""]
                && After(signer, "signer ") is { } vkey
                && After(recipient, "recipient ") is { } fingerprint
                && long.TryParse(
                    After(count, "bytes "),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var bytes
                )
                && After(sha256, "sha256 ") is { Length: 64 } digest
                    ? new PackageSeal(VerifierKey.Parse(vkey), fingerprint, bytes, digest)
                    : throw Altered();
            return seal.Text == parsed.Text && parsed.SignaturesOf(seal.Signer).Count == 1
                ? seal
                : throw Altered();
        }
        catch (LedgerException e)
        {
            throw new PackageException(PackageProblem.Altered, AlteredText, e);
        }
    }

    internal const string AlteredText =
        "The package is not as it was signed: do not use it. Keep it as it is and ask the sender for another.";

    internal static PackageException Altered() => new(PackageProblem.Altered, AlteredText);

    private static string? After(string line, string start) =>
        line.StartsWith(start, StringComparison.Ordinal) ? line[start.Length..] : null;
}
