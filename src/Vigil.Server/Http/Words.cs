using System.Text.Json;

namespace Vigil.Server.Http;

/// <summary>Closed sets as callers write them: snake_case of the names in code.</summary>
internal static class Words
{
    public static string Of(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    public static string Of(Enum value) => Of(value.ToString());

    /// <exception cref="ProblemException">None of them; the text names all.</exception>
    public static T Read<T>(string? word, string member)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Of(value) == word)
            {
                return value;
            }
        }
        throw ProblemException.BadRequest(
            $"bad_{member}",
            $"'{member}' is one of: {string.Join(", ", Enum.GetValues<T>().Select(value => Of(value)))}."
        );
    }
}
