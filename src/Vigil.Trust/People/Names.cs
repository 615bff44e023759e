using System.Text;
using System.Text.RegularExpressions;

namespace Vigil.Trust;

/// <summary>User names, display names and passwords: what they may be.</summary>
internal static partial class Names
{
    /// <exception cref="PeopleException">Not a user name.</exception>
    public static string UserName(string given)
    {
        var name = given.Trim().ToLowerInvariant();
        return UserNamePattern().IsMatch(name)
            ? name
            : throw new PeopleException(
                "bad_user_name",
                "A user name has 3 to 64 characters: a-z, 0-9 and . _ - @ +"
            );
    }

    /// <exception cref="PeopleException">Empty, too long, or not plain text.</exception>
    public static string Plain(string given, string what)
    {
        var name = given.Trim();
        return name.Length is > 0 and <= PeopleLimits.MaxNameCharacters && !name.Any(char.IsControl)
            ? name
            : throw new PeopleException(
                "bad_name",
                $"{what} has 1 to {PeopleLimits.MaxNameCharacters} characters."
            );
    }

    /// <exception cref="PeopleException">Too short, too long or too easy.</exception>
    public static void CheckPassword(string password, string userName)
    {
        if (password.Length is < PeopleLimits.MinPasswordCharacters or > PeopleLimits.MaxPasswordCharacters)
        {
            throw new PeopleException(
                "bad_password",
                $"A password has {PeopleLimits.MinPasswordCharacters} to {PeopleLimits.MaxPasswordCharacters} characters."
            );
        }
        if (
            password.Distinct().Count() < 6
            || password.Contains(userName, StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new PeopleException(
                "bad_password",
                "This password is too easy: use several words, without your user name."
            );
        }
    }

    /// <summary>Finds a person by name without the name standing in the table.</summary>
    public static byte[] DigestOf(TenantSecrets secrets, string userName) =>
        secrets.Digest("user name").Of(Encoding.UTF8.GetBytes(userName));

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._@+-]{2,63}\z", RegexOptions.NonBacktracking)]
    private static partial Regex UserNamePattern();
}
