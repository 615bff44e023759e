using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;

namespace Vigil.Server.Operations;

/// <summary>
/// What stands in braces in an operation's path: the description is made of a handler's parameters, and many handlers
/// read the path's from the request itself.
/// </summary>
internal static class PathParameters
{
    private const string GuidConstraint = "guid";

    /// <summary>Names those that the operation does not name yet.</summary>
    public static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var pattern = RoutePatternFactory.Parse("/" + context.Description.RelativePath);
        foreach (var parameter in pattern.Parameters)
        {
            operation.Parameters ??= [];
            if (operation.Parameters.All(known => known.Name != parameter.Name))
            {
                operation.Parameters.Add(Of(parameter, IsGuid(parameter, context)));
            }
        }
    }

    private static OpenApiParameter Of(RoutePatternParameterPart parameter, bool isGuid) =>
        new()
        {
            Name = parameter.Name,
            In = ParameterLocation.Path,
            Required = true,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = isGuid ? "uuid" : null },
        };

    private static bool IsGuid(
        RoutePatternParameterPart parameter,
        OpenApiOperationTransformerContext context
    ) =>
        parameter.ParameterPolicies.Any(policy => policy.Content == GuidConstraint)
        || context
            .Description.ParameterDescriptions.Where(known => known.Name == parameter.Name)
            .Any(known => known.Type == typeof(Guid));
}
