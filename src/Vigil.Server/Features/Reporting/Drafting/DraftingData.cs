using System.Text.Json;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Editable data of drafting: JSON files in this assembly, read strictly.</summary>
internal static class DraftingData
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <exception cref="JsonException">Not of this form: the program was built with broken data.</exception>
    public static T Read<T>(string name)
    {
        using var stream = typeof(DraftingData).Assembly.GetManifestResourceStream(
            $"Features/Reporting/Drafting/Data/{name}"
        )!;
        return JsonSerializer.Deserialize<T>(stream, Strict)!;
    }
}
