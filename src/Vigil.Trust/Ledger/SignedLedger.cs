using Vigil.Evidence;

namespace Vigil.Trust;

/// <summary>The signed ledger as people and programs look at it.</summary>
/// <param name="Size">Entries under the newest checkpoint, of all tenants.</param>
/// <param name="SignedAt">When it was signed; null: nothing is yet.</param>
/// <param name="Waiting">Rows of the reader's tenant that wait for their signature.</param>
/// <param name="Verifier">Public key, to hand to a witness; null: nothing is signed yet.</param>
/// <param name="Trouble">Why nothing is signed now, in the default tenant with names of files; null: it is.</param>
/// <param name="Advice">What to do then.</param>
public sealed record LedgerStatus(
    long Size,
    DateTimeOffset? SignedAt,
    long Waiting,
    string? Verifier,
    string? Trouble,
    string? Advice
);

/// <summary>Reads the signed ledger: its checkpoint, its files, proofs of entries.</summary>
public sealed class SignedLedger
{
    private readonly LedgerSpot _spot;
    private readonly LedgerStanding _standing;

    internal SignedLedger(LedgerSpot spot, LedgerStanding standing) => (_spot, _standing) = (spot, standing);

    public async Task<LedgerStatus> StatusAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var head = await HeadAsync(tx);
        var trouble = _standing.Trouble;
        return new LedgerStatus(
            head.Size,
            head.SignedAt,
            head.Waiting ?? 0,
            head.Verifier,
            tx.Tenant == TenantId.Default ? trouble?.Detail : trouble?.Text,
            trouble?.Advice
        );
    }

    /// <summary>The newest signed note; null: nothing is signed yet.</summary>
    public static async Task<byte[]?> CheckpointAsync(Tx tx) => (await HeadAsync(tx)).Note;

    /// <summary>A file of the ledger on this machine; null: there is none of this name.</summary>
    /// <param name="path">As c2sp.org/tlog-tiles names it, <c>tile/0/000.p/44</c>.</param>
    public byte[]? TryReadFile(string path) => LedgerFolder.TryReadFile(_spot.Folder, path);

    /// <summary>Whether the folder is on this machine: only who signs has it.</summary>
    public bool IsHere => TryReadFile("checkpoint") is not null;

    /// <summary>What proves one act of the tenant to anyone who has the public key.</summary>
    /// <exception cref="LedgerProofException">There is no such act, or no proof of it.</exception>
    public async Task<LedgerProof> ProveAsync(Tx tx, long seq)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var row =
            await tx.FindAsync<LedgerRow>(
                """
                select l.position, l.seq, l.tenant, l.subject, s.salt, e.canonical from ledger_leaf l
                join ledger_event e on e.seq = l.seq
                left join ledger_salt s on s.tenant = l.tenant and s.subject = l.subject and s.id = l.salt_id
                where l.tenant = @tenant and l.seq = @seq and l.position is not null
                """,
                new { seq }
            ) ?? throw await MissingAsync(tx, seq);
        var head = await HeadAsync(tx);
        if (head.Note is null || head.Verifier is null || row.Position >= head.Size)
        {
            throw NotSigned();
        }
        if (row.Salt is null)
        {
            throw new LedgerProofException(
                "unlinkable",
                "The salt of what this act is about was destroyed: nothing links the act to its entry any more."
            );
        }
        if (!IsHere)
        {
            throw new LedgerProofException(
                "ledger_elsewhere",
                "The ledger's folder is with the process that signs it: ask that one."
            );
        }
        var key = VerifierKey.Parse(head.Verifier);
        var proof = new LedgerFolder(_spot.Folder, key).ProveInclusion(
            Checkpoint.Open(head.Note, key),
            row.Position
        );
        return new LedgerProof(key, row.Seq, row.Canonical!, row.Salt, proof);
    }

    private static async Task<LedgerProofException> MissingAsync(Tx tx, long seq) =>
        await tx.FindAsync<long>(
            "select count(*) from ledger_event where tenant = @tenant and seq = @seq",
            new { seq }
        ) == 0
            ? new LedgerProofException("not_found", "There is no act of this number.")
            : NotSigned();

    private static LedgerProofException NotSigned() =>
        new("not_signed_yet", "This act waits for its signature: ask again in a second.");

    private static async Task<Head> HeadAsync(Tx tx) =>
        await tx.FindAsync<Head>(
            """
            select size, note, signed_at, verifier,
                (select count(*) from ledger_leaf where tenant = @tenant and position is null) as waiting
            from ledger_head where one = 1
            """
        ) ?? new Head();

    private sealed class Head
    {
        public long Size { get; init; }
        public byte[]? Note { get; init; }
        public DateTimeOffset? SignedAt { get; init; }
        public string? Verifier { get; init; }
        public long? Waiting { get; init; }
    }
}

/// <summary>An act that cannot be proven; the code says why, the text what to do.</summary>
public sealed class LedgerProofException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
