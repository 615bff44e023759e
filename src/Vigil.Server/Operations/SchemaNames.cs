using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Vigil.Trust;

namespace Vigil.Server.Operations;

/// <summary>
/// Names of the schemas in the API's description. The library names one by its type alone, and of two types with the
/// same name it describes the first in place of both: those have their place before their name.
/// </summary>
internal static class SchemaNames
{
    private const string Features = "Features";

    private static readonly HashSet<string> Shared =
    [
        .. typeof(SchemaNames)
            .Assembly.GetTypes()
            .Concat(typeof(TrustKernel).Assembly.GetTypes())
            .GroupBy(type => type.Name, StringComparer.Ordinal)
            .Where(types => types.Skip(1).Any())
            .Select(types => types.Key),
    ];

    /// <returns>Null: it is described in its place, as a text or a number is.</returns>
    public static string? Of(JsonTypeInfo type) =>
        OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } name
            ? Shared.Contains(type.Type.Name)
                ? PlaceOf(type.Type) + name
                : name
            : null;

    /// <summary>The type around it, or its feature.</summary>
    private static string PlaceOf(Type type)
    {
        if (type.DeclaringType is { } around)
        {
            return around.Name;
        }
        var parts = (type.Namespace ?? "").Split('.');
        var feature = Array.IndexOf(parts, Features) + 1;
        return feature > 0 && feature < parts.Length ? parts[feature] : parts[^1];
    }
}
