namespace Vigil.Trust;

/// <summary>
/// Who is here for something: people who can come in and whose roles, their own or for a while, give a permission.
/// Programs are not counted: who has a key is known to nobody.
/// </summary>
public static class WhoMay
{
    /// <summary>Names as actors, "person:reviewer-7", in order of their numbers.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="permission">What it takes.</param>
    public static async Task<IReadOnlyList<string>> ListAsync(Tx tx, Permission permission)
    {
        var people = await StandIns.AddRolesAsync(tx, await People.ListAsync(tx));
        return
        [
            .. people
                .Where(person =>
                    person.State == PersonState.Active && Grants.Of(person.Roles).Contains(permission)
                )
                .Select(person => $"person:{person.Pseudonym}"),
        ];
    }

    /// <summary>Somebody but this person, as "person:reviewer-7".</summary>
    public static async Task<bool> IsAnotherAsync(Tx tx, Permission permission, string person) =>
        (await ListAsync(tx, permission)).Any(name => name != person);

    /// <summary>
    /// From when this person counts as the only one who is here for something, where solo mode counts: since it does,
    /// or since the last other one lost the permission, whichever is later. Null: another is here, or it does not
    /// count.
    /// </summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="permission">What it takes.</param>
    /// <param name="person">As "person:reviewer-7".</param>
    public static async Task<DateTimeOffset?> AloneSinceAsync(Tx tx, Permission permission, string person)
    {
        if (
            await SoloMode.FindAsync(tx) is not { IsOn: true } solo
            || await IsAnotherAsync(tx, permission, person)
        )
        {
            return null;
        }
        return await LastGone.FindAsync(tx, permission) is { } gone && gone > solo.From ? gone : solo.From;
    }
}
