namespace Vigil.Trust.Custody;

/// <summary>
/// The one way rows of custody are written: whole, with the next number of the tenant. The same statements put them
/// back from the journal.
/// </summary>
internal static class CustodyTables
{
    private const string PutContent = $"""
        insert into content (tenant, {ContentRow.Columns})
        values (@tenant, @Id, @Seq, @CaseRef, @ItemId, @Kind, @Bytes, @Sha256Digest, @Jurisdiction, @IsSample, @State,
            @SealedAt, @SealedBy, @DestroyingAt, @DestroyedBecause, @RemovedAt, @Epoch, @ClosedAt, @MissingAt,
            @Md5Digest, @Sha1Digest)
        on conflict (tenant, id) do update set seq = excluded.seq, state = excluded.state,
            destroying_at = excluded.destroying_at, destroyed_because = excluded.destroyed_because,
            removed_at = excluded.removed_at, epoch = excluded.epoch, closed_at = excluded.closed_at,
            missing_at = excluded.missing_at
        where content.seq < excluded.seq
        """;

    private const string PutHold = $"""
        insert into content_hold (tenant, {HoldRow.Columns})
        values (@tenant, @Id, @Seq, @Kind, @CaseRef, @ContentId, @Authority, @Reason, @PlacedAt, @PlacedBy, @ExpiresAt,
            @LiftedAt, @LiftedBy, @LiftReason)
        on conflict (tenant, id) do update set seq = excluded.seq, expires_at = excluded.expires_at,
            lifted_at = excluded.lifted_at, lifted_by = excluded.lifted_by, lift_reason = excluded.lift_reason
        where content_hold.seq < excluded.seq
        """;

    private const string PutClock = $"""
        insert into content_clock (tenant, {ClockRow.Columns})
        values (@tenant, @Id, @Seq, @ContentId, @ReportId, @Jurisdiction, @StartedAt, @FinishedAt, @KeepUntil)
        on conflict (tenant, id) do update set seq = excluded.seq, finished_at = excluded.finished_at,
            keep_until = excluded.keep_until
        where content_clock.seq < excluded.seq
        """;

    /// <summary>All that is not destroyed yet; tombstones, which stay for ever, are not walked.</summary>
    public static async Task<HeldAmount> HeldAsync(Tx tx) =>
        (
            await tx.FindAsync<HeldAmount>(
                """
                select count(*) as count, cast(coalesce(sum(bytes), 0) as bigint) as bytes from content
                where tenant = @tenant and state in ('Sealed', 'Destroying')
                """
            )
        )!;

    /// <summary>
    /// Writes a new or changed row under a number later than its own: one that was not written would be a clock or a
    /// hold that nobody has. When the transaction is committed, the journal is told.
    /// </summary>
    public static async Task PutAsync(Tx tx, CustodyRow row)
    {
        row.Seq = await tx.FindAsync<long>(
            """
            insert into custody (tenant, seq) values (@tenant, @least)
            on conflict (tenant) do update set
                seq = case when custody.seq < @least then @least else custody.seq + 1 end
            returning seq
            """,
            new { least = row.Seq + 1 }
        );
        if (await WriteAsync(tx, row) != 1)
        {
            throw new InvalidOperationException(
                "A row of custody was changed meanwhile: nothing is written."
            );
        }
        tx.OnCommitted(tx.Kernel.Custody.Ring);
    }

    /// <summary>Puts a row back as the journal has it, unless the database has a later state of it.</summary>
    public static Task<int> WriteAsync(Tx tx, CustodyRow row) =>
        tx.ExecuteAsync(
            row switch
            {
                ContentRow => PutContent,
                HoldRow => PutHold,
                _ => PutClock,
            },
            row
        );

    public static async Task<long> SeqAsync(Tx tx) =>
        await tx.FindAsync<long?>("select seq from custody where tenant = @tenant") ?? 0;

    /// <summary>After rows were put back: the next number is beyond all of them.</summary>
    public static Task<int> RaiseSeqAsync(Tx tx, long seq) =>
        tx.ExecuteAsync(
            """
            insert into custody (tenant, seq) values (@tenant, @seq)
            on conflict (tenant) do update set seq = excluded.seq where custody.seq < excluded.seq
            """,
            new { seq }
        );

    /// <summary>Rows changed since, in their order.</summary>
    public static async Task<IReadOnlyList<CustodyRow>> SinceAsync(Tx tx, long seq, int most)
    {
        var values = new { seq, most };
        CustodyRow[] rows =
        [
            .. await tx.QueryAsync<ContentRow>(
                $"""
                select {ContentRow.Columns} from content
                where tenant = @tenant and seq > @seq order by seq limit @most
                """,
                values
            ),
            .. await tx.QueryAsync<HoldRow>(
                $"""
                select {HoldRow.Columns} from content_hold
                where tenant = @tenant and seq > @seq order by seq limit @most
                """,
                values
            ),
            .. await tx.QueryAsync<ClockRow>(
                $"""
                select {ClockRow.Columns} from content_clock
                where tenant = @tenant and seq > @seq order by seq limit @most
                """,
                values
            ),
        ];
        return [.. rows.OrderBy(row => row.Seq).Take(most)];
    }

    public static Task<ContentRow?> ContentAsync(Tx tx, Guid id) =>
        tx.FindAsync<ContentRow>(
            $"select {ContentRow.Columns} from content where tenant = @tenant and id = @id{tx.ForUpdate}",
            new { id }
        );

    public static Task<HoldRow?> HoldAsync(Tx tx, Guid id) =>
        tx.FindAsync<HoldRow>(
            $"select {HoldRow.Columns} from content_hold where tenant = @tenant and id = @id{tx.ForUpdate}",
            new { id }
        );
}

internal sealed class HeldAmount
{
    public long Count { get; init; }
    public long Bytes { get; init; }
}
