namespace Vigil.Trust;

/// <summary>What the database knows of the signed ledger.</summary>
internal sealed class LedgerHead
{
    private const string Service = "ledger";

    /// <summary>Entries under the newest note.</summary>
    public long Size { get; init; }

    /// <summary>The newest signed checkpoint; null: none yet.</summary>
    public byte[]? Note { get; init; }
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>Public key of the ledger, fixed by its first holder; null: none yet.</summary>
    public string? Verifier { get; init; }

    /// <summary>Grows with each change of the holder: what an earlier one still wants to write is refused.</summary>
    public long Epoch { get; init; }

    /// <summary>Who signs; empty: nobody.</summary>
    public string Holder { get; init; } = "";

    /// <summary>Grows while the holder lives.</summary>
    public long Beat { get; init; }

    /// <summary>Number of the newest row.</summary>
    public long? Newest { get; init; }

    /// <summary>Least number of a row that has no place yet.</summary>
    public long? Waiting { get; init; }

    /// <summary>Number of the first row that has a place and no signature yet.</summary>
    public long? Unsigned { get; init; }

    /// <summary>The row that waits longest, as a number; null: all is signed.</summary>
    public long? Oldest =>
        Waiting is null ? Unsigned
        : Unsigned is null ? Waiting
        : Math.Min(Waiting.Value, Unsigned.Value);

    public static async Task<LedgerHead> ReadAsync(Tx tx) =>
        await tx.FindAsync<LedgerHead>(
            """
            select h.size, h.note, h.signed_at, h.verifier, h.epoch, h.holder, h.beat,
                (select max(seq) from ledger_leaf) as newest,
                (select min(seq) from ledger_leaf where position is null) as waiting,
                (select seq from ledger_leaf where position >= h.size order by position limit 1) as unsigned
            from ledger_head h where h.one = 1
            """
        )
        ?? throw new InvalidOperationException("The ledger's head is not in the database: restore a backup.");

    /// <summary>Size and epoch, locked until the end of the transaction: one place-giver at a time.</summary>
    public static async Task<LedgerHead> LockAsync(Tx tx) =>
        await tx.FindAsync<LedgerHead>($"select size, epoch from ledger_head where one = 1{tx.ForUpdate}")
        ?? new LedgerHead();

    public static Task<LedgerHead> ReadAsync(Db db, CancellationToken cancellation) =>
        db.SystemAsync(Service, isWrite: false, ReadAsync, cancellation: cancellation);

    /// <summary>Takes the lease when nobody moved since this was read; the new epoch, or null.</summary>
    public Task<long?> TryTakeAsync(Db db, string holder, string verifier, CancellationToken cancellation) =>
        db.FencedAsync<long?>(
            Service,
            async tx =>
            {
                var changed = await tx.ExecuteAsync(
                    """
                    update ledger_head set epoch = epoch + 1, beat = beat + 1, holder = @holder, verifier = @verifier
                    where one = 1 and epoch = @epoch and beat = @beat
                    """,
                    new
                    {
                        holder,
                        verifier,
                        epoch = Epoch,
                        beat = Beat,
                    }
                );
                return changed == 1 ? Epoch + 1 : null;
            },
            cancellation
        );

    /// <summary>Says that the holder of this epoch lives.</summary>
    /// <exception cref="LeaseLostException">Another holds the lease.</exception>
    public static Task BeatAsync(Db db, long epoch, CancellationToken cancellation) =>
        db.FencedAsync(
            Service,
            async tx =>
                Require(
                    await tx.ExecuteAsync(
                        "update ledger_head set beat = beat + 1 where one = 1 and epoch = @epoch",
                        new { epoch }
                    )
                ),
            cancellation
        );

    /// <summary>Gives the lease back, so that the next need not wait for its end.</summary>
    public static Task ReleaseAsync(Db db, long epoch, CancellationToken cancellation) =>
        db.FencedAsync(
            Service,
            tx =>
                tx.ExecuteAsync(
                    "update ledger_head set holder = '', beat = beat + 1 where one = 1 and epoch = @epoch",
                    new { epoch }
                ),
            cancellation
        );

    /// <summary>Keeps the note of what was appended: from here on it is remembered apart from the folder.</summary>
    /// <exception cref="LeaseLostException">Another holds the lease.</exception>
    public static Task StoreAsync(
        Db db,
        long epoch,
        Evidence.Checkpoint checkpoint,
        CancellationToken cancellation
    ) => db.FencedAsync(Service, tx => StoreAsync(tx, epoch, checkpoint), cancellation);

    public static async Task<bool> StoreAsync(Tx tx, long epoch, Evidence.Checkpoint checkpoint) =>
        Require(
            await tx.ExecuteAsync(
                """
                update ledger_head set size = @size, note = @note, signed_at = @at, beat = beat + 1
                where one = 1 and epoch = @epoch and size <= @size
                """,
                new
                {
                    size = checkpoint.Size,
                    note = checkpoint.ToBytes(),
                    at = tx.Now,
                    epoch,
                }
            )
        );

    private static bool Require(int changed) => changed == 1 ? true : throw new LeaseLostException();
}

/// <summary>Another process signs the ledger now; this one writes nothing more.</summary>
internal sealed class LeaseLostException() : Exception("Another process holds the ledger's lease.");
