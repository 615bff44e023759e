using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>
/// What the API's description says of the bodies of scans. Not by `Accepts`: the router would then answer other
/// types itself, with an empty body.
/// </summary>
internal static class ScanDescription
{
    public static async Task OfScanAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellation
    )
    {
        var json = await context.GetOrCreateSchemaAsync(typeof(ScanRequest), null, cancellation);
        operation.RequestBody = Body(
            json,
            "multipart/form-data",
            "application/octet-stream",
            "image/*",
            "video/*"
        );
        Describe(operation);
    }

    public static async Task OfBatchAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellation
    )
    {
        var json = await context.GetOrCreateSchemaAsync(typeof(BatchRequest), null, cancellation);
        operation.RequestBody = Body(json, "multipart/form-data");
        Describe(operation);
    }

    private static OpenApiRequestBody Body(OpenApiSchema json, params string[] files)
    {
        var content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/json"] = new() { Schema = json },
        };
        foreach (var type in files)
        {
            content[type] = new()
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
            };
        }
        return new OpenApiRequestBody { Required = true, Content = content };
    }

    private static void Describe(OpenApiOperation operation)
    {
        operation.Parameters ??= [];
        Add(
            ParameterLocation.Query,
            "surface",
            $"Required, here or in the body: {string.Join(", ", Surfaces.Names)}."
        );
        Add(ParameterLocation.Query, "jurisdiction", "Country code as DE; otherwise the tenant's default.");
        Add(ParameterLocation.Query, "onFailure", "open or closed; otherwise the tenant's setting.");
        Add(ParameterLocation.Query, "wait", "Seconds until the answer is pending; 0: at once.");
        Add(ParameterLocation.Header, "Vigil-Account", "Your pseudonym of the account.");
        Add(ParameterLocation.Header, "Vigil-Content-Ref", "Your reference of the content.");
        Add(
            ParameterLocation.Header,
            "Idempotency-Key",
            "The same request again has the first answer, for a day."
        );

        void Add(ParameterLocation place, string name, string text) =>
            operation.Parameters.Add(
                new OpenApiParameter
                {
                    In = place,
                    Name = name,
                    Description = text,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                }
            );
    }
}
