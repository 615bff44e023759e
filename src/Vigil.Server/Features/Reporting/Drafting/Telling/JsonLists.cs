using System.Text.Json;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>No list of a document is longer than a person could read.</summary>
internal static class JsonLists
{
    /// <exception cref="ProblemException">A list is too long; its path says which.</exception>
    public static void Check(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            if (value.GetArrayLength() > DraftLimits.ListValues)
            {
                throw ProblemException.BadRequest(
                    "too_many",
                    $"'{path}' has at most {DraftLimits.ListValues} values: send the newest and those that matter."
                );
            }
            foreach (var item in value.EnumerateArray())
            {
                Check(item, path);
            }
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                // A name is a stranger's: only plain letters of it are said again.
                var name = new string([.. member.Name.Where(char.IsAsciiLetterOrDigit).Take(40)]);
                Check(member.Value, $"{path}/{name}");
            }
        }
    }
}
