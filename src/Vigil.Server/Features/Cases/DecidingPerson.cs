using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// Whose judgement an act is: who is signed in, or whom a program names. A program judges nothing, so it must name
/// somebody.
/// </summary>
internal sealed class DecidingPerson
{
    private DecidingPerson(string name, string? named)
    {
        Name = name;
        Named = named;
    }

    /// <summary>As kept and compared: "person:…", or "key:…/…" of whom a program names.</summary>
    public string Name { get; }

    /// <summary>The pseudonym that a program gave; null: the person is signed in.</summary>
    public string? Named { get; }

    /// <param name="tx">Of the act.</param>
    /// <param name="person">Of a program's own system: 1 to 40 of a-z, 0-9, '.', '_', '-'.</param>
    /// <exception cref="ProblemException">A program names nobody, or who is signed in names somebody else.</exception>
    public static DecidingPerson Of(Tx tx, string? person)
    {
        var who = NamedPerson.Of(tx.Actor, person, "done", ("decides", "was"));
        return new DecidingPerson(who.Name, who.Named);
    }

    /// <param name="name">As <see cref="Name"/>, of an act that was done before.</param>
    public static DecidingPerson Kept(string name) =>
        new(name, name.Split('/') is [_, var named] ? named : null);

    /// <summary>Whose part is looked for in a list: the actor's, or that of whom a program asks for.</summary>
    /// <exception cref="ProblemException">As <see cref="Of"/>.</exception>
    public static string ReaderOf(Tx tx, string? person) =>
        string.IsNullOrEmpty(person) ? tx.Actor.Name : Of(tx, person).Name;

    /// <summary>
    /// The same person did that too. Keys are changed and people stay, so whom two keys call the same is one; so is
    /// whoever is behind a key that named nobody.
    /// </summary>
    public bool Is(string? kept) =>
        kept == Name
        || (
            Named is not null
            && kept is not null
            && (
                kept.EndsWith($"/{Named}", StringComparison.Ordinal)
                || Name.StartsWith($"{kept}/", StringComparison.Ordinal)
            )
        );

    /// <summary>The ledger's actor is the key; whom it named stands beside it.</summary>
    public LedgerAct In(LedgerAct act) =>
        Named is null
            ? act
            : act with
            {
                Facts = new Dictionary<string, string>(act.Facts, StringComparer.Ordinal)
                {
                    ["person"] = Named,
                },
            };

    /// <summary>A kept name as people read it.</summary>
    /// <param name="kept">As <see cref="Name"/>.</param>
    /// <param name="programs">Labels of keys, by "key:…"; one that is missing is called by its id.</param>
    public static string Shown(string kept, IReadOnlyDictionary<string, string> programs) =>
        kept.Split('/') is [var key, var person]
            ? $"{person}, told by program {programs.GetValueOrDefault(key, key)}"
            : programs.GetValueOrDefault(kept, kept);

    /// <summary>What people call the programs among these names, by "key:…".</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ProgramsAsync(
        Tx tx,
        IEnumerable<string?> kept
    )
    {
        var keys = kept.Where(name => name?.Contains('/', StringComparison.Ordinal) == true)
            .Select(name => name!.Split('/')[0])
            .ToHashSet();
        return keys.Count == 0
            ? new Dictionary<string, string>()
            : (await ApiKeys.ListAsync(tx))
                .Where(key => keys.Contains($"key:{key.Id}"))
                .ToDictionary(key => $"key:{key.Id}", key => key.Label);
    }
}
