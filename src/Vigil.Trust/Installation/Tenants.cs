namespace Vigil.Trust;

public enum TenantState
{
    Active,

    /// <summary>Its keys and sessions are refused; nothing is lost.</summary>
    Suspended,

    /// <summary>Its keys are destroyed; the name is never given again.</summary>
    Destroyed,
}

/// <summary>A tenant as the installation's admin sees it.</summary>
public sealed class Tenant
{
    public string Id { get; init; } = "";
    public string Title { get; init; } = "";
    public TenantState State { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its sealed values became unreadable; null: not yet.</summary>
    public DateTimeOffset? KeysGoneAt { get; init; }

    /// <summary>When its last row was removed; null: not yet.</summary>
    public DateTimeOffset? RowsGoneAt { get; init; }
}

/// <summary>It cannot be done to this tenant; the code says why, the text what to do.</summary>
public sealed class TenantException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>
/// The tenants of this installation, kept by admins of the default tenant: created, suspended, resumed,
/// destroyed. Destroying takes two steps with a day between, and a tenant that is suspended.
/// </summary>
public sealed partial class Tenants
{
    /// <summary>The act that takes two steps.</summary>
    public const string Destruction = "tenant.destroyed";

    /// <summary>Least time between asking for a destruction and its confirmation.</summary>
    public static readonly TimeSpan DestructionDelay = TimeSpan.FromHours(24);

    /// <summary>Most tenants that are listed.</summary>
    public const int MaxListed = 1000;

    private const int MaxTitleCharacters = 100;
    private static readonly TimeSpan FirstKeyLife = TimeSpan.FromDays(30);

    private readonly Db _db;
    private readonly Vault _vault;
    private readonly Contents _contents;
    private readonly Func<Profile> _profile;

    internal Tenants(Db db, Vault vault, Contents contents, Func<Profile> profile) =>
        (_db, _vault, _contents, _profile) = (db, vault, contents, profile);

    public Task<IReadOnlyList<Tenant>> ListAsync(Actor actor, CancellationToken cancellation = default) =>
        _db.InstallationAsync(
            actor,
            Permission.SettingsWrite,
            isWrite: false,
            tx =>
                tx.QueryAsync<Tenant>(
                    """
                    select t.tenant as id, t.title, t.state, t.created_at, e.keys_gone_at, e.rows_gone_at
                    from tenant t left join tenant_end e on e.tenant = t.tenant
                    order by t.created_at, t.tenant limit @limit
                    """,
                    new { limit = MaxListed }
                ),
            cancellation
        );

    /// <summary>With its keys, and a first API key that is shown once.</summary>
    /// <exception cref="TenantException">The name is taken, or was once; or the title is not one.</exception>
    public Task<string> CreateAsync(
        Actor actor,
        TenantId tenant,
        string title,
        CancellationToken cancellation = default
    )
    {
        if (string.IsNullOrWhiteSpace(title) || title.Length > MaxTitleCharacters)
        {
            throw new TenantException("bad_title", $"A title has 1 to {MaxTitleCharacters} characters.");
        }
        return _db.InstallationAsync(
            actor,
            Permission.SettingsWrite,
            isWrite: true,
            async tx =>
            {
                if (await StateOfAsync(tx, tenant) is not null)
                {
                    throw new TenantException(
                        "tenant_exists",
                        "There is, or was, a tenant of this name: take another."
                    );
                }
                // Idempotent, so that it may run again with this transaction; keys without a tenant do no harm.
                _vault.Open(tenant);
                await tx.ExecuteAsync(
                    "insert into tenant (tenant, title, state, created_at) values (@id, @title, 'Active', @at)",
                    new
                    {
                        id = tenant.Value,
                        title = title.Trim(),
                        at = tx.Now,
                    }
                );
                await tx.RecordAsync(new LedgerAct("tenant.created", tenant.Value));
                var key = await ApiKeys.CreateFirstAsync(tx.In(tenant), "first key", FirstKeyLife);
                return key.Secret;
            },
            cancellation
        );
    }

