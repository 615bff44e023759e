using FsCheck;
using FsCheck.Fluent;
using Vigil.Evidence;
using Vigil.Files;
using Vigil.Tests.Files;

namespace Vigil.Tests.Evidence;

public sealed class LedgerTests : IDisposable
{
    private readonly TestLedger _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void Every_size_to_300_added_one_by_one_has_the_slow_trees_root_and_its_files()
    {
        var entries = new List<byte[]>();
        using var ledger = _ledger.Open();
        for (var size = 0; size <= 300; size++)
        {
            var checkpoint = ledger.Checkpoint;
            Assert.Equal(size, checkpoint.Size);
            Assert.Equal(SlowTree.Root(entries), checkpoint.Root.ToArray());
            if (size % 37 == 0 || size is 255 or 256 or 257 or 300)
            {
                Assert.Empty(SecondVerifier.Errors(_ledger.Folder, _ledger.Vkey));
                Assert.True(_ledger.Reader.Verify().IsWhole);
            }
            entries.Add(TestLedger.Entry(size).ToArray());
            ledger.Append([entries[^1]]);
        }
        // What a full tile replaced is gone, what stands under an earlier checkpoint since then is there.
        Assert.False(Directory.Exists(_ledger["tile/entries/000.p"]));
        Assert.True(File.Exists(_ledger["tile/entries/001.p/1"]));
    }

    [Fact]
    public void Batches_of_any_size_give_the_same_tree_as_single_entries() =>
        Prop.ForAll(
                Gen.Choose(0, 700).ArrayOf(4).ToArbitrary(),
                batches =>
                {
                    using var one = new TestLedger();
                    var checkpoint = one.Grow(batches);
                    var all = TestLedger.Entries(0, batches.Sum()).Select(entry => entry.ToArray()).ToArray();
                    return SlowTree.Root(all).AsSpan().SequenceEqual(checkpoint.Root.ToArray())
                        && SecondVerifier.Errors(one.Folder, one.Vkey).Count == 0
                        && SecondVerifier.FilesOf(all.Length).All(file => File.Exists(one[file]));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Effort.Of(50)));

    [Fact]
    public void A_tree_of_three_levels_proves_its_entries_and_its_growth()
    {
        // 70,000 entries are the example of tlog-tiles: two full levels and a third.
        var checkpoint = _ledger.Grow(10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000);
        Assert.Equal(256 * 32, new FileInfo(_ledger["tile/0/272"]).Length);
        Assert.Equal(112 * 32, new FileInfo(_ledger["tile/0/273.p/112"]).Length);
        Assert.Equal(256 * 32, new FileInfo(_ledger["tile/1/000"]).Length);
        Assert.Equal(17 * 32, new FileInfo(_ledger["tile/1/001.p/17"]).Length);
        Assert.Equal(32, new FileInfo(_ledger["tile/2/000.p/1"]).Length);
        Assert.Empty(SecondVerifier.Errors(_ledger.Folder, _ledger.Vkey));
        Assert.Equal(checkpoint.Root, _ledger.Reader.Verify().Checkpoint.Root);

        var reader = _ledger.Reader;
        foreach (var index in new long[] { 0, 255, 256, 65_535, 65_536, 69_999 })
        {
            Assert.True(reader.ProveInclusion(checkpoint, index).Proves(TestLedger.Entry(index).Span));
            Assert.False(reader.ProveInclusion(checkpoint, index).Proves(TestLedger.Entry(index + 1).Span));
        }
        foreach (var from in new long[] { 0, 1, 255, 256, 65_536, 69_888, 69_999, 70_000 })
        {
            Assert.True(reader.ProveConsistency(checkpoint, from).Proves(reader.RootAt(checkpoint, from)));
        }
        Assert.Equal(68_000, reader.Find(checkpoint, TestLedger.Entry(68_000)));
        Assert.Null(reader.Find(checkpoint, TestLedger.Entry(70_000)));
    }

