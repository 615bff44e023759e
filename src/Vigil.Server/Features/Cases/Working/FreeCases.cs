using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// A case that is somebody's is offered to nobody else. Where that person is gone, may not decide any more, or lost
/// sight of the case, it goes back to everybody: at once when the person is disabled, otherwise with the next look of
/// <see cref="Waiting.WatchWaiting"/>. A claim of theirs ends by itself.
/// </summary>
internal static class FreeCases
{
    /// <summary>Freed in one transaction; the rest with the next look.</summary>
    private const int Most = 500;

    private const int MostPeople = 1000;

    /// <summary>As timelines name who looks for such cases.</summary>
    public const string Program = "machine:waiting";

    /// <param name="person">Whose it was.</param>
    public static string WordsOf(string person) =>
        $"It was {person}'s, who cannot be offered it any more: anybody can take it.";

    public static async Task ReactAsync(Tx tx, PersonDisabled disabled) =>
        await FreeAsync(tx, await OfAsync(tx, disabled.Name));

    /// <summary>Cases that their person cannot be offered.</summary>
    public static async Task<IReadOnlyList<AssignedCase>> StuckAsync(Tx tx)
    {
        var names = await tx.QueryAsync<string>(
            """
            select distinct assigned_to from case_file
            where tenant = @tenant and assigned_to is not null and state = 'Open' and gold_for is null limit @most
            """,
            new { most = MostPeople }
        );
        if (names.Count == 0)
        {
            return [];
        }
        var deciders = (await AssignCase.DecidersAsync(tx)).ToDictionary(person =>
            CaseActs.PersonOf(person.Pseudonym)
        );
        var stuck = new List<AssignedCase>();
        foreach (var name in names)
        {
            var visible = deciders.TryGetValue(name, out var person)
                ? await CaseGrants.VisibleToAsync(tx, person)
                : new HashSet<string>();
            if (visible is not null)
            {
                stuck.AddRange((await OfAsync(tx, name)).Where(one => !visible.Contains(one.Ref)));
            }
        }
        return [.. stuck.Take(Most)];
    }

    /// <summary>Records each; one that was given to somebody else meanwhile stays with them.</summary>
    public static async Task<int> FreeAsync(Tx tx, IReadOnlyList<AssignedCase> cases)
    {
        var freed = 0;
        foreach (var one in cases)
        {
            var changed = await tx.ExecuteAsync(
                """
                update case_file set assigned_to = null, assigned_at = null, updated_at = @at
                where tenant = @tenant and id = @id and assigned_to = @person
                """,
                new
                {
                    id = one.Id,
                    person = one.AssignedTo,
                    at = tx.Now,
                }
            );
            if (changed == 0)
            {
                continue;
            }
            freed++;
            await CaseTimeline.AddAsync(tx, one.Id, "unassigned", WordsOf(one.AssignedTo));
            await tx.RecordAsync(
                new LedgerAct("case.unassigned", one.Ref)
                {
                    Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["from"] = one.AssignedTo,
                    },
                }
            );
        }
        return freed;
    }

    private static Task<IReadOnlyList<AssignedCase>> OfAsync(Tx tx, string person) =>
        tx.QueryAsync<AssignedCase>(
            """
            select id, ref, assigned_to from case_file
            where tenant = @tenant and assigned_to = @person and state = 'Open' and gold_for is null
            order by assigned_at, id limit @most
            """,
            new { person, most = Most }
        );
}

/// <summary>An open case and whose it is.</summary>
internal sealed class AssignedCase
{
    public Guid Id { get; init; }
    public string Ref { get; init; } = "";
    public string AssignedTo { get; init; } = "";
}
