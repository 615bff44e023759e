using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Vigil.Server.Http;

namespace Vigil.Server.Operations;

/// <summary>The body, the headers and the query of an endpoint that takes a file, as OpenAPI has them.</summary>
internal static class FileDescription
{
    public static void Add(OpenApiOperation operation, FileBody body)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Description = body.About,
            Required = true,
            Content = body.ContentTypes.ToDictionary(
                type => type,
                _ => new OpenApiMediaType
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
                },
                StringComparer.Ordinal
            ),
        };
        operation.Parameters ??= [];
        foreach (var value in body.Values)
        {
            operation.Parameters.Add(
                new OpenApiParameter
                {
                    Name = value.Name,
                    In = value.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
                    Required = value.IsNeeded,
                    Description = value.About,
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.String,
                        Enum = value.OneOf?.Select(word => (JsonNode)JsonValue.Create(word)).ToList(),
                    },
                }
            );
        }
    }
}
