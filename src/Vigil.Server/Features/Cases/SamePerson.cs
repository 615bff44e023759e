using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// Whether names that were kept are one person: whom two keys call the same, and who is signed in and stands behind the
/// key that told the other name. Who two are that programs name is not known here: they are compared by what they are
/// called alone.
/// </summary>
internal sealed class SamePerson
{
    private readonly Tx _tx;
    private readonly DecidingPerson _one;
    private readonly Dictionary<string, string> _behind = new(StringComparer.Ordinal);

    /// <param name="tx">Of the read.</param>
    /// <param name="name">As <see cref="DecidingPerson.Name"/>, or a key that named nobody.</param>
    public SamePerson(Tx tx, string name) => (_tx, _one) = (tx, DecidingPerson.Kept(name));

    /// <param name="kept">As names are kept.</param>
    public async Task<bool> IsAsync(string kept)
    {
        if (_one.Is(kept))
        {
            return true;
        }
        return IsSignedIn(kept) != IsSignedIn(_one.Name)
            && await BehindAsync(kept) == await BehindAsync(_one.Name);
    }

    private static bool IsSignedIn(string name) => name.StartsWith("person:", StringComparison.Ordinal);

    private async Task<string> BehindAsync(string name)
    {
        if (!_behind.TryGetValue(name, out var person))
        {
            person = await KeyMakers.BehindAsync(_tx, name);
            _behind.Add(name, person);
        }
        return person;
    }
}
