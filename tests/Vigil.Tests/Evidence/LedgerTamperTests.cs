using Vigil.Evidence;
using Vigil.Tests.Files;

namespace Vigil.Tests.Evidence;

/// <summary>
/// What an attacker with write access, or a failing disk, does to a ledger's files is found, and named; what is not
/// found changed nothing that anybody reads.
/// </summary>
public sealed class LedgerTamperTests : IDisposable
{
    private const int Size = 256 + 256 + 77;

    private readonly TestLedger _ledger = new();
    private readonly TestLedger _other = new();
    private readonly Dictionary<string, byte[]> _files;
    private readonly byte[][] _foreign;

    public LedgerTamperTests()
    {
        _ledger.Grow(200, 56, 300, 33);
        Assert.Equal(Size, _ledger.Reader.ReadCheckpoint().Size);
        _files = SecondVerifier
            .FilesOf(Size)
            .ToDictionary(file => file, file => File.ReadAllBytes(_ledger[file]));
        // Files of another ledger, and the older ones of this.
        _other.Grow(400);
        _foreign =
        [
            .. SecondVerifier.FilesOf(400).Select(file => File.ReadAllBytes(_other[file])),
            File.ReadAllBytes(_ledger["tile/entries/002.p/44"]),
            File.ReadAllBytes(_ledger["tile/0/002.p/44"]),
        ];
    }

    public void Dispose()
    {
        _ledger.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void Every_change_of_any_file_is_found_and_the_file_is_named()
    {
        var random = Effort.NewRandom();
        var names = _files.Keys.ToArray();
        int found = 0,
            same = 0;
        for (var i = 0; i < Effort.Of(10_000); i++)
        {
            var name = names[random.Next(names.Length)];
            var (before, second) = (_files[name], names[random.Next(names.Length)]);
            var changed = random.Next(8) switch
            {
                0 => _files[second],
                1 => _foreign[random.Next(_foreign.Length)],
                2 => [],
                _ => Tamper.AtRandom(before, _foreign[random.Next(_foreign.Length)], random),
            };
            File.WriteAllBytes(_ledger[name], changed);
            var isSame = changed.AsSpan().SequenceEqual(before);
            var named = FilesNamed();
            Assert.True(isSame == (named.Count == 0), $"change {i} of {name}: {string.Join(", ", named)}");
            Assert.True(
                isSame || named.Contains(name),
                $"change {i} of {name} named {string.Join(", ", named)}"
            );
            Assert.Equal(isSame, SecondVerifier.Errors(_ledger.Folder, _ledger.Vkey).Count == 0);
            (found, same) = isSame ? (found, same + 1) : (found + 1, same);
            File.WriteAllBytes(_ledger[name], before);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{found} found, {same} changed nothing, 0 silent");
        Assert.True(found > same * 10);
        Assert.Empty(FilesNamed());
    }

    [Fact]
    public void Every_single_byte_of_the_checkpoint_counts()
    {
        var bytes = _files["checkpoint"];
        for (var at = 0; at < bytes.Length; at++)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= (byte)(1 << at % 8);
            File.WriteAllBytes(_ledger["checkpoint"], changed);
            Assert.Equal(["checkpoint"], FilesNamed());
        }
    }

    [Fact]
    public void An_altered_entry_is_named_with_its_number()
    {
        var bytes = _files["tile/entries/001"];
        var at = bytes.AsSpan().IndexOf("entry 300"u8);
        bytes[at + 8]++;
        File.WriteAllBytes(_ledger["tile/entries/001"], bytes);
        var finding = _ledger.Reader.Verify().Findings[0];
        Assert.Equal(("tile/entries/001", 300L, 300L), (finding.File, finding.FirstEntry, finding.LastEntry));
        Assert.StartsWith("tile/entries/001, entry 300: does not hash to", finding.ToString());
        SignedNoteTests.Refuses(() => _ledger.Open(), LedgerProblem.Damaged);
        SignedNoteTests.Refuses(
            () => _ledger.Reader.ProveInclusion(_ledger.Reader.ReadCheckpoint(), 300),
            LedgerProblem.Damaged
        );
    }

    [Fact]
    public void A_missing_file_is_named_and_a_tree_that_fits_itself_but_not_the_signature_is_found()
    {
        foreach (var name in _files.Keys.Where(name => name != "checkpoint"))
        {
            File.Delete(_ledger[name]);
            Assert.Contains(name, FilesNamed());
            File.WriteAllBytes(_ledger[name], _files[name]);
        }
        // All files of another ledger of this size, under this one's checkpoint.
        using var third = new TestLedger();
        using (var ledger = third.Open())
        {
            ledger.Append(TestLedger.Entries(7, Size));
        }
        third.CopyTo(_ledger.Folder);
        File.WriteAllBytes(_ledger["checkpoint"], _files["checkpoint"]);
        var finding = Assert.Single(_ledger.Reader.Verify().Findings);
        Assert.Contains("another tree of this size", finding.Text, StringComparison.Ordinal);
        Assert.Equal(["root"], SecondVerifier.Errors(_ledger.Folder, _ledger.Vkey));
    }

    [Fact]
    public void A_signed_size_that_no_files_can_have_ends_soon()
    {
        var claimed = Checkpoint.Sign(_ledger.Key, long.MaxValue, TreeHash.Empty);
        File.WriteAllBytes(_ledger["checkpoint"], claimed.ToBytes());
        Assert.InRange(_ledger.Reader.Verify().Findings.Count, 100, 1000);
    }

    private List<string> FilesNamed()
    {
        try
        {
            return [.. _ledger.Reader.Verify().Findings.Select(finding => finding.File)];
        }
        catch (LedgerException)
        {
            // Only reading the checkpoint itself throws.
            return ["checkpoint"];
        }
    }
}
