namespace Vigil.Trust;

/// <summary>
/// The salts under which rows become leaves, one for each thing that acts are about. Once it is destroyed, nothing
/// links the leaves of its acts to them; the tree still holds, and later acts get a new salt.
/// </summary>
internal static class LedgerSalts
{
    public const string DestroyedAction = "ledger.salt_destroyed";

    private const string Service = "ledger";

    /// <summary>Destroys it, as an act of its own. Gives the number of leaves that nothing links any more.</summary>
    /// <exception cref="LedgerUnavailableException">An act about this is not signed yet.</exception>
    public static Task<long> DestroyAsync(
        Db db,
        TenantId tenant,
        string subject,
        string reason,
        CancellationToken cancellation = default
    ) =>
        db.FencedAsync(
            Service,
            async all =>
            {
                // The row that who gives places locks first: no leaf is made under a salt that is going.
                var size = (await LedgerHead.LockAsync(all)).Size;
                var tx = all.In(tenant);
                var waiting = await tx.FindAsync<long>(
                    """
                    select count(*) from ledger_leaf
                    where tenant = @tenant and subject = @subject and (position is null or position >= @size)
                    """,
                    new { subject, size }
                );
                if (waiting > 0)
                {
                    throw new LedgerUnavailableException(
                        "An act about this waits for its signature: destroy the salt when it is signed."
                    );
                }
                var leaves = await tx.FindAsync<long>(
                    """
                    select count(*) from ledger_leaf l
                    join ledger_salt s on s.tenant = l.tenant and s.subject = l.subject and s.id = l.salt_id
                    where l.tenant = @tenant and l.subject = @subject
                    """,
                    new { subject }
                );
                await tx.ExecuteAsync(
                    "delete from ledger_salt where tenant = @tenant and subject = @subject",
                    new { subject }
                );
                await tx.RecordAsync(new LedgerAct(DestroyedAction, subject) { Reason = reason });
                return leaves;
            },
            cancellation
        );

    /// <summary>An act says so.</summary>
    public static Task<bool> IsDestroyedAsync(
        Db db,
        string tenant,
        string subject,
        CancellationToken cancellation
    ) =>
        db.SystemAsync(
            Service,
            isWrite: false,
            async tx =>
                await tx.FindAsync<long>(
                    """
                    select count(*) from ledger_event e
                    join ledger_leaf l on l.seq = e.seq and l.tenant = e.tenant
                    where e.tenant = @tenant and e.action = @action and l.subject = @subject
                    """,
                    new { action = DestroyedAction, subject }
                ) > 0,
            new TenantId(tenant),
            cancellation
        );
}
