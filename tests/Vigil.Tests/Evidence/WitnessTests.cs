using Vigil.Evidence;
using Vigil.Files;
using Vigil.Tests.Files;

namespace Vigil.Tests.Evidence;

public sealed class WitnessTests : IDisposable
{
    private readonly TestLedger _ledger = new("probe.example/ledger");
    private readonly Clock _clock = new();

    public void Dispose() => _ledger.Dispose();

    private string State => _ledger.Root["witness"];

    [Fact]
    public void It_cosigns_what_grew_and_remembers_it()
    {
        for (var size = 0; size < 700; size += 100)
        {
            _ledger.Grow(size == 0 ? 0 : 100);
            using var witness = Open();
            var (checkpoint, line) = Ask(witness);
            Assert.Equal(size, checkpoint.Size);
            Assert.Equal(_clock.GetUtcNow(), checkpoint.CosignedAt(witness.Verifier));
            Assert.StartsWith("\u2014 test.example/witness ", line);
            Assert.Equal(checkpoint.ToBytes(), witness.LastOf(_ledger.Key.Verifier)!.ToBytes());
            _clock.Now += TimeSpan.FromSeconds(1);
        }
    }

    [Fact]
    public void The_same_state_may_be_witnessed_again_later_and_has_one_cosignature_of_it()
    {
        _ledger.Grow(5);
        using var witness = Open();
        Ask(witness);
        _clock.Now += TimeSpan.FromHours(1);
        var (checkpoint, _) = Ask(witness);
        Assert.Equal(_clock.GetUtcNow(), checkpoint.CosignedAt(witness.Verifier));
        Assert.Equal(2, SignedNote.Parse(checkpoint.ToBytes()).Signatures.Count);
    }

    [Fact]
    public void A_ledger_put_back_or_with_another_history_gets_no_signature()
    {
        _ledger.Grow(100);
        _ledger.CopyTo(_ledger.Root["copy"]);
        _ledger.Grow(100);
        using var witness = Open();
        Ask(witness);
        var remembered = witness.LastOf(_ledger.Key.Verifier)!.ToBytes();

        Replace(_ledger.Root["copy"]);
        SignedNoteTests.Refuses(() => Ask(witness), LedgerProblem.RolledBack);
        using (var fork = _ledger.Open())
        {
            fork.Append(TestLedger.Entries(5000, 100));
            SignedNoteTests.Refuses(() => Ask(witness), LedgerProblem.Forked);
            fork.Append(TestLedger.Entries(5100, 100));
            SignedNoteTests.Refuses(() => Ask(witness), LedgerProblem.Forked);
        }
        Assert.Equal(remembered, witness.LastOf(_ledger.Key.Verifier)!.ToBytes());
        var refused = Assert.Single(Directory.GetFiles(State, "*.refused"));
        Assert.Equal(300, Checkpoint.Open(File.ReadAllBytes(refused), _ledger.Key.Verifier).Size);
    }

    [Fact]
    public void A_note_padded_so_that_it_could_not_be_read_again_is_refused_before_it_is_remembered()
    {
        var next = _ledger.Grow(10);
        using var witness = Open();
        var foreign = string.Concat(
            Enumerable
                .Range(0, 99)
                .Select(i => $"\u2014 other{i}.example {Convert.ToBase64String(new byte[68])}\n")
        );
        var padded = Checkpoint.Open(
            [.. next.ToBytes(), .. System.Text.Encoding.UTF8.GetBytes(foreign)],
            _ledger.Key.Verifier
        );
        var proof = _ledger.Reader.ProveConsistency(padded, 0);
        Assert.Throws<LedgerException>(() => witness.Cosign(_ledger.Key.Verifier, proof));
        Assert.Null(witness.LastOf(_ledger.Key.Verifier));
    }

    [Fact]
    public void A_proof_from_elsewhere_or_of_another_ledger_is_refused()
    {
        _ledger.Grow(10);
        using var witness = Open();
        Ask(witness);
        var next = _ledger.Grow(10);
        var reader = _ledger.Reader;
        SignedNoteTests.Refuses(
            () => witness.Cosign(_ledger.Key.Verifier, reader.ProveConsistency(next, 5)),
            LedgerProblem.OutOfRange
        );
        var empty = new ConsistencyProof(10, [], next);
        SignedNoteTests.Refuses(() => witness.Cosign(_ledger.Key.Verifier, empty), LedgerProblem.Forked);
        using var other = new TestLedger("other.example");
        Assert.Throws<ArgumentException>(() => witness.Cosign(other.Key.Verifier, empty));
    }

    [Fact]
    public void A_clock_that_went_back_and_a_damaged_memory_stop_it()
    {
        _ledger.Grow(10);
        using var witness = Open();
        Ask(witness);
        _clock.Now -= TimeSpan.FromSeconds(2);
        SignedNoteTests.Refuses(() => Ask(witness), LedgerProblem.ClockBack);
        _clock.Now += TimeSpan.FromSeconds(2);

        var memory = Assert.Single(Directory.GetFiles(State, "*.checkpoint"));
        var bytes = File.ReadAllBytes(memory);
        for (var at = 0; at < bytes.Length; at++)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= (byte)(1 << at % 8);
            File.WriteAllBytes(memory, changed);
            Assert.Throws<LedgerException>(() => Ask(witness));
        }
        // The ledger's own checkpoint in the place of the witness's.
        File.WriteAllBytes(memory, _ledger.Reader.ReadCheckpoint().ToBytes());
        SignedNoteTests.Refuses(() => Ask(witness), LedgerProblem.NotSigned);
    }

    [Fact]
    public void Two_witnesses_do_not_share_a_memory_and_one_watches_several_ledgers()
    {
        _ledger.Grow(10);
        using var second = new TestLedger("second.example");
        second.Grow(20);
        using var witness = Open();
        Assert.Throws<FileInUseException>(Open);
        Ask(witness);
        witness.Cosign(
            second.Key.Verifier,
            second.Reader.ProveConsistency(second.Reader.ReadCheckpoint(), 0)
        );
        Assert.Equal(10, witness.LastOf(_ledger.Key.Verifier)!.Size);
        Assert.Equal(20, witness.LastOf(second.Key.Verifier)!.Size);
    }

    [Fact]
    public void What_a_killed_witness_gave_out_it_still_knows()
    {
        var random = Effort.NewRandom();
        long given = 0;
        for (var kill = 0; kill < Effort.Of(25); kill++)
        {
            _ledger.Grow(random.Next(1, 300));
            using var probe = Probe.Launch("witness", _ledger.Folder, _ledger.Vkey, State, "1000000");
            Assert.NotNull(probe.NextLine());
            SpinWait.SpinUntil(() => false, random.Next(20));
            given = probe.Kill().Select(long.Parse).Append(given).Max();
            using var witness = Witness.Open(State, "probe.example/witness", TimeProvider.System);
            Assert.Equal(given, witness.LastOf(_ledger.Key.Verifier)!.Size);
        }
    }

    private Witness Open() => Witness.Open(State, "test.example/witness", _clock);

    private (Checkpoint Checkpoint, string Line) Ask(Witness witness)
    {
        var next = _ledger.Reader.ReadCheckpoint();
        var from = Math.Min(witness.LastOf(_ledger.Key.Verifier)?.Size ?? 0, next.Size);
        return witness.Cosign(_ledger.Key.Verifier, _ledger.Reader.ProveConsistency(next, from));
    }

    private void Replace(string with)
    {
        Directory.Delete(_ledger.Folder, recursive: true);
        Directory.Move(with, _ledger.Folder);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
