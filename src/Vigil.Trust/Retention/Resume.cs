using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>What a look takes up again: destructions that were decided and not finished.</summary>
public sealed partial class Retention
{
    /// <summary>
    /// Signed again, because nobody knows whether it was. It may have taken long: a hold that came meanwhile keeps
    /// what is still whole.
    /// </summary>
    private async Task<int> ResumeAsync(
        TenantId tenant,
        TenantCustody custody,
        CancellationToken cancellation
    )
    {
        var open = await ReadAsync(
            tenant,
            tx =>
                tx.QueryAsync<Guid>(
                    "select id from content where tenant = @tenant and state = 'Destroying' order by id"
                ),
            cancellation
        );
        var resumed = 0;
        foreach (var part in open.Chunk(Batch))
        {
            var held = await ReadAsync(tenant, tx => HeldSinceAsync(tx, part), cancellation);
            var whole = held.Where(id => custody.Locker.Verify(Contents.ObjectOf(id)) is null).ToHashSet();
            var going = await ActAsync(
                tenant,
                isSigned: true,
                tx => ResumeAsync(tx, part, whole),
                cancellation
            );
            await RemoveAsync(tenant, custody, going, cancellation);
            resumed += going.Count;
        }
        return resumed;
    }

    private static async Task<IReadOnlyList<Guid>> HeldSinceAsync(Tx tx, IReadOnlyList<Guid> ids)
    {
        var held = new List<Guid>();
        foreach (var id in ids)
        {
            if (await IsHeldSinceAsync(tx, id))
            {
                held.Add(id);
            }
        }
        return held;
    }

    /// <summary>
    /// Of the content or its case, by whomever, not lifted, and not over when the destruction was decided: a clock
    /// that is wrong now ends no hold. What the law of the place keeps stood in nobody's way then.
    /// </summary>
    private static async Task<bool> IsHeldSinceAsync(Tx tx, Guid id) =>
        await tx.FindAsync<long>(
            """
            select count(*) from content_hold h
            join content c on c.tenant = @tenant and c.id = @id and c.state = 'Destroying'
            where h.tenant = @tenant and (h.content_id = @id or h.case_ref = c.case_ref)
              and h.kind <> 'Preservation' and h.lifted_at is null
              and (h.expires_at is null or h.expires_at > c.destroying_at)
            """,
            new { id }
        ) > 0;

    /// <returns>Those that go.</returns>
    private static async Task<IReadOnlyList<Guid>> ResumeAsync(
        Tx tx,
        IReadOnlyList<Guid> ids,
        HashSet<Guid> whole
    )
    {
        var going = new List<Guid>();
        foreach (var id in ids)
        {
            var isHeld = await IsHeldSinceAsync(tx, id);
            if (isHeld && whole.Contains(id))
            {
                await KeepAsync(tx, id);
                continue;
            }
            if (isHeld)
            {
                await tx.RaiseAlarmAsync(CameTooLate(id));
            }
            await tx.RecordAsync(
                Destroying(id, "", ("resumed", "yes"), ("held", isHeld ? "too_late" : "no"))
            );
            going.Add(id);
        }
        await RetentionState.NoteRemovalAsync(tx, going.Count);
        return going;
    }

    private static async Task KeepAsync(Tx tx, Guid id)
    {
        var row = (await CustodyTables.ContentAsync(tx, id))!;
        row.State = ContentRow.Sealed;
        (row.DestroyingAt, row.DestroyedBecause) = (null, null);
        await CustodyTables.PutAsync(tx, row);
        await tx.RecordAsync(
            new LedgerAct("content.kept", id.ToString())
            {
                Reason = "A hold was placed before its destruction was finished.",
            }
        );
        await tx.RaiseAlarmAsync(
            new Alarm(
                "destruction_stopped",
                AlarmSeverity.Urgent,
                "A hold came while a content was being destroyed. It was whole and is kept. See on the page of what is "
                    + "held whether that is meant."
            )
            {
                About = id.ToString(),
            }
        );
    }

    private static Alarm CameTooLate(Guid id) =>
        new(
            "hold_too_late",
            AlarmSeverity.Page,
            "A hold came while a content was being destroyed, and its object is not whole any more: its destruction is "
                + "finished. Tell whoever asked for the hold."
        )
        {
            About = id.ToString(),
        };
}
