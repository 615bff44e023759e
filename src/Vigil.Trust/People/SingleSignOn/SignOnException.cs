namespace Vigil.Trust;

/// <summary>
/// Single sign-on did not work. The text is for the person and says what to do; the cause is for the operator: it
/// names no value of a token.
/// </summary>
public sealed class SignOnException : Exception
{
    private SignOnException(string code, string cause, string message)
        : base(message) => (Code, Cause) = (code, cause);

    /// <summary>"single_sign_on_unavailable", "_refused" or "_unknown".</summary>
    public string Code { get; }

    /// <summary>As "wrong_nonce", "timed_out".</summary>
    public string Cause { get; }

    public static SignOnException Unavailable(string cause) =>
        new(
            "single_sign_on_unavailable",
            cause,
            "Your organisation's sign-in does not answer as it should: try again, or use a passkey or password."
        );

    public static SignOnException Refused(string cause) =>
        new(
            "single_sign_on_refused",
            cause,
            "The answer of your organisation's sign-in was not accepted here: begin again."
        );

    public static SignOnException Unknown() =>
        new(
            "single_sign_on_unknown",
            "no_account",
            "Your organisation knows you, and no account here belongs to that: ask an admin for an invitation, and "
                + "join with its code."
        );
}
