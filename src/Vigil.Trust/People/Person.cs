namespace Vigil.Trust;

public enum PersonState
{
    Active,

    /// <summary>Cannot sign in; what the person did stays theirs.</summary>
    Disabled,
}

/// <summary>A person as the people page shows them. Names are sealed in the database.</summary>
public sealed record Person
{
    public required Guid Id { get; init; }

    /// <summary>As it stands in the ledger: "reviewer-7".</summary>
    public required string Pseudonym { get; init; }
    public required string UserName { get; init; }
    public required string DisplayName { get; init; }
    public required PersonState State { get; init; }
    public required IReadOnlyList<Role> Roles { get; init; }
    public required bool HasPassword { get; init; }
    public required int Passkeys { get; init; }
    public required bool HasSingleSignOn { get; init; }

    /// <summary>The company whose reviewer this is; null: none's.</summary>
    public required string? Vendor { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SignedInAt { get; init; }
}

/// <summary>A passkey as its owner sees it.</summary>
public sealed record Passkey
{
    public required byte[] CredentialId { get; init; }
    public required string Name { get; init; }

    /// <summary>It may be copied to the person's other devices by its maker.</summary>
    public required bool IsSynced { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? UsedAt { get; init; }
}

/// <summary>A session as people see it; its secret is the cookie's alone.</summary>
public sealed record SessionRow
{
    public Guid Id { get; init; }
    public Guid PersonId { get; init; }
    public string Device { get; init; } = "";
    public string Method { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset SeenAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>Who sent a request of the console.</summary>
public sealed record SignedIn
{
    public required Actor Actor { get; init; }
    public required Guid SessionId { get; init; }
    public required Guid PersonId { get; init; }
    public required string Pseudonym { get; init; }
    public required string DisplayName { get; init; }
    public required IReadOnlyList<Role> Roles { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the person last proved with two factors who it is; long ago if sign-on did not say.</summary>
    public required DateTimeOffset VerifiedAt { get; init; }

    /// <summary>How long that opens sensitive acts.</summary>
    public required TimeSpan StepUpFor { get; init; }

    public bool IsFresh(DateTimeOffset now) => now - VerifiedAt < StepUpFor;

    /// <summary>Ends then, whatever happens.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Ends when nothing came for so long.</summary>
    public required TimeSpan Idle { get; init; }
}

/// <summary>
/// The browser that a session is bound to: a session's cookie that comes from another is worth nothing.
/// </summary>
/// <param name="Name">What people recognise it by: "Firefox on Linux".</param>
/// <param name="Digest">SHA-256 of what the browser was given and calls itself.</param>
public sealed record SessionClient(string Name, byte[] Digest);

/// <summary>A rule about people was not kept; the text says which and what to do.</summary>
/// <param name="code">Stable, as "user_name_taken".</param>
/// <param name="message">For the person who asked.</param>
public sealed class PeopleException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
