using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Access;

/// <summary>One operation of the API's description, or one page or form of the console, as the server has it.</summary>
/// <param name="Method">GET, POST …</param>
/// <param name="Path">With its parameters, as /v1/cases/{reference}.</param>
/// <param name="Permission">Null: anyone may.</param>
/// <param name="Body">A request's body as the description has it; null: none, or a form.</param>
internal sealed partial record MatrixRoute(string Method, string Path, Permission? Permission, string? Body)
{
    /// <summary>Names of the path's parameters, with whether they are ids of 128 bits.</summary>
    public IReadOnlyList<(string Name, bool IsGuid)> Parameters { get; init; } = [];

    public bool IsConsole => Path.StartsWith("/console", StringComparison.Ordinal);

    /// <summary>It names a tenant: for the installation's own admins, whose business other tenants are.</summary>
    public bool NamesTenant => Parameters.Any(parameter => parameter.Name == "tenant");

    public override string ToString() => $"{Method} {Path}";

    /// <summary>With these values in place of the parameters.</summary>
    public string With(Func<(string Name, bool IsGuid), string> value) =>
        Parameters.Aggregate(
            Path,
            (path, parameter) =>
                Regex.Replace(
                    path,
                    $@"\{{\*{{0,2}}{Regex.Escape(parameter.Name)}\}}",
                    Uri.EscapeDataString(value(parameter))
                )
        );

    /// <summary>Every operation and page of a server; what has no permission and no reason is named.</summary>
    public static async Task<(IReadOnlyList<MatrixRoute> Routes, IReadOnlyList<string> Open)> ReadAsync(
        TestServer server
    )
    {
        using var client = server.ClientWith(null);
        var description = JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json")).RootElement;
        var routes = Described(description).ToList();
        var known = routes.Select(route => route.ToString()).ToHashSet(StringComparer.Ordinal);
        var open = new List<string>();
        foreach (var endpoint in Endpoints(server))
        {
            if (endpoint.Metadata.GetMetadata<AccessRule>() is not { } rule || Says(rule) is false)
            {
                open.Add(endpoint.DisplayName ?? endpoint.RoutePattern.RawText ?? "?");
                continue;
            }
            foreach (var route in Of(endpoint, rule).Where(route => known.Add(route.ToString())))
            {
                routes.Add(route);
            }
        }
        return (routes, open);
    }

    /// <summary>Operations as a program reads them: from the description alone.</summary>
    public static IEnumerable<MatrixRoute> Described(JsonElement description) =>
        from path in description.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        let permission = operation.Value.GetProperty("x-vigil-permission").GetString()!
        select new MatrixRoute(
            operation.Name.ToUpperInvariant(),
            path.Name,
            permission == "anyone"
                ? null
                : Enum.Parse<Permission>(permission.Replace("_", "", StringComparison.Ordinal), true),
            SampleBody.Of(description, operation.Value)
        )
        {
            Parameters = [.. ParametersOf(operation.Value)],
        };

    private static IEnumerable<(string, bool)> ParametersOf(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters)
            ? from parameter in parameters.EnumerateArray()
            where parameter.GetProperty("in").GetString() == "path"
            select (
                parameter.GetProperty("name").GetString()!,
                parameter.GetProperty("schema").TryGetProperty("format", out var format)
                    && format.GetString() == "uuid"
            )
            : [];

    private static IEnumerable<MatrixRoute> Of(RouteEndpoint endpoint, AccessRule rule) =>
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        select new MatrixRoute(
            method,
            "/" + Constraint().Replace(endpoint.RoutePattern.RawText!, "}").Trim('/'),
            rule.Permission,
            null
        )
        {
            Parameters =
            [
                .. endpoint.RoutePattern.Parameters.Select(parameter =>
                    (parameter.Name, parameter.ParameterPolicies.Any(policy => policy.Content == "guid"))
                ),
            ],
        };

    private static bool Says(AccessRule rule) =>
        rule.Permission is not null || !string.IsNullOrWhiteSpace(rule.Reason);

    private static IEnumerable<RouteEndpoint> Endpoints(TestServer server) =>
        server
            .Server.Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>();

    /// <summary>{id:guid} is {id} in the description.</summary>
    [GeneratedRegex(@"(:[^}]*|\?)\}")]
    private static partial Regex Constraint();
}
