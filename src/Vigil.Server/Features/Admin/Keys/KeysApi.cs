using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Keys;

/// <summary>Keys of programs, by API: a deployment changes its key before the old one ends.</summary>
internal static class KeysApi
{
    /// <param name="Label">What uses it.</param>
    /// <param name="Scopes">scan, lists, steward, cases, admin.</param>
    /// <param name="Days">Its life.</param>
    internal sealed record Request(string Label, IReadOnlyList<string> Scopes, int Days = 90);

    internal sealed record KeyAnswer(
        string Id,
        string Label,
        IReadOnlyList<string> Scopes,
        string State,
        DateTimeOffset CreatedAt,
        string CreatedBy,
        DateTimeOffset ExpiresAt,
        DateTimeOffset? RevokedAt
    );

    /// <param name="Key">What is known of it from now on; "waiting": a second person confirms it.</param>
    /// <param name="Secret">To be sent as "Authorization: Bearer …"; shown this once.</param>
    internal sealed record CreatedAnswer(KeyAnswer Key, string Secret) : IShownOnce
    {
        string? IShownOnce.MadeId => Key.Id;
    }

    public static void MapKeysApi(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/keys", (Delegate)ListAsync)
            .Require(Permission.KeyManage)
            .WithName("ListKeys")
            .WithSummary("API keys, newest first, without their secrets")
            .WithTags("Keys")
            .Produces<IReadOnlyList<KeyAnswer>>();
        routes
            .MapPost("/v1/keys", (Delegate)CreateAsync)
            .Require(Permission.KeyManage)
            .WithName("CreateKey")
            .WithSummary("Make an API key; its secret is in this answer only")
            .WithTags("Keys")
            .Accepts<Request>("application/json")
            .Produces<CreatedAnswer>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict);
        routes
            .MapDelete("/v1/keys/{id}", (Delegate)RevokeAsync)
            .Require(Permission.KeyManage)
            .WithName("RevokeKey")
            .WithSummary("Revoke an API key; refused within 5 seconds")
            .WithTags("Keys")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>active, waiting, expired or revoked.</summary>
    public static string StateOf(ApiKey key, DateTimeOffset now) =>
        key.RevokedAt is not null ? "revoked"
        : key.ExpiresAt <= now ? "expired"
        : key.Waits ? "waiting"
        : "active";

    private static async Task<IResult> ListAsync(HttpContext context)
    {
        var keys = await context
            .Db()
            .ReadAsync(context.Actor(), Permission.KeyManage, ApiKeys.ListAsync, context.RequestAborted);
        var now = context.Kernel().Time.GetUtcNow();
        return Results.Json(keys.Select(key => AnswerOf(key, now)));
    }

    private static async Task<IResult> CreateAsync(HttpContext context)
    {
        var body = await JsonBody.ReadBytesAsync(context);
        var asked = JsonBody.Parse<Request>(body);
        var request = KeyRequest.Check(asked.Label, ScopesOf(asked), asked.Days);
        return await Idempotent.RunAsync(
            context,
            body,
            StatusCodes.Status201Created,
            work =>
                context.Db().ActAsync(context.Actor(), Permission.KeyManage, work, context.RequestAborted),
            async tx =>
            {
                var (key, secret) = await request.CreateAsync(tx);
                return new CreatedAnswer(AnswerOf(key, tx.Now), secret);
            }
        );
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, string id)
    {
        var isRevoked = await context
            .Db()
            .ActAsync(
                context.Actor(),
                Permission.KeyManage,
                tx => ApiKeys.RevokeAsync(tx, id),
                context.RequestAborted
            );
        return isRevoked
            ? Results.NoContent()
            : throw ProblemException.NotFound("There is no live key of this id here.");
    }

    private static List<Scope> ScopesOf(Request request) =>
        [
            .. (request.Scopes ?? []).Select(code =>
                Words.Parse<Scope>(code)
                ?? throw ProblemException.BadRequest(
                    "unknown_scope",
                    $"Scopes are {string.Join(", ", Enum.GetValues<Scope>().Select(Words.CodeOf))}."
                )
            ),
        ];

    private static KeyAnswer AnswerOf(ApiKey key, DateTimeOffset now) =>
        new(
            key.Id,
            key.Label,
            [.. key.Scopes.Split(',').Select(scope => Words.CodeOf(Enum.Parse<Scope>(scope)))],
            StateOf(key, now),
            key.CreatedAt,
            key.CreatedBy,
            key.ExpiresAt,
            key.RevokedAt
        );
}
