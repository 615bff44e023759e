namespace Vigil.Simulators;

/// <summary>How an identity provider goes wrong.</summary>
public enum OidcFault
{
    None,
    WrongNonce,
    WrongIssuer,
    WrongAudience,

    /// <summary>The token's head says alg "none", and it has no signature.</summary>
    AlgNone,

    /// <summary>Signed with the client's secret instead of a key of its own.</summary>
    AlgSecret,

    /// <summary>Signed by a key that is not among those it publishes.</summary>
    UnknownKey,

    /// <summary>One bit of the signature is another.</summary>
    BrokenSignature,
    Expired,

    /// <summary>Its discovery document names another issuer.</summary>
    OtherIssuerDescribed,

    /// <summary>Answers with the state of nobody.</summary>
    WrongState,

    /// <summary>The token endpoint takes longer than anybody waits.</summary>
    Slow,

    /// <summary>The token endpoint answers 500.</summary>
    Error,

    /// <summary>Says that the person signed in an hour ago.</summary>
    StaleAuthTime,

    /// <summary>Does not say how the person signed in.</summary>
    SilentAboutFactors,

    /// <summary>Does not say when the person signed in.</summary>
    SilentAboutTime,
}
