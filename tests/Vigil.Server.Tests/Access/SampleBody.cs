using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vigil.Server.Tests.Access;

/// <summary>
/// A body of the shape that the description gives: the matrix wants to be past the reading of a request, where a
/// handler asks for permissions of its own.
/// </summary>
internal static class SampleBody
{
    private const int MaxDepth = 8;

    /// <summary>JSON; null: the operation takes none, or another kind of body.</summary>
    public static string? Of(JsonElement description, JsonElement operation) =>
        operation.TryGetProperty("requestBody", out var body)
        && body.GetProperty("content").TryGetProperty("application/json", out var json)
        && json.TryGetProperty("schema", out var schema)
            ? Make(description, schema, 0)?.ToJsonString() ?? "null"
            : null;

    private static JsonNode? Make(JsonElement description, JsonElement schema, int depth)
    {
        if (depth > MaxDepth)
        {
            return null;
        }
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var at = description;
            foreach (var step in reference.GetString()!.Split('/').Skip(1))
            {
                at = at.GetProperty(step);
            }
            return Make(description, at, depth + 1);
        }
        foreach (var choice in (string[])["oneOf", "anyOf", "allOf"])
        {
            if (schema.TryGetProperty(choice, out var choices))
            {
                return Make(description, choices.EnumerateArray().Last(), depth + 1);
            }
        }
        if (schema.TryGetProperty("enum", out var values))
        {
            return JsonNode.Parse(values[0].GetRawText());
        }
        return TypeOf(schema) switch
        {
            "object" => Members(description, schema, depth),
            "array" => schema.TryGetProperty("items", out var items)
                ? new JsonArray(Make(description, items, depth + 1))
                : new JsonArray(),
            "integer" or "number" => 1,
            "boolean" => true,
            "string" => Text(schema),
            _ => null,
        };
    }

    private static JsonObject Members(JsonElement description, JsonElement schema, int depth)
    {
        var made = new JsonObject();
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
            {
                made[property.Name] = Make(description, property.Value, depth + 1);
            }
        }
        return made;
    }

    private static string Text(JsonElement schema) =>
        schema.TryGetProperty("format", out var format)
            ? format.GetString() switch
            {
                "uuid" => Guid.NewGuid().ToString(),
                "date-time" => "2030-01-01T00:00:00Z",
                "uri" => "https://example.org/",
                _ => "sample",
            }
            : "sample";

    /// <summary>"type" is a word, or in 3.1 several with "null" among them.</summary>
    private static string? TypeOf(JsonElement schema) =>
        !schema.TryGetProperty("type", out var type) ? null
        : type.ValueKind == JsonValueKind.String ? type.GetString()
        : type.EnumerateArray().Select(word => word.GetString()).First(word => word != "null");
}
