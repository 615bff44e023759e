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
    /// <summary>Those of these cases of which nobody here may do it.</summary>
    /// <param name="tx">Of the read.</param>
    /// <param name="people">Who may, of any case that they see.</param>
    /// <param name="parts">Who had a part, by the cases' references.</param>
    public static async Task<IReadOnlySet<string>> OfAsync(
        Tx tx,
        IReadOnlyList<Person> people,
        IEnumerable<IGrouping<string, string>> parts
    )
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var ofCase in parts)
        {
            if (await IsNobodyAsync(tx, ofCase.Key, people, ofCase.ToHashSet(StringComparer.Ordinal)))
            {
                found.Add(ofCase.Key);
            }
        }
        return found;
    }

    /// <summary>Persons alone had a part, and none of the others sees the case.</summary>
    public static async Task<bool> IsNobodyAsync(
        Tx tx,
        string reference,
        IReadOnlyList<Person> people,
        IReadOnlySet<string> hadPart
    )
    {
        if (!hadPart.All(IsPerson))
        {
            return false;
        }
        var others = people.Where(person => !hadPart.Contains(CaseActs.PersonOf(person.Pseudonym))).ToList();
        return !others.Exists(person => Grants.SeesAllCases(person.Roles))
            && (others.Count == 0 || (await CaseGrants.WhoSeesAsync(tx, reference, others)).Count == 0);
    }

    private static bool IsPerson(string name) => name.StartsWith("person:", StringComparison.Ordinal);
}
