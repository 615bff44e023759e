namespace Vigil.Trust;

/// <summary>What is known of an API key; the secret itself is shown once and kept nowhere.</summary>
public sealed record ApiKey
{
    /// <summary>The public part, 10 characters.</summary>
    public string Id { get; init; } = "";

    /// <summary>What people call it.</summary>
    public string Label { get; init; } = "";

    /// <summary>Names of <see cref="Scope"/>, with commas.</summary>
    public string Scopes { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Not heard before a second person confirms it.</summary>
    public bool Waits { get; init; }
}
