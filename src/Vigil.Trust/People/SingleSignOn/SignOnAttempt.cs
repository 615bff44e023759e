namespace Vigil.Trust;

public enum SignOnPurpose
{
    SignIn,

    /// <summary>Of somebody with an invitation's code.</summary>
    Join,

    /// <summary>A person who is inside proves again who it is.</summary>
    StepUp,

    /// <summary>A person who is inside adds it to their account.</summary>
    Link,
}

/// <summary>What a browser carries, sealed, from here to the provider and back.</summary>
public sealed record SignOnAttempt
{
    public required SignOnPurpose Purpose { get; init; }
    public required string State { get; init; }
    public required string Nonce { get; init; }

    /// <summary>Of PKCE (RFC 7636).</summary>
    public required string Verifier { get; init; }
    public required string RedirectUri { get; init; }
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>Where the person goes on.</summary>
    public required string Return { get; init; }

    /// <summary>For who is inside: whose session it began in.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>For <see cref="SignOnPurpose.Join"/>: what was typed in, as the joining page sealed it.</summary>
    public string? Joining { get; init; }

    public override string ToString() => nameof(SignOnAttempt);
}

/// <summary>Somebody whom the provider vouches for. Made here only.</summary>
public sealed class ProvedIdentity
{
    internal ProvedIdentity(
        string issuer,
        string subject,
        DateTimeOffset? verifiedAt,
        Ticket<SignOnAttempt> ticket
    ) => (Issuer, Subject, VerifiedAt, Ticket) = (issuer, subject, verifiedAt, ticket);

    internal string Issuer { get; }
    internal string Subject { get; }

    /// <summary>When two factors were proved; null: the provider does not say so in words that count here.</summary>
    internal DateTimeOffset? VerifiedAt { get; }
    internal Ticket<SignOnAttempt> Ticket { get; }

    public SignOnAttempt Attempt => Ticket.Value;
}