    [Fact]
    public void A_proof_goes_through_a_file_and_back()
    {
        var checkpoint = _ledger.Grow(300);
        var proof = InclusionProof.Read(
            _ledger.Reader.ProveInclusion(checkpoint, 299).ToBytes(),
            _ledger.Key.Verifier
        );
        Assert.Equal((299, 300), (proof.Index, proof.Checkpoint.Size));
        Assert.True(proof.Proves(TestLedger.Entry(299).Span));

        var bytes = proof.ToBytes();
        for (var at = 0; at < bytes.Length; at++)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 1;
            Assert.False(ReadsAndProves(changed), $"byte {at}");
            Assert.False(ReadsAndProves(bytes[..at]), $"cut at {at}");
        }
        using var other = new TestLedger("other.example");
        SignedNoteTests.Refuses(
            () => InclusionProof.Read(bytes, other.Key.Verifier),
            LedgerProblem.NotSigned
        );
    }

    [Fact]
    public void It_opens_again_where_it_stood_and_takes_nothing_else_meanwhile()
    {
        using (var ledger = _ledger.Open())
        {
            ledger.Append(TestLedger.Entries(0, 300));
            Assert.Throws<FileInUseException>(() => _ledger.Open());
            Assert.Equal(ledger.Checkpoint, ledger.Append([]));
        }
        Assert.Equal(300, _ledger.Grow().Size);
        Assert.Equal(301, _ledger.Grow(1).Size);
        Assert.Empty(SecondVerifier.Errors(_ledger.Folder, _ledger.Vkey));
    }

    [Fact]
    public void Entries_and_batches_have_limits_and_what_is_over_them_adds_nothing()
    {
        using var ledger = _ledger.Open();
        ledger.Append([new byte[Ledger.MaxEntryBytes], new byte[1]]);
        foreach (var wrong in new[] { 0, Ledger.MaxEntryBytes + 1 })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => ledger.Append([new byte[1], new byte[wrong]]));
        }
        var many = new ReadOnlyMemory<byte>[Ledger.MaxBatchEntries + 1];
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.Append(many));
        Assert.Equal(2, ledger.Checkpoint.Size);
        Assert.Empty(SecondVerifier.Errors(_ledger.Folder, _ledger.Vkey));
    }

    [Fact]
    public void A_folder_put_back_to_an_older_state_is_refused_by_who_remembers_a_newer_one()
    {
        var older = _ledger.Grow(100);
        _ledger.CopyTo(_ledger.Root["copy"]);
        var newer = _ledger.Grow(300);
        Directory.Delete(_ledger.Folder, recursive: true);
        Directory.Move(_ledger.Root["copy"], _ledger.Folder);

        SignedNoteTests.Refuses(() => _ledger.Open(newer), LedgerProblem.RolledBack);
        using (var ledger = _ledger.Open(older))
        {
            Assert.Equal(100, ledger.Checkpoint.Size);
        }
    }

    [Fact]
    public void Another_history_of_the_same_size_or_longer_is_refused()
    {
        var known = _ledger.Grow(100);
        Directory.Delete(_ledger.Folder, recursive: true);
        using (var other = _ledger.Open())
        {
            other.Append(TestLedger.Entries(1, 100));
            Assert.Equal(known.Size, other.Checkpoint.Size);
        }
        SignedNoteTests.Refuses(() => _ledger.Open(known), LedgerProblem.Forked);
        _ledger.Grow(400);
        SignedNoteTests.Refuses(() => _ledger.Open(known), LedgerProblem.Forked);
    }

    [Fact]
    public void No_ledger_is_begun_in_the_place_of_one_that_lost_its_checkpoint()
    {
        var known = _ledger.Grow(3);
        File.Delete(_ledger["checkpoint"]);
        SignedNoteTests.Refuses(() => _ledger.Open(), LedgerProblem.Damaged);
        Directory.Delete(_ledger.Folder, recursive: true);
        SignedNoteTests.Refuses(() => _ledger.Open(known), LedgerProblem.Damaged);
        using var begun = _ledger.Open();
        Assert.Equal(0, begun.Checkpoint.Size);
    }

    [Fact]
    public void Nothing_is_signed_once_the_folder_is_changed_under_the_writer()
    {
        using var ledger = _ledger.Open();
        ledger.Append(TestLedger.Entries(0, 5));
        _ledger.CopyTo(_ledger.Root["copy"]);
        ledger.Append(TestLedger.Entries(5, 5));
        var signed = File.ReadAllBytes(_ledger["checkpoint"]);

        File.Copy(Path.Combine(_ledger.Root["copy"], "checkpoint"), _ledger["checkpoint"], overwrite: true);
        SignedNoteTests.Refuses(() => ledger.Append(TestLedger.Entries(10, 1)), LedgerProblem.Forked);
        File.WriteAllBytes(_ledger["checkpoint"], signed);

        Change(_ledger["tile/entries/000.p/10"]);
        SignedNoteTests.Refuses(() => ledger.Append(TestLedger.Entries(10, 1)), LedgerProblem.Damaged);
        Change(_ledger["tile/entries/000.p/10"]);
        Assert.Equal(11, ledger.Append(TestLedger.Entries(10, 1)).Size);

        Directory.Move(_ledger.Folder, _ledger.Root["away"]);
        SignedNoteTests.Refuses(() => ledger.Append(TestLedger.Entries(11, 1)), LedgerProblem.Forked);
    }

    [Fact]
    public void A_tile_of_a_higher_level_that_changed_since_it_was_written_stops_the_signing()
    {
        using var ledger = _ledger.Open();
        ledger.Append(TestLedger.Entries(0, 300));
        Change(_ledger["tile/1/000.p/1"]);
        SignedNoteTests.Refuses(() => ledger.Append(TestLedger.Entries(300, 1)), LedgerProblem.Damaged);
        Assert.Equal(300, _ledger.Reader.ReadCheckpoint().Size);
    }

    [Fact]
    public void Another_key_neither_reads_nor_continues_it()
    {
        _ledger.Grow(3);
        using var other = SigningKey.OpenOrCreate(
            _ledger.Root["k2"],
            TestLedger.Origin,
            SignatureType.Ed25519
        );
        SignedNoteTests.Refuses(() => Ledger.Open(_ledger.Folder, other), LedgerProblem.NotSigned);
        SignedNoteTests.Refuses(
            () => new LedgerFolder(_ledger.Folder, other.Verifier).Verify(),
            LedgerProblem.NotSigned
        );
        using var witness = SigningKey.OpenOrCreate(_ledger.Root["k3"], "w", SignatureType.Cosignature);
        Assert.Throws<ArgumentException>(() => Ledger.Open(_ledger.Folder, witness));
    }

    [Fact]
    public void What_is_not_there_is_said_so()
    {
        SignedNoteTests.Refuses(() => _ledger.Reader.ReadCheckpoint(), LedgerProblem.Missing);
        var checkpoint = _ledger.Grow(3);
        SignedNoteTests.Refuses(() => _ledger.Reader.ProveInclusion(checkpoint, 3), LedgerProblem.OutOfRange);
        SignedNoteTests.Refuses(
            () => _ledger.Reader.ProveInclusion(checkpoint, -1),
            LedgerProblem.OutOfRange
        );
        SignedNoteTests.Refuses(
            () => _ledger.Reader.ReadEntry(checkpoint, 3).ToArray(),
            LedgerProblem.OutOfRange
        );
        SignedNoteTests.Refuses(
            () => _ledger.Reader.ProveConsistency(checkpoint, 4),
            LedgerProblem.OutOfRange
        );
    }

    [Fact]
    public void A_keyed_leaf_is_the_hmac_of_the_event_and_tells_nothing_without_the_salt()
    {
        var (salt, other) = (KeyedLeaf.NewSalt(), KeyedLeaf.NewSalt());
        var act = "{\"action\":\"case.viewed\"}"u8.ToArray();
        byte[] labelled = [.. "vigil ledger leaf v1\n"u8, .. act];
        Assert.Equal(
            System.Security.Cryptography.HMACSHA256.HashData(salt, labelled),
            KeyedLeaf.Of(salt, act)
        );
        Assert.NotEqual(KeyedLeaf.Of(salt, act), KeyedLeaf.Of(other, act));
        Assert.Throws<ArgumentOutOfRangeException>(() => KeyedLeaf.Of(salt.AsSpan(1), act));
    }

    private bool ReadsAndProves(byte[] proof)
    {
        try
        {
            return InclusionProof.Read(proof, _ledger.Key.Verifier).Proves(TestLedger.Entry(299).Span);
        }
        catch (LedgerException)
        {
            return false;
        }
    }

    /// <summary>The last bit; done twice it is as before.</summary>
    private static void Change(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
