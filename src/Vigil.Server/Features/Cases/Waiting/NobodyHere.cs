using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Waiting;

/// <summary>
/// Work that nobody here can do, as who is here had a part in it themselves: it is told, with what to do, and rings
/// nobody. Only persons are known here: where a program named somebody, its own system knows others.
/// </summary>
/// <param name="AlarmCode">Stable; a notice.</param>
/// <param name="What">Of the alarm, as "An item waits for another opinion".</param>
/// <param name="WhatToDo">After "nobody else here may:".</param>
/// <param name="CasesAsync">Cases of which nobody here may do it.</param>
internal sealed record NobodyHere(
    string AlarmCode,
    string What,
    string WhatToDo,
    Func<Tx, Task<IReadOnlySet<string>>> CasesAsync
)
{
    public static bool IsPerson(string name) => name.StartsWith("person:", StringComparison.Ordinal);

    /// <summary>Somebody of these, but for who had a part, sees the case.</summary>
    public static async Task<bool> IsSomebodyAsync(
        Tx tx,
        string reference,
        IReadOnlyList<Person> people,
        IReadOnlySet<string> hadPart
    )
    {
        var others = people.Where(person => !hadPart.Contains(CaseActs.PersonOf(person.Pseudonym))).ToList();
        return others.Exists(person => Grants.SeesAllCases(person.Roles))
            || (others.Count > 0 && (await CaseGrants.WhoSeesAsync(tx, reference, others)).Count > 0);
    }
}
