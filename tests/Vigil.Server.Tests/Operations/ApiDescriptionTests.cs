using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Operations;

public partial class ApiDescriptionTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(Profile.Platform)]
    [InlineData(Profile.Steward)]
    public async Task Every_operation_of_the_api_is_described_with_its_permission(Profile profile)
    {
        await using var server = await TestServer.StartAsync(profile);
        using var anyone = server.ClientWith(null);

        var document = JsonDocument.Parse(await anyone.GetStringAsync("/openapi/v1.json")).RootElement;

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = document.GetProperty("paths");
        var missing = new List<string>();
        foreach (var (endpoint, method, path) in Described(server))
        {
            var what = $"{method} {path}";
            if (
                !paths.TryGetProperty(path, out var operations)
                || !operations.TryGetProperty(method.ToLowerInvariant(), out var operation)
            )
            {
                missing.Add($"{what} is not described");
                continue;
            }
            var rule = endpoint.Metadata.GetMetadata<AccessRule>()!;
            var expected = rule.Permission is { } permission
                ? JsonNamingPolicy.SnakeCaseLower.ConvertName(permission.ToString())
                : "anyone";
            if (operation.GetProperty("x-vigil-permission").GetString() != expected)
            {
                missing.Add($"{what} names another permission");
            }
            if (operation.TryGetProperty("security", out _) != (rule.Permission is not null))
            {
                missing.Add($"{what} asks for a key where it needs none, or the reverse");
            }
            if (!operation.TryGetProperty("summary", out _) || !operation.TryGetProperty("tags", out _))
            {
                missing.Add($"{what} has no summary or no tag");
            }
            if (!NamesParametersOf(operation, path))
            {
                missing.Add($"{what} does not name each parameter of its path");
            }
            if (!operation.GetProperty("responses").TryGetProperty("default", out _))
            {
                missing.Add($"{what} says nothing of errors");
            }
        }
        Assert.Empty(missing);
        Assert.True(paths.TryGetProperty("/health/ready", out _));
        Assert.Equal(
            "bearer",
            document
                .GetProperty("components")
                .GetProperty("securitySchemes")
                .GetProperty("apiKey")
                .GetProperty("scheme")
                .GetString()
        );
        Assert.True(
            document.GetProperty("components").GetProperty("schemas").TryGetProperty("Problem", out _)
        );
    }

    private static bool NamesParametersOf(JsonElement operation, string path)
    {
        var named = operation.TryGetProperty("parameters", out var parameters)
            ? parameters
                .EnumerateArray()
                .Where(parameter => parameter.GetProperty("in").GetString() == "path")
                .Select(parameter => parameter.GetProperty("name").GetString()!)
            : [];
        return named
            .Order(StringComparer.Ordinal)
            .SequenceEqual(
                InBraces()
                    .Matches(path)
                    .Select(match => match.Groups["name"].Value)
                    .Order(StringComparer.Ordinal)
            );
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_body_is_described_by_its_own_type_where_two_types_have_one_name()
    {
        await using var server = await TestServer.StartAsync();
        var document = JsonDocument.Parse(await server.Client.GetStringAsync("/openapi/v1.json")).RootElement;
        var wrong = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (endpoint, method, path) in Described(server))
        {
            var type = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
            var operation = document
                .GetProperty("paths")
                .GetProperty(path)
                .GetProperty(method.ToLowerInvariant());
            if (type is null || !operation.TryGetProperty("requestBody", out var body))
            {
                continue;
            }
            var content = body.GetProperty("content");
            if (
                !content.TryGetProperty("application/json", out var json)
                || !json.GetProperty("schema").TryGetProperty("$ref", out var reference)
            )
            {
                continue;
            }
            var name = reference.GetString()!.Split('/')[^1];
            names.Add(name);
            var schema = document.GetProperty("components").GetProperty("schemas").GetProperty(name);
            if (!schema.TryGetProperty("properties", out var members))
            {
                continue;
            }
            var described = members
                .EnumerateObject()
                .Select(member => member.Name)
                .Order(StringComparer.Ordinal);
            var own = type.GetProperties()
                .Where(member => !member.IsDefined(typeof(JsonIgnoreAttribute), inherit: true))
                .Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name))
                .Order(StringComparer.Ordinal);
            if (!described.SequenceEqual(own))
            {
                wrong.Add($"{method} {path}: {name} is not {type}");
            }
        }
        Assert.Empty(wrong);
        Assert.True(names.Count > 40, $"{names.Count} bodies");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("GET", "/v1/no-such-thing", 404, "not_found")]
    [InlineData("GET", "/", 302, null)]
    [InlineData("GET", "/no-such-page", 404, "not_found")]
    [InlineData("DELETE", "/v1/lists", 405, "method_not_allowed")]
    public async Task An_address_that_is_none_is_an_error_in_words(
        string method,
        string path,
        int status,
        string? code
    )
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await server.Client.SendAsync(request);

        if (code is null)
        {
            // Followed or not: where people work.
            Assert.True(
                (int)answer.StatusCode == status
                    || answer.RequestMessage!.RequestUri!.AbsolutePath.StartsWith(
                        "/console",
                        StringComparison.Ordinal
                    )
            );
            return;
        }
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await TestServer.JsonOf(answer);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Contains(
            "/openapi/v1.json",
            problem.GetProperty("detail").GetString()!,
            StringComparison.Ordinal
        );
        Assert.Equal(status == 405, answer.Content.Headers.Allow.Count > 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_endpoint_says_who_may_and_who_may_without_an_account_says_why()
    {
        await using var server = await TestServer.StartAsync();

        var silent = Endpoints(server)
            .Where(endpoint =>
                endpoint.Metadata.GetMetadata<AccessRule>() is not { } rule
                || (rule.Permission is null && string.IsNullOrWhiteSpace(rule.Reason))
            )
            .Select(endpoint => endpoint.DisplayName);

        Assert.Empty(silent);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(
        "/v1/lists/{list}/imports",
        "path list!,query format,query sha256,query columns,query fileName,query restoreWithdrawn,query reason",
        "application/octet-stream,text/plain,text/csv,application/json"
    )]
    [InlineData(
        "/v1/cases/{reference}/contents",
        "path reference!,header Content-Digest!,header Vigil-Item",
        "application/octet-stream"
    )]
    public async Task What_takes_a_file_is_described_with_its_body_headers_and_query(
        string path,
        string values,
        string types
    )
    {
        await using var server = await TestServer.StartAsync();
        var document = JsonDocument.Parse(await server.Client.GetStringAsync("/openapi/v1.json")).RootElement;

        var post = document.GetProperty("paths").GetProperty(path).GetProperty("post");

        var body = post.GetProperty("requestBody");
        Assert.True(body.GetProperty("required").GetBoolean());
        Assert.Equal(
            types.Split(','),
            body.GetProperty("content").EnumerateObject().Select(type => type.Name)
        );
        Assert.Equal(
            values.Split(',').Order(StringComparer.Ordinal),
            (
                post.TryGetProperty("parameters", out var parameters)
                    ? parameters
                        .EnumerateArray()
                        .Select(each =>
                            $"{each.GetProperty("in")} {each.GetProperty("name")}"
                            + (
                                each.TryGetProperty("required", out var needed) && needed.GetBoolean()
                                    ? "!"
                                    : ""
                            )
                        )
                    : []
            ).Order(StringComparer.Ordinal)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task The_description_names_no_page_no_asset_and_no_installation()
    {
        await using var server = await TestServer.StartAsync();

        var text = await server.Client.GetStringAsync("/openapi/v1.json");

        Assert.DoesNotContain("/console", text, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", text, StringComparison.Ordinal);
        Assert.DoesNotContain(server.DataFolder, text, StringComparison.Ordinal);
    }

    private static IEnumerable<(RouteEndpoint Endpoint, string Method, string Path)> Described(
        TestServer server
    ) =>
        from endpoint in Endpoints(server)
        let path = "/"
            + Constraint()
                .Replace(endpoint.RoutePattern.RawText!, "}")
                .Replace("{**", "{", StringComparison.Ordinal)
                .Trim('/')
        where
            path.StartsWith("/v1/", StringComparison.Ordinal)
            || path.StartsWith("/health/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select (endpoint, method, path);

    private static IEnumerable<RouteEndpoint> Endpoints(TestServer server) =>
        server
            .Server.Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>();

    /// <summary>{id:guid} is {id} in the description, and {**path} is {path}.</summary>
    [GeneratedRegex(@"(:[^}]*|\?)\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\{(?<name>[^}]+)\}")]
    private static partial Regex InBraces();
}
