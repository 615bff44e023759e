using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>PUT /v1/destinations/{code}/targets/{environment}.</summary>
internal sealed record CallTargetRequest
{
    /// <summary>Of the service, as https://host/api.</summary>
    public string? Address { get; init; }
    public string? UserName { get; init; }
    public string? Password { get; init; }

    public override string ToString() => nameof(CallTargetRequest);
}

/// <param name="Environment">test or production.</param>
internal sealed record CallTargetView(
    string Destination,
    string Environment,
    string Address,
    DateTimeOffset SetAt,
    string SetBy
);

internal sealed record CallTargetsAnswer(IReadOnlyList<CallTargetView> Targets);

/// <summary>The API of where destinations are called.</summary>
internal static class CallTargetRoutes
{
    private const string Tag = "Destinations";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/v1/destinations/targets",
                async (HttpContext context, Db db) =>
                    Results.Json(await db.ReadAsync(context.Actor(), Permission.SettingsRead, ReadAsync))
            )
            .Require(Permission.SettingsRead)
            .WithName("listCallTargets")
            .WithSummary("Where destinations are called; never with which credentials.")
            .WithTags(Tag)
            .Produces<CallTargetsAnswer>();
        routes
            .MapPut("/v1/destinations/{code}/targets/{environment}", (Delegate)SetAsync)
            .Require(Permission.SettingsWrite)
            .WithName("setCallTarget")
            .WithSummary("Address and credentials of a destination that is called, for one environment.")
            .WithTags(Tag)
            .Accepts<CallTargetRequest>("application/json")
            .Produces<CallTargetsAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> SetAsync(HttpContext context, string code, string environment, Db db)
    {
        var wanted = await JsonBody.ReadAsync<CallTargetRequest>(context);
        if (
            !Enum.TryParse<ReportEnvironment>(environment, ignoreCase: true, out var of)
            || !Enum.IsDefined(of)
        )
        {
            throw ProblemException.NotFound("An environment is test or production.");
        }
        return Results.Json(
            await db.ActAsync(
                context.Actor(),
                Permission.SettingsWrite,
                async tx =>
                {
                    await CallTargets.SetAsync(tx, code, of, wanted);
                    return await ReadAsync(tx);
                }
            )
        );
    }

    private static async Task<CallTargetsAnswer> ReadAsync(Tx tx) =>
        new([
            .. (await CallTargets.ListAsync(tx)).Select(row => new CallTargetView(
                row.Destination,
                Words.Of(row.Environment),
                row.Address,
                row.SetAt,
                row.SetBy
            )),
        ]);
}
