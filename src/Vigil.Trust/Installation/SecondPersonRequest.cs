namespace Vigil.Trust;

/// <summary>What one person asked for and a second must confirm.</summary>
public sealed record SecondPersonRequest
{
    public Guid Id { get; init; }

    /// <summary>As in the ledger: "tenant.destroyed".</summary>
    public string Action { get; init; } = "";
    public string Object { get; init; } = "";
    public string Reason { get; init; } = "";
    public string RequestedBy { get; init; } = "";
    public DateTimeOffset RequestedAt { get; init; }

    /// <summary>Not before this, whoever confirms.</summary>
    public DateTimeOffset RipeAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// Asked for in solo mode, which counts still: the delay stands in for the second person. False once it ended.
    /// </summary>
    public bool IsSolo { get; init; }

    /// <summary>Keyed digest of all that was asked for, hexadecimal; empty: action and object say it whole.</summary>
    public string Plan { get; init; } = "";

    /// <summary>
    /// This very request and its plan, in one word. It stands where a person reads what was asked for, and comes back
    /// with the confirmation: nobody confirms another than they read.
    /// </summary>
    public string Read => Plan.Length == 0 ? $"{Id:n}" : $"{Id:n}.{Plan}";
}

/// <summary>It cannot be confirmed; the code says why, the text what to do.</summary>
public sealed class SecondPersonException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
