using System.Text.Json;

namespace Vigil.Server.Features.Cases;

/// <summary>Editable data of this feature: JSON files in this assembly, read strictly.</summary>
internal static class CaseData
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public static IEnumerable<string> NamesIn(string folder) =>
        typeof(CaseData)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal));

    /// <exception cref="JsonException">Not of this form: the program was built with broken data.</exception>
    public static T Read<T>(string name)
    {
        using var stream = typeof(CaseData).Assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<T>(stream, Strict)!;
    }
}
