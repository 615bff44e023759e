namespace Vigil.Trust;

/// <summary>
/// Question, asked before a user is told of an action and answered by who handles legal process: does an order forbid
/// it? Answer: <see cref="MayTellUser"/>. Nobody answers it: nothing forbids.
/// </summary>
public sealed record MayTellUserWanted(CaseRef Case);

/// <param name="May">No order of an authority stands against it.</param>
/// <param name="Until">When the last one ends by itself; null: not before somebody says so.</param>
public sealed record MayTellUser(bool May, DateTimeOffset? Until);

/// <summary>
/// Question, answered by the cases: which cases are about this account? Answer: <see cref="CasesOfAccount"/>.
/// </summary>
public sealed record CasesOfAccountWanted(string Account)
{
    /// <summary>Whom it is about is nobody else's business.</summary>
    public override string ToString() => nameof(CasesOfAccountWanted);
}

/// <param name="Cases">Newest first, no samples of a training; at most 200.</param>
public sealed record CasesOfAccount(IReadOnlyList<CaseRef> Cases);

/// <summary>Question, answered by the cases: whose case is it? Answer: <see cref="CaseAccount"/>.</summary>
public sealed record CaseAccountWanted(CaseRef Case);

/// <param name="Account">The platform's pseudonym or an address; null: nobody's, or no such case.</param>
public sealed record CaseAccount(string? Account)
{
    public override string ToString() => nameof(CaseAccount);
}

/// <summary>
/// Question, answered by the cases: who decided about the items of this case? Answer: <see cref="CaseDeciders"/>.
/// </summary>
public sealed record CaseDecidersWanted(CaseRef Case);

/// <param name="People">Names of actors, each once.</param>
public sealed record CaseDeciders(IReadOnlyList<string> People);
