using System.Security.Cryptography;
using System.Text;
using Vigil.Files;

namespace Vigil.Evidence;

/// <summary>
/// Remembers the newest checkpoint it saw of each ledger, cosigns only what grew from it, and so makes a ledger that
/// shows two histories provable (c2sp.org/tlog-witness, without its HTTP). Runs apart from the ledger, best on
/// another machine.
/// </summary>
public sealed class Witness : IDisposable
{
    private const string LockFile = "witness.lock";
    private const string KeyFile = "witness.key";

    private readonly string _state;
    private readonly FolderLock _lock;
    private readonly SigningKey _key;
    private readonly TimeProvider _clock;

    private Witness(string state, FolderLock taken, SigningKey key, TimeProvider clock) =>
        (_state, _lock, _key, _clock) = (state, taken, key, clock);

    /// <summary>What others verify its cosignatures with.</summary>
    public VerifierKey Verifier => _key.Verifier;

    /// <summary>Opens or begins the witness of a folder, made with mode 0700.</summary>
    /// <param name="state">Its key and what it saw. Not the ledger's folder, nor a place the ledger can
    /// write to.</param>
    /// <param name="name">Of its key, as <c>witness.example/one</c>.</param>
    /// <exception cref="FileInUseException">Another process works with it.</exception>
    /// <exception cref="LedgerException">The key is of another name, or damaged.</exception>
    public static Witness Open(string state, string name, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        Durable.CreateFolder(state);
        // The race it prevents: two processes that cosign from one memory, where the older answer stays in it.
        var taken =
            FolderLock.TryTake(state, LockFile)
            ?? throw new FileInUseException($"'{state}' is used by another witness: let it end first.");
        try
        {
            var key = SigningKey.OpenOrCreate(Path.Combine(state, KeyFile), name, SignatureType.Cosignature);
            return new Witness(state, taken, key, clock);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>The newest checkpoint it cosigned of a ledger; null when it never saw the ledger.</summary>
    /// <exception cref="LedgerException">Its memory is damaged.</exception>
    public Checkpoint? LastOf(VerifierKey ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        var bytes = new TileFiles(_state).TryRead(FileOf(ledger), SignedNote.MaxBytes);
        if (bytes is null)
        {
            return null;
        }
        try
        {
            var last = Checkpoint.Open(bytes, ledger);
            return last.CosignedAt(Verifier) is not null
                ? last
                : throw new LedgerException(LedgerProblem.NotSigned, "It lacks the witness's own signature.");
        }
        catch (LedgerException e)
        {
            throw new LedgerException(
                e.Problem,
                $"'{Path.Combine(_state, FileOf(ledger))}', what the witness remembers, is damaged or of "
                    + "another key: put "
                    + $"it back from a copy. Without it the witness knows of no earlier state. ({e.Message})",
                e
            );
        }
    }

    /// <summary>
    /// Cosigns when the checkpoint's tree begins with the tree of the last one. It is durable in the witness's
    /// folder before it is given out. A checkpoint that contradicts the last one is kept there, as
    /// <c>.refused</c>: with the last one it proves what the ledger's key signed.
    /// </summary>
    /// <param name="proof">From the last size, or from 0 where the witness never saw the ledger.</param>
    /// <returns>The checkpoint with the cosignature, and the line of the cosignature alone.</returns>
    /// <exception cref="LedgerException">Rolled back, forked, or the clock went back: nothing is signed.</exception>
    public (Checkpoint Checkpoint, string Line) Cosign(VerifierKey ledger, ConsistencyProof proof)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(proof);
        var next = proof.Checkpoint;
        if (next.Origin != ledger.Name)
        {
            throw new ArgumentException("The checkpoint is of another ledger than the key.", nameof(proof));
        }
        var last = LastOf(ledger);
        if (last is not null)
        {
            Require(ledger, last, proof);
        }
        var now = _clock.GetUtcNow();
        if (last?.CosignedAt(Verifier) is { } before && before > now)
        {
            throw new LedgerException(
                LedgerProblem.ClockBack,
                $"The clock says {now:u}, and the witness signed at {before:u}: set the clock, then ask again."
            );
        }
        var (checkpoint, line) = next.Cosign(_key, now);
        // What could not be read again would be its memory lost: a note padded to the limit by who is watched.
        _ = Checkpoint.Open(checkpoint.ToBytes(), ledger);
        Durable.Replace(Path.Combine(_state, FileOf(ledger)), stream => stream.Write(checkpoint.ToBytes()));
        return (checkpoint, line);
    }

    public void Dispose()
    {
        _key.Dispose();
        _lock.Dispose();
    }

    private void Require(VerifierKey ledger, Checkpoint last, ConsistencyProof proof)
    {
        var next = proof.Checkpoint;
        if (next.Size < last.Size)
        {
            throw new LedgerException(
                LedgerProblem.RolledBack,
                $"The ledger shows {next.Size} entries and had {last.Size} when it was last witnessed: it "
                    + "was put back to an "
                    + "older state. Nothing is signed; the operator must put the newest copy back."
            );
        }
        if (proof.FromSize != last.Size)
        {
            throw new LedgerException(
                LedgerProblem.OutOfRange,
                $"The proof begins at {proof.FromSize} entries: make one from {last.Size}, where the witness stands."
            );
        }
        if (!proof.Proves(last.Root))
        {
            var kept = Path.Combine(_state, FileOf(ledger) + ".refused");
            Durable.Replace(kept, stream => stream.Write(next.ToBytes()));
            throw new LedgerException(
                LedgerProblem.Forked,
                $"The ledger's {next.Size} entries do not begin with the {last.Size} that were witnessed: "
                    + "the history was "
                    + $"changed, or its files are damaged. Nothing is signed; '{kept}' holds what was "
                    + "refused. Verify the "
                    + "ledger, and keep both checkpoints: together they show what its key signed."
            );
        }
    }

    /// <summary>By a digest: an origin may hold what a file's name may not.</summary>
    private static string FileOf(VerifierKey ledger)
    {
        var origin = SHA256.HashData(Encoding.UTF8.GetBytes(ledger.Name));
        return $"{Convert.ToHexStringLower(origin.AsSpan(0, 8))}.checkpoint";
    }
}
