namespace Vigil.Trust;

/// <summary>
/// Who stands behind a key: whoever made it, or made the key that made it. A rule that nobody does something for
/// themselves asks here, since who has a key of their own has two names.
/// </summary>
public static class KeyMakers
{
    private const string Key = "key:";

    /// <summary>Who made the first key of an installation; nobody was here yet.</summary>
    private const string FirstStart = $"machine:{ApiKeys.FirstStart}";

    /// <summary>Keys that made keys, followed at most; nobody makes so long a row but to hide in it.</summary>
    private const int Most = 50;

    /// <summary>Whether the actor is this person, or a key behind which they stand.</summary>
    /// <param name="tx">Of the act.</param>
    /// <param name="person">As "person:reviewer-7".</param>
    /// <exception cref="SecondPersonException">A longer row of keys than anybody needs.</exception>
    public static async Task<bool> IsOwnAsync(Tx tx, string person) => await BehindAsync(tx) == person;

    /// <summary>Who stands behind the actor of this transaction.</summary>
    /// <exception cref="SecondPersonException">A longer row of keys than anybody needs.</exception>
    public static Task<string> BehindAsync(Tx tx)
    {
        ArgumentNullException.ThrowIfNull(tx);
        return BehindAsync(tx, tx.Actor.Name);
    }

    /// <summary>
    /// The person at the beginning; or the actor itself. The first start prints its key beside the code with which the
    /// first admin makes their account, so behind that key stands the first person; as long as nobody is here, the
    /// machine that made it.
    /// </summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="actor">As kept: "person:…", "key:…", or "key:…/…" of whom a program named.</param>
    /// <exception cref="SecondPersonException">A longer row of keys than anybody needs.</exception>
    public static async Task<string> BehindAsync(Tx tx, string actor)
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentNullException.ThrowIfNull(actor);
        for (var step = 0; actor.StartsWith(Key, StringComparison.Ordinal); step++)
        {
            if (step == Most)
            {
                throw new SecondPersonException(
                    "key_of_keys",
                    $"This was asked for with a key made by a row of over {Most} keys: ask with one that a person made."
                );
            }
            var maker = await tx.FindAsync<string>(
                "select created_by from api_key where tenant = @tenant and id = @id",
                new { id = actor[Key.Length..].Split('/')[0] }
            );
            if (maker is null)
            {
                break;
            }
            actor = maker;
        }
        return actor == FirstStart ? await FirstPersonAsync(tx) ?? actor : actor;
    }

    private static async Task<string?> FirstPersonAsync(Tx tx) =>
        await tx.FindAsync<string>(
            "select pseudonym from person where tenant = @tenant and number = 1 and pseudonym = 'admin-1'"
        )
            is { } pseudonym
            ? $"person:{pseudonym}"
            : null;

    /// <summary>Ids of the keys that are heard, or wait to be, and behind which this person stands.</summary>
    internal static async Task<IReadOnlyList<string>> LivingOfAsync(Tx tx, string person)
    {
        var living = new List<string>();
        foreach (var key in await ApiKeys.ListAsync(tx))
        {
            if (
                key.RevokedAt is null
                && key.ExpiresAt > tx.Now
                && await BehindAsync(tx, key.CreatedBy) == person
            )
            {
                living.Add(key.Id);
            }
        }
        return living;
    }
}
