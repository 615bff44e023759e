namespace Vigil.Trust;

public enum ActorKind
{
    Person,
    ApiKey,

    /// <summary>A background service of this program.</summary>
    Machine,
}

/// <summary>
/// Who acts: made by the kernel from a session or an API key, never by a feature. The name is a pseudonym: it
/// stands in the ledger.
/// </summary>
public sealed class Actor
{
    internal Actor(TenantId tenant, ActorKind kind, string name, IReadOnlySet<Permission> permissions)
    {
        Tenant = tenant;
        Kind = kind;
        Name = name;
        Permissions = permissions;
    }

    public TenantId Tenant { get; }
    public ActorKind Kind { get; }

    /// <summary>"person:…", "key:…" or "machine:…"; says nothing about who it is.</summary>
    public string Name { get; }

    public IReadOnlySet<Permission> Permissions { get; }

    /// <summary>Null: sees every case that its permissions open.</summary>
    internal CaseFence? Fence { get; init; }

    /// <summary>Sees granted cases only: investigators, people of vendors.</summary>
    public bool IsFenced => Fence is not null;

    public bool May(Permission permission) => Permissions.Contains(permission);

    /// <exception cref="AccessDeniedException">The actor may not.</exception>
    public void Require(Permission permission)
    {
        if (!May(permission))
        {
            throw new AccessDeniedException(permission);
        }
    }

    /// <summary>
    /// A background service. It names all that it may do where it is made, so that a reader sees it there.
    /// </summary>
    public static Actor Machine(TenantId tenant, string service, params Permission[] permissions) =>
        new(tenant, ActorKind.Machine, $"machine:{service}", permissions.ToHashSet());

    public override string ToString() => Name;
}

/// <summary>The actor may not do this.</summary>
public sealed class AccessDeniedException(Permission permission)
    : Exception($"This needs the permission {permission}: ask an admin of this installation for it.")
{
    public Permission Permission { get; } = permission;
}
