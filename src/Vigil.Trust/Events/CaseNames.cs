namespace Vigil.Trust;

/// <summary>
/// Question, answered by the cases: what no text about this case may name that goes into the ledger? Answer:
/// <see cref="CaseNames"/>.
/// </summary>
public sealed record CaseNamesWanted(CaseRef Case);

/// <param name="Names">Its account, and the platform's references of its contents.</param>
public sealed record CaseNames(IReadOnlyList<string> Names)
{
    public override string ToString() => nameof(CaseNames);
}
