using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Operations;

/// <summary>The API as OpenAPI 3.1, made of the endpoints themselves.</summary>
internal static class ApiDescription
{
    private const string Scheme = "apiKey";
    private const string Problem = "Problem";

    private const string Text = """
        Answers are JSON. An error is `application/problem+json` (RFC 9457) with a `code` that programs go by and a
        `detail` that says what to do. Every operation may also answer 401 (`not_authenticated`, `key_refused`), 403
        (`not_permitted`), 429 with `Retry-After`, 500 (`internal_error`) and 503 with `Retry-After`
        (`database_unavailable`, `draining`). POSTs take an `Idempotency-Key`: the same request again has the first
        answer, and its effect once.
        """;

    public static void AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            options =>
            {
                options.CreateSchemaReferenceId = SchemaNames.Of;
                options.AddDocumentTransformer((document, _, _) => DescribeDocument(document));
                options.AddOperationTransformer(
                    (operation, context, _) => DescribeOperation(operation, context)
                );
            }
        );

    public static void MapApiDescription(this IEndpointRouteBuilder routes) =>
        routes
            .MapOpenApi("/openapi/{documentName}.json")
            .AllowAnyone("the description is the same for every installation of a version");

    private static Task DescribeDocument(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Vigil",
            Version = typeof(ApiDescription).Assembly.GetName().Version?.ToString(3) ?? "0",
            Description = Text,
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        // The address is the caller's matter: what this server is called from outside, it does not know.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "vk_…",
            Description = "An API key of this installation: Authorization: Bearer vk_…",
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas[Problem] = ProblemSchema();
        return Task.CompletedTask;
    }

    private static Task DescribeOperation(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context
    )
    {
        var rule = context.Description.ActionDescriptor.EndpointMetadata.OfType<AccessRule>().LastOrDefault();
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        if (rule?.Permission is { } permission)
        {
            operation.Extensions["x-vigil-permission"] = new JsonNodeExtension(NameOf(permission));
            operation.Security =
            [
                new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [],
                },
            ];
        }
        else
        {
            operation.Extensions["x-vigil-permission"] = new JsonNodeExtension("anyone");
        }
        if (
            context.Description.ActionDescriptor.EndpointMetadata.OfType<FileBody>().LastOrDefault() is
            { } file
        )
        {
            FileDescription.Add(operation, file);
        }
        PathParameters.Describe(operation, context);
        operation.Responses ??= [];
        operation.Responses.TryAdd(
            "default",
            new OpenApiResponse
            {
                Description = "An error; its `code` says which.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new()
                    {
                        Schema = new OpenApiSchemaReference(Problem, context.Document),
                    },
                },
            }
        );
        return Task.CompletedTask;
    }

    private static string NameOf(Permission permission) =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(permission.ToString());

    private static OpenApiSchema ProblemSchema()
    {
        static OpenApiSchema Of(JsonSchemaType type, string description) =>
            new() { Type = type, Description = description };
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "status", "code", "detail" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Of(JsonSchemaType.String, "urn:vigil:problem: and the code"),
                ["title"] = Of(JsonSchemaType.String, "The code in words"),
                ["status"] = Of(JsonSchemaType.Integer, "As in the status line"),
                ["code"] = Of(JsonSchemaType.String, "Stable; programs go by it"),
                ["detail"] = Of(JsonSchemaType.String, "What to do"),
            },
        };
    }
}