    /// <summary>Its keys are refused within five seconds.</summary>
    public Task SuspendAsync(
        Actor actor,
        TenantId tenant,
        string reason,
        CancellationToken cancellation = default
    ) => MoveAsync(actor, tenant, TenantState.Active, TenantState.Suspended, reason, cancellation);

    public Task ResumeAsync(
        Actor actor,
        TenantId tenant,
        string reason,
        CancellationToken cancellation = default
    ) => MoveAsync(actor, tenant, TenantState.Suspended, TenantState.Active, reason, cancellation);

    /// <summary>The first step.</summary>
    /// <exception cref="TenantException">It is not suspended.</exception>
    public Task<SecondPersonRequest> RequestDestructionAsync(
        Actor actor,
        TenantId tenant,
        string reason,
        CancellationToken cancellation = default
    ) =>
        ActAsync(
            actor,
            tenant,
            async tx =>
            {
                await RequireAsync(tx, tenant, TenantState.Suspended);
                return await SecondPerson.RequestAsync(
                    tx,
                    Destruction,
                    tenant.Value,
                    reason,
                    DestructionDelay
                );
            },
            cancellation
        );

    public Task WithdrawDestructionAsync(
        Actor actor,
        TenantId tenant,
        string reason,
        CancellationToken cancellation = default
    ) =>
        ActAsync(
            actor,
            tenant,
            async tx =>
            {
                await SecondPerson.WithdrawAsync(tx, Destruction, tenant.Value, reason);
                return true;
            },
            cancellation
        );

    /// <summary>The destruction that waits, for a page; null: none.</summary>
    public Task<SecondPersonRequest?> FindDestructionAsync(
        Actor actor,
        TenantId tenant,
        CancellationToken cancellation = default
    ) =>
        _db.InstallationAsync(
            actor,
            Permission.SettingsWrite,
            isWrite: false,
            tx => SecondPerson.FindAsync(tx, Destruction, tenant.Value),
            cancellation
        );

    private Task<bool> MoveAsync(
        Actor actor,
        TenantId tenant,
        TenantState from,
        TenantState to,
        string reason,
        CancellationToken cancellation
    ) =>
        ActAsync(
            actor,
            tenant,
            async tx =>
            {
                await RequireAsync(tx, tenant, from);
                await SetStateAsync(tx, tenant, to);
                var deed = to == TenantState.Active ? "tenant.resumed" : "tenant.suspended";
                await tx.RecordAsync(new LedgerAct(deed, tenant.Value) { Reason = reason });
                return true;
            },
            cancellation
        );

    private Task<T> ActAsync<T>(
        Actor actor,
        TenantId tenant,
        Func<Tx, Task<T>> work,
        CancellationToken cancellation
    )
    {
        RequireOther(tenant);
        return _db.InstallationAsync(actor, Permission.SettingsWrite, isWrite: true, work, cancellation);
    }

    private static void RequireOther(TenantId tenant)
    {
        if (tenant == TenantId.Default)
        {
            throw new TenantException(
                "default_tenant",
                "The default tenant keeps the others: it cannot be suspended or destroyed."
            );
        }
    }

    private static async Task RequireAsync(Tx tx, TenantId tenant, TenantState state)
    {
        var actual =
            await StateOfAsync(tx, tenant)
            ?? throw new TenantException("not_found", "There is no tenant of this name.");
        if (actual != state.ToString())
        {
            throw new TenantException(
                "wrong_state",
                $"This tenant is {actual.ToLowerInvariant()}; for this it must be "
                    + $"{state.ToString().ToLowerInvariant()}."
            );
        }
    }

    private static Task<string?> StateOfAsync(Tx tx, TenantId tenant) =>
        tx.FindAsync<string>("select state from tenant where tenant = @id", new { id = tenant.Value });

    private static Task<int> SetStateAsync(Tx tx, TenantId tenant, TenantState state) =>
        tx.ExecuteAsync(
            "update tenant set state = @state where tenant = @id",
            new { state = state.ToString(), id = tenant.Value }
        );
}
