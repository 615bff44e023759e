namespace Vigil.Trust;

/// <summary>The organisation's own identity provider (OpenID Connect Core 1.0), set by the operator alone.</summary>
public sealed record SingleSignOnOptions
{
    /// <summary>As the provider calls itself, to the letter: "https://login.example.org/realms/house".</summary>
    public required string Issuer { get; init; }

    /// <summary>Under which this installation is registered there.</summary>
    public required string ClientId { get; init; }

    /// <summary>Null: a public client, by PKCE alone.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>
    /// Values of <c>amr</c> or <c>acr</c> by which the provider says that it asked for two factors. A sign-in with
    /// one of them and a fresh <c>auth_time</c> opens sensitive acts.
    /// </summary>
    /// <value>Empty: sensitive acts ask for a passkey or password of this installation.</value>
    public IReadOnlyList<string> StrongMethods { get; init; } = [];

    /// <summary>What the provider's clock may differ.</summary>
    /// <value>60 s.</value>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait for one answer of the provider.</summary>
    /// <value>8 s.</value>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long its description and keys are used before they are read again.</summary>
    /// <value>12 h.</value>
    public TimeSpan KeysFor { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Least time between two readings because of an unknown key: strangers cannot make us ask.</summary>
    /// <value>60 s.</value>
    public TimeSpan RefetchAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Says nothing: a secret is in it.</summary>
    public override string ToString() => nameof(SingleSignOnOptions);

    /// <exception cref="InvalidOperationException">A setting cannot be used; the text says which.</exception>
    public void Check()
    {
        if (
            !Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer)
            || (issuer.Scheme != Uri.UriSchemeHttps && !issuer.IsLoopback)
            || issuer.Query.Length > 0
            || issuer.Fragment.Length > 0
        )
        {
            throw new InvalidOperationException(
                "The issuer of single sign-on is an https address without query, as the provider calls itself."
            );
        }
        if (string.IsNullOrWhiteSpace(ClientId))
        {
            throw new InvalidOperationException("Single sign-on needs the client id of this installation.");
        }
    }
}
