using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>
/// Holds on cases and contents. Each placing and lifting records itself in the ledger; the caller runs in an act by
/// who may (<see cref="Permission.HoldManage"/> for persons).
/// </summary>
public static class Holds
{
    public const int MaxTextCharacters = 200;

    /// <summary>Active holds of one case or content.</summary>
    public const int MaxOfOne = 100;

    /// <summary>Most rows of one answer.</summary>
    public const int MaxRows = 500;

    private const string Columns =
        "id, kind, case_ref, content_id, authority, reason, placed_at, placed_by, expires_at, lifted_at, "
        + "lifted_by, lift_reason";

    /// <exception cref="RetentionException">Nothing to hold, no authority, an expiry that is over.</exception>
    public static async Task<Guid> AddAsync(Tx tx, NewHold wanted)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(wanted);
        await CheckAsync(tx, wanted);
        var row = new HoldRow
        {
            Id = tx.NewId(),
            Kind = wanted.Kind.ToString(),
            CaseRef = wanted.Case?.Value,
            ContentId = wanted.ContentId,
            Authority = wanted.Authority.Trim(),
            Reason = wanted.Reason.Trim(),
            PlacedAt = tx.Now,
            PlacedBy = tx.Actor.Name,
            ExpiresAt = wanted.ExpiresAt,
        };
        await CustodyTables.PutAsync(tx, row);
        await tx.RecordAsync(
            new LedgerAct("hold.placed", row.Id.ToString())
            {
                Reason = row.Reason,
                Secret = row.Authority,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["kind"] = row.Kind,
                    ["on"] = row.CaseRef ?? row.ContentId!.Value.ToString(),
                    ["until"] = row.ExpiresAt?.ToString("O") ?? "lifted",
                },
            }
        );
        return row.Id;
    }

    /// <exception cref="RetentionException">None of this id, or it holds no more.</exception>
    public static async Task LiftAsync(Tx tx, Guid id, string reason)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var why = TextOf(reason, "reason");
        var row =
            await CustodyTables.HoldAsync(tx, id)
            ?? throw new RetentionException("not_found", "There is no hold of this id.");
        if (!RetentionRule.IsActive(row.LiftedAt, row.ExpiresAt, tx.Now))
        {
            throw new RetentionException(
                "hold_over",
                "This hold was lifted or has expired: there is nothing to lift."
            );
        }
        if (row.Kind == nameof(HoldKind.Preservation))
        {
            throw new RetentionException(
                "kept_by_law",
                "What the law keeps is not lifted by hand: decide the case, or have the content destroyed "
                    + "early, by two persons."
            );
        }
        await LiftAsync(tx, row, why);
    }

    /// <summary>Null: there is none.</summary>
    public static Task<Hold?> ByIdAsync(Tx tx, Guid id)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.FindAsync<Hold>(
            $"select {Columns} from content_hold where tenant = @tenant and id = @id",
            new { id }
        );
    }

    /// <summary>Newest first.</summary>
    /// <param name="tx">The reader's.</param>
    /// <param name="before">Older than this one; null: the newest.</param>
    /// <param name="onlyActive">Without those that were lifted or expired.</param>
    /// <param name="rows">At most, up to <see cref="MaxRows"/>.</param>
    public static Task<IReadOnlyList<Hold>> ListAsync(Tx tx, Guid? before, bool onlyActive, int rows)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.QueryAsync<Hold>(
            $"""
            select {Columns} from content_hold
            where tenant = @tenant and (@isFirst or id < @before)
              and (@all or (lifted_at is null and (expires_at is null or expires_at > @now)))
            order by id desc limit @rows
            """,
            new
            {
                isFirst = before is null,
                before = before ?? Guid.Empty,
                all = !onlyActive,
                now = tx.Now,
                rows = Math.Clamp(rows, 1, MaxRows),
            }
        );
    }

    /// <summary>Those of a content and of its case, newest first.</summary>
    public static Task<IReadOnlyList<Hold>> OfContentAsync(Tx tx, Guid contentId)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return tx.QueryAsync<Hold>(
            $"""
            select {Columns} from content_hold
            where tenant = @tenant and (content_id = @contentId
                or case_ref = (select case_ref from content where tenant = @tenant and id = @contentId))
            order by id desc limit {MaxRows}
            """,
            new { contentId }
        );
    }

    /// <summary>Whether anything keeps what belongs to a case: a hold in force, or a clock that runs.</summary>
    public static async Task<CaseHeld> AnswerAsync(Tx tx, CaseHeldWanted wanted)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(wanted);
        var values = new { reference = wanted.Case.Value, now = tx.Now };
        var holds = await tx.FindAsync<long>(
            """
            select count(*) from content_hold h
            where h.tenant = @tenant and h.lifted_at is null and (h.expires_at is null or h.expires_at > @now)
              and (h.case_ref = @reference or h.content_id in (
                  select id from content where tenant = @tenant and case_ref = @reference and state <> 'Destroyed'))
            """,
            values
        );
        var clocks = await tx.FindAsync<long>(
            """
            select count(*) from content_clock k join content c on c.tenant = k.tenant and c.id = k.content_id
            where k.tenant = @tenant and c.case_ref = @reference and c.state <> 'Destroyed'
              and (k.keep_until is null or k.keep_until > @now)
            """,
            values
        );
        var whole = await tx.FindAsync<long>(
            """
            select count(*) from content_hold h join content c on c.tenant = h.tenant and c.id = h.content_id
            where h.tenant = @tenant and h.kind = 'Preservation' and h.lifted_at is null
              and (h.expires_at is null or h.expires_at > @now)
              and c.case_ref = @reference and c.item_id is null and c.state <> 'Destroyed'
            """,
            values
        );
        return new CaseHeld(holds + clocks > 0, whole > 0);
    }

    /// <summary>
    /// What a case or an item of it is cleared of is not preserved any more, unless somebody else looks at it first;
    /// other holds stay.
    /// </summary>
    public static Task ClearAsync(Tx tx, ContentsCleared cleared)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(cleared);
        return cleared.IsKept
            ? Task.CompletedTask
            : LiftPreservedAsync(
                tx,
                cleared.Case,
                cleared.ItemId,
                isAll: cleared.ItemId is null,
                cleared.Reason
            );
    }

    /// <summary>As <see cref="ClearAsync"/>, of one item, or of what belongs to none.</summary>
    public static Task ReleaseAsync(Tx tx, ContentsReleased released)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(released);
        return LiftPreservedAsync(tx, released.Case, released.ItemId, isAll: false, released.Reason);
    }

    private static async Task LiftPreservedAsync(
        Tx tx,
        CaseRef reference,
        Guid? itemId,
        bool isAll,
        string reason
    )
    {
        var holds = await tx.QueryAsync<HoldRow>(
            $"""
            select {HoldRow.Columns} from content_hold
            where tenant = @tenant and kind = 'Preservation' and lifted_at is null
              and content_id in (select id from content where tenant = @tenant and case_ref = @case
                  and (@isAll or item_id = @item or (@isOfNone and item_id is null)))
            """,
            new
            {
                @case = reference.Value,
                isAll,
                isOfNone = itemId is null,
                item = itemId ?? Guid.Empty,
            }
        );
        foreach (var hold in holds.Where(hold => RetentionRule.IsActive(null, hold.ExpiresAt, tx.Now)))
        {
            await LiftAsync(tx, hold, reason);
        }
    }

    private static async Task LiftAsync(Tx tx, HoldRow row, string reason)
    {
        row.LiftedAt = tx.Now;
        row.LiftedBy = tx.Actor.Name;
        row.LiftReason = reason;
        await CustodyTables.PutAsync(tx, row);
        await tx.RecordAsync(
            new LedgerAct("hold.lifted", row.Id.ToString())
            {
                Reason = reason,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["kind"] = row.Kind },
            }
        );
    }

    private static async Task CheckAsync(Tx tx, NewHold wanted)
    {
        TextOf(wanted.Authority, "authority");
        TextOf(wanted.Reason, "reason");
        if (wanted.Case is null == wanted.ContentId is null)
        {
            throw new RetentionException(
                "nothing_to_hold",
                "A hold is on a case or on one content: name one of them."
            );
        }
        if (wanted.ExpiresAt is { } end && end <= tx.Now)
        {
            throw new RetentionException(
                "expiry_over",
                "The hold would have expired already: give a later time, or none."
            );
        }
        if (wanted.ContentId is { } id)
        {
            var row = await CustodyTables.ContentAsync(tx, id);
            if (row is null)
            {
                throw new RetentionException("not_found", "There is no such content.");
            }
            if (row.State != ContentRow.Sealed)
            {
                throw new RetentionException(
                    "content_destroyed",
                    "This content was destroyed, or is being destroyed: no hold brings it back."
                );
            }
        }
        if (!wanted.ComesByItself)
        {
            await RequireFewAsync(tx, wanted);
        }
    }

    private static async Task RequireFewAsync(Tx tx, NewHold wanted)
    {
        var count = await tx.FindAsync<long>(
            """
            select count(*) from content_hold
            where tenant = @tenant and lifted_at is null and (case_ref = @case or content_id = @content)
            """,
            new { @case = wanted.Case?.Value ?? "", content = wanted.ContentId ?? Guid.Empty }
        );
        if (count >= MaxOfOne)
        {
            throw new RetentionException(
                "too_many_holds",
                $"At most {MaxOfOne} holds are on one thing: lift some first."
            );
        }
    }

    internal static string TextOf(string? text, string member) =>
        text?.Trim() is { Length: > 0 and <= MaxTextCharacters } trimmed
            ? trimmed
            : throw new RetentionException(
                "missing",
                $"'{member}' is required: 1 to {MaxTextCharacters} characters."
            );
}
