using System.Text;
using Vigil.Evidence;
using Vigil.Tests.Files;

namespace Vigil.Tests.Evidence;

/// <summary>Notes, keys and cosignatures, with the vectors that the specification's other programs are tested on.</summary>
public sealed class SignedNoteTests : IDisposable
{
    private const string Vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private const string Skey =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private const string Text =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    private const string Line =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    private readonly TestLedger _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void The_published_key_and_note_are_read_and_written_to_the_byte()
    {
        var key = VerifierKey.Parse(Vkey);
        Assert.Equal(("PeterNeumann", 0xc74f20a3u), (key.Name, key.Id));
        Assert.Equal(Vkey, key.ToString());

        var note = Parse(Text + "\n" + Line);
        Assert.Single(note.SignaturesOf(key));
        Assert.Equal(Text + "\n" + Line, Encoding.UTF8.GetString(note.ToBytes()));

        using var signer = SigningKey.Parse(Skey);
        var signature = signer.Sign(Encoding.UTF8.GetBytes(Text), default);
        Assert.Equal(Line, new NoteSignature(key.Name, key.Id, signature).Line);
    }

    [Fact]
    public void Every_part_of_a_key_and_every_changed_character_is_refused()
    {
        for (var start = 0; start <= Vkey.Length; start++)
        {
            for (var end = start; end <= Vkey.Length; end++)
            {
                if (end - start < Vkey.Length)
                {
                    Refuses(() => VerifierKey.Parse(Vkey[start..end]), LedgerProblem.Malformed);
                }
            }
            if (start < Vkey.Length)
            {
                var changed = Vkey[..start] + (char)(Vkey[start] + 1) + Vkey[(start + 1)..];
                Refuses(() => VerifierKey.Parse(changed), LedgerProblem.Malformed);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— a AAAAAAA=\nmore")]
    [InlineData("text\n\n— a AAAAAAA=")]
    [InlineData("text\n\n- a AAAAAAA=\n")]
    [InlineData("text\n\n— a  AAAAAAA=\n")]
    [InlineData("text\n\n— a+b AAAAAAA=\n")]
    [InlineData("text\n\n— a AAAA\n")]
    [InlineData("text\n\n— a AAAAAAB=\n")]
    [InlineData("text\n\n— a AAAAAAA=\n\n")]
    [InlineData("te\txt\n\n— a AAAAAAA=\n")]
    [InlineData("te\rxt\n\n— a AAAAAAA=\n")]
    public void A_malformed_note_is_refused(string note) =>
        Refuses(() => Parse(note), LedgerProblem.Malformed);

    [Fact]
    public void Too_much_and_what_is_not_UTF_8_is_refused()
    {
        Refuses(
            () => SignedNote.Parse([0xff, .. Encoding.UTF8.GetBytes("\n\n" + Line)]),
            LedgerProblem.Malformed
        );
        Refuses(() => Parse(new string('a', 70_000) + "\n\n" + Line), LedgerProblem.Malformed);
        var hundred = string.Concat(Enumerable.Repeat("— a AAAAAAA=\n", 100));
        Assert.Equal(100, Parse("text\n\n" + hundred).Signatures.Count);
        Refuses(() => Parse("text\n\n" + hundred + "— a AAAAAAA=\n"), LedgerProblem.Malformed);
    }

    [Fact]
    public void Lines_of_other_keys_are_passed_over_and_a_false_one_of_ours_spoils_the_note()
    {
        var key = VerifierKey.Parse(Vkey);
        var other = Line.Replace("PeterNeumann", "Other", StringComparison.Ordinal);
        Assert.Empty(Parse(Text + "\n" + other).SignaturesOf(key));
        Assert.Single(Parse(Text + "\n" + other + Line).SignaturesOf(key));
        var altered = Line.Replace("BwJnAM=", "BwJnAQ=", StringComparison.Ordinal);
        Refuses(() => Parse(Text + "\n" + altered).SignaturesOf(key), LedgerProblem.NotSigned);
        Refuses(() => Parse(Text + "\n" + Line + altered).SignaturesOf(key), LedgerProblem.NotSigned);
        Refuses(() => Parse("x" + Text + "\n" + Line).SignaturesOf(key), LedgerProblem.NotSigned);
    }

    [Fact]
    public void A_cosignature_is_over_the_words_time_and_text_that_its_specification_gives()
    {
        var checkpoint = _ledger.Grow(3);
        using var key = SigningKey.OpenOrCreate(_ledger.Root["w"], "w.example/1", SignatureType.Cosignature);
        var at = DateTimeOffset.FromUnixTimeSeconds(1679315147);
        var (cosigned, line) = checkpoint.Cosign(key, at);

        Assert.Equal(at, cosigned.CosignedAt(key.Verifier));
        Assert.Null(checkpoint.CosignedAt(key.Verifier));
        // Read again by hand: 4 bytes of id, 8 of time, 64 of signature over three lines more.
        var blob = Convert.FromBase64String(line.Split(' ')[2]);
        Assert.Equal(4 + 8 + 64, blob.Length);
        Assert.Equal(
            1679315147,
            (long)System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(blob.AsSpan(4))
        );
        var message = Encoding.UTF8.GetBytes("cosignature/v1\ntime 1679315147\n" + checkpoint.Text);
        var publicKey = Convert.FromBase64String(key.Verifier.ToString().Split('+', 3)[2]);
        Assert.Equal(4, publicKey[0]);
        Assert.True(SlowEd25519.Verify(blob[12..], message, publicKey[1..]));
    }

    [Fact]
    public void The_specifications_example_of_a_cosigned_checkpoint_is_read()
    {
        const string example = """
            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
            — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==

            """;
        var note = Parse(example);
        Assert.Equal(
            ["example.com/behind-the-sofa", "witness.example.com/w1"],
            note.Signatures.Select(s => s.Name)
        );
        Assert.Equal(1679315147, VerifierKey.TimeOf(note.Signatures[1].Bytes));
    }

    [Fact]
    public void A_key_file_is_private_kept_and_bound_to_its_name()
    {
        var path = _ledger.KeyPath;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using (var again = SigningKey.OpenOrCreate(path, TestLedger.Origin, SignatureType.Ed25519))
        {
            Assert.Equal(_ledger.Vkey, again.Verifier.ToString());
        }
        Refuses(
            () => SigningKey.OpenOrCreate(path, "other.example", SignatureType.Ed25519),
            LedgerProblem.Malformed
        );
        Refuses(
            () => SigningKey.OpenOrCreate(path, TestLedger.Origin, SignatureType.Cosignature),
            LedgerProblem.Malformed
        );
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Refuses(
            () => SigningKey.OpenOrCreate(path, TestLedger.Origin, SignatureType.Ed25519),
            LedgerProblem.Malformed
        );
        File.WriteAllText(path, File.ReadAllText(path)[..40]);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        Refuses(
            () => SigningKey.OpenOrCreate(path, TestLedger.Origin, SignatureType.Ed25519),
            LedgerProblem.Malformed
        );
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("")]
    [InlineData("a\nb")]
    public void A_name_that_a_note_cannot_carry_is_refused(string name) =>
        Refuses(
            () => SigningKey.OpenOrCreate(_ledger.Root["k"], name, SignatureType.Ed25519),
            LedgerProblem.Malformed
        );

    private static SignedNote Parse(string note) => SignedNote.Parse(Encoding.UTF8.GetBytes(note));

    internal static void Refuses(Func<object> act, LedgerProblem problem) =>
        Assert.Equal(problem, Assert.Throws<LedgerException>(act).Problem);
}
