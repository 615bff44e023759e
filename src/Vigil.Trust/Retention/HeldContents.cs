using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>Which contents are listed.</summary>
public enum HeldFilter
{
    /// <summary>All that are not destroyed.</summary>
    Held,

    /// <summary>Those that nothing keeps any more and that are still there.</summary>
    Due,

    /// <summary>Tombstones, with their certificates.</summary>
    Destroyed,
}

/// <summary>One content in facts: what it is, why it is held, until when; never its bytes or digests.</summary>
public sealed record HeldContent
{
    public required Guid Id { get; init; }
    public required string CaseRef { get; init; }
    public Guid? ItemId { get; init; }

    /// <summary>picture, video, other.</summary>
    public required string Kind { get; init; }
    public required long Bytes { get; init; }
    public required string Jurisdiction { get; init; }
    public required bool IsSample { get; init; }

    /// <summary>Sealed, Destroying, Destroyed.</summary>
    public required string State { get; init; }
    public required DateTimeOffset SealedAt { get; init; }
    public required string SealedBy { get; init; }

    /// <summary>When nothing keeps it any more; null: something does that has no end yet.</summary>
    public DateTimeOffset? DueAt { get; init; }
    public bool HasPendingReport { get; init; }

    /// <summary>Of the content and its case, the active ones.</summary>
    public IReadOnlyList<Hold> Holds { get; init; } = [];

    /// <summary>It should be in the locker and is not, since then.</summary>
    public DateTimeOffset? MissingAt { get; init; }
    public string? DestroyedBecause { get; init; }

    /// <summary>Of the certificate: the object was removed.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>Of the certificate: the key that backups would need was destroyed.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>An early destruction that waits for a second person.</summary>
    public SecondPersonRequest? Asked { get; init; }

    public bool IsOverdueAt(DateTimeOffset now) =>
        State != ContentRow.Destroyed && DueAt is { } due && now - due > RetentionRule.OverdueAfter;
}

/// <summary>How destruction stands.</summary>
/// <param name="Held">Contents that are not destroyed.</param>
/// <param name="Bytes">Of them.</param>
/// <param name="SweptAt">Of the last look; null: none yet.</param>
/// <param name="PausedSince">The clock is in doubt since then; null: it is not.</param>
/// <param name="PausedBecause">Why.</param>
/// <param name="Asked">A confirmation of the clock that waits for a second person.</param>
public sealed record RetentionStanding(
    long Held,
    long Bytes,
    DateTimeOffset? SweptAt,
    DateTimeOffset? PausedSince,
    ClockTrust PausedBecause,
    SecondPersonRequest? Asked
);

/// <summary>What is held, why, and until when, for those who may know (<see cref="Permission.HoldRead"/>).</summary>
public static class HeldContents
{
    /// <summary>Most rows of one answer.</summary>
    public const int MaxRows = 200;

    /// <summary>Newest first.</summary>
    /// <param name="tx">The reader's.</param>
    /// <param name="filter">Which.</param>
    /// <param name="caseRef">Of this case; null: of all.</param>
    /// <param name="before">Older than this one; null: the newest.</param>
    /// <param name="rows">At most, up to <see cref="MaxRows"/>.</param>
    public static async Task<IReadOnlyList<HeldContent>> ListAsync(
        Tx tx,
        HeldFilter filter,
        string? caseRef,
        Guid? before,
        int rows
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        var most = Math.Clamp(rows, 1, MaxRows);
        if (filter == HeldFilter.Due)
        {
            return await OfAsync(tx, await ClaimTables.DueAsync(tx, tx.Now, most));
        }
        var found = await tx.QueryAsync<ContentRow>(
            $"""
            select {ContentRow.Columns} from content
            where tenant = @tenant and (state = 'Destroyed') = @destroyed and (@anyCase or case_ref = @case)
              and (@isFirst or id < @before)
            order by id desc limit @most
            """,
            new
            {
                destroyed = filter == HeldFilter.Destroyed,
                anyCase = caseRef is null,
                @case = caseRef ?? "",
                isFirst = before is null,
                before = before ?? Guid.Empty,
                most,
            }
        );
        var all = new List<HeldContent>(found.Count);
        foreach (var row in found)
        {
            all.Add(await OfAsync(tx, row));
        }
        return all;
    }

    /// <summary>Null: there is none.</summary>
    public static async Task<HeldContent?> FindAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var row = await tx.FindAsync<ContentRow>(
            $"select {ContentRow.Columns} from content where tenant = @tenant and id = @id",
            new { id }
        );
        return row is null ? null : await OfAsync(tx, row);
    }

    public static async Task<RetentionStanding> StandingAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var amount = await CustodyTables.HeldAsync(tx);
        var state = await tx.FindAsync<RetentionState>(
            "select swept_at, paused_since, paused_because from retention_state where tenant = @tenant"
        );
        return new RetentionStanding(
            amount.Count,
            amount.Bytes,
            state?.SweptAt,
            state?.PausedSince,
            state?.Trust ?? ClockTrust.Trusted,
            await SecondPerson.FindAsync(tx, ClockConfirmation.Action, tx.Tenant.Value)
        );
    }

    private static async Task<IReadOnlyList<HeldContent>> OfAsync(Tx tx, IReadOnlyList<Guid> ids)
    {
        var all = new List<HeldContent>(ids.Count);
        foreach (var id in ids)
        {
            if (await FindAsync(tx, id) is { } held)
            {
                all.Add(held);
            }
        }
        return all;
    }

    private static async Task<HeldContent> OfAsync(Tx tx, ContentRow row)
    {
        var claims = await ClaimTables.OfAsync(tx, row);
        var holds = await Holds.OfContentAsync(tx, row.Id);
        var isDestroyed = row.State == ContentRow.Destroyed;
        return new HeldContent
        {
            Id = row.Id,
            CaseRef = row.CaseRef,
            ItemId = row.ItemId,
            Kind = row.Kind,
            Bytes = row.Bytes,
            Jurisdiction = row.Jurisdiction,
            IsSample = row.IsSample,
            State = row.State,
            SealedAt = row.SealedAt,
            SealedBy = row.SealedBy,
            DueAt = isDestroyed ? null : row.DestroyingAt ?? RetentionRule.DueAt(claims, row.SealedAt),
            HasPendingReport = claims.HasPendingReport,
            Holds = isDestroyed ? [] : [.. holds.Where(hold => hold.IsActiveAt(tx.Now))],
            MissingAt = row.MissingAt,
            DestroyedBecause = row.DestroyedBecause,
            RemovedAt = row.RemovedAt,
            ClosedAt = row.ClosedAt,
            Asked = isDestroyed
                ? null
                : await SecondPerson.FindAsync(tx, EarlyDestruction.Action, row.Id.ToString()),
        };
    }
}
