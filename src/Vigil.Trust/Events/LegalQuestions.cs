namespace Vigil.Trust;

/// <summary>
/// Question, asked before users are told of actions and answered by who handles legal process: in which of these cases
/// does no order forbid it? Answer: <see cref="MayTellUsers"/>. Nobody answers it: nothing forbids.
/// </summary>
/// <param name="Cases">At most 200.</param>
public sealed record MayTellUsersWanted(IReadOnlyList<CaseRef> Cases);

/// <param name="Cases">References of those where no order of an authority stands against it.</param>
public sealed record MayTellUsers(IReadOnlySet<string> Cases);

/// <summary>
/// Question, answered by the cases: which cases are about this account? Answer: <see cref="CasesOfAccount"/>.
/// </summary>
/// <param name="Most">How many are named at most.</param>
public sealed record CasesOfAccountWanted(string Account, int Most)
{
    /// <summary>Whom it is about is nobody else's business.</summary>
    public override string ToString() => nameof(CasesOfAccountWanted);
}

/// <param name="Cases">Newest first, no samples of a training; not more than were asked for.</param>
/// <param name="Total">How many there are.</param>
public sealed record CasesOfAccount(IReadOnlyList<CaseRef> Cases, long Total);

/// <summary>Question, answered by the cases: whose are they? Answer: <see cref="CaseAccounts"/>.</summary>
/// <param name="Cases">At most 200.</param>
public sealed record CaseAccountsWanted(IReadOnlyList<CaseRef> Cases);

/// <param name="Accounts">
/// By reference the platform's pseudonym or an address; none: nobody's, or no such case.
/// </param>
public sealed record CaseAccounts(IReadOnlyDictionary<string, string> Accounts)
{
    public override string ToString() => nameof(CaseAccounts);
}

/// <summary>
/// Question, answered by the cases: who decided about the items of this case? Answer: <see cref="CaseDeciders"/>.
/// </summary>
public sealed record CaseDecidersWanted(CaseRef Case);

/// <param name="People">Names of actors, each once.</param>
public sealed record CaseDeciders(IReadOnlyList<string> People);
