namespace Vigil.Trust.Custody;

/// <summary>What keeps contents, as the database has it.</summary>
internal static class ClaimTables
{
    /// <summary>Contents that nothing keeps at a time, as far as one statement can say; oldest first.</summary>
    public static Task<IReadOnlyList<Guid>> DueAsync(Tx tx, DateTimeOffset now, int most) =>
        tx.QueryAsync<Guid>(
            """
            select c.id from content c
            where c.tenant = @tenant and c.state = 'Sealed'
              and not exists (select 1 from content_hold h where h.tenant = @tenant and h.content_id = c.id
                  and h.lifted_at is null and (h.expires_at is null or h.expires_at > @now))
              and not exists (select 1 from content_hold h where h.tenant = @tenant and h.case_ref = c.case_ref
                  and h.lifted_at is null and (h.expires_at is null or h.expires_at > @now))
              and not exists (select 1 from content_clock k where k.tenant = @tenant and k.content_id = c.id
                  and (k.finished_at is null or k.keep_until > @now))
            order by c.sealed_at, c.id limit @most
            """,
            new { now, most }
        );

    public static async Task<Claims> OfAsync(Tx tx, ContentRow row)
    {
        var holds = await tx.QueryAsync<ClaimedRow>(
            """
            select lifted_at, expires_at from content_hold
            where tenant = @tenant and (content_id = @id or case_ref = @case)
            """,
            new { id = row.Id, @case = row.CaseRef }
        );
        var clocks = await tx.QueryAsync<ClockRow>(
            $"select {ClockRow.Columns} from content_clock where tenant = @tenant and content_id = @id",
            new { id = row.Id }
        );
        return new Claims(
            clocks.Any(clock => clock.FinishedAt is null),
            [.. clocks.Where(clock => clock.KeepUntil is not null).Select(clock => clock.KeepUntil!.Value)],
            [.. holds.Select(hold => new ClaimedHold(hold.LiftedAt, hold.ExpiresAt))]
        );
    }

    private sealed class ClaimedRow
    {
        public DateTimeOffset? LiftedAt { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }
    }
}
