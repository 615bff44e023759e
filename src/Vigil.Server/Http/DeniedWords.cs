using Microsoft.AspNetCore.Http;
using Vigil.Trust;

namespace Vigil.Server.Http;

/// <summary>What somebody needs who was refused, in the words that people, roles and keys are kept by.</summary>
internal static class DeniedWords
{
    public static ProblemException ProblemOf(AccessDeniedException denied, Actor? actor) =>
        new(StatusCodes.Status403Forbidden, "not_permitted", TextOf(denied.Permission, actor));

    private static string TextOf(Permission permission, Actor? actor)
    {
        if (actor?.May(permission) == true)
        {
            return "This is for the people of the whole installation, not of one tenant: ask an admin of it.";
        }
        var roles = Enum.GetValues<Role>().Where(role => Grants.Of([role]).Contains(permission)).ToList();
        var scopes = Enum.GetValues<Scope>().Where(scope => Grants.Of([scope]).Contains(permission)).ToList();
        return actor?.Kind == ActorKind.ApiKey
            ? scopes.Count == 0
                ? $"No key may do this: a person does, with the role {OneOf(roles)}, signed in to the console."
                : $"This needs a key with the scope {OneOf(scopes)}: ask an admin of this installation for one."
            : roles.Count == 0
                ? $"No person does this: a program does, with a key of the scope {OneOf(scopes)}."
                : $"This needs the role {OneOf(roles)}: ask an admin of this installation for it.";
    }

    /// <summary>As "reviewer, senior reviewer or filing officer".</summary>
    private static string OneOf<T>(List<T> words)
        where T : struct, Enum
    {
        var shown = words.ConvertAll(word => Words.Of(word).Replace('_', ' '));
        return shown.Count < 2 ? string.Concat(shown) : $"{string.Join(", ", shown[..^1])} or {shown[^1]}";
    }
}
