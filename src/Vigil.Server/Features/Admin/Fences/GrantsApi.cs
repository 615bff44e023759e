using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Fences;

/// <summary>`/v1/case-grants`: need to know, for programs that assign.</summary>
internal static class GrantsApi
{
    private const Permission Assign = Permission.CaseAssign;

    internal sealed record Request(
        string? Case,
        string? Person,
        string? Vendor,
        DateTimeOffset? Until,
        string? Reason
    );

    internal sealed record Answer(
        Guid Id,
        string Case,
        string? Person,
        string? Vendor,
        DateTimeOffset Until,
        string Reason,
        DateTimeOffset GivenAt,
        string GivenBy
    );

    internal sealed record Made(Guid Id);

    public static void MapGrantsApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/case-grants").WithTags("Need to know");
        group
            .MapGet("", ListAsync)
            .Require(Assign)
            .WithName("listCaseGrants")
            .WithSummary("Grants in force, the first to end on top")
            .Produces<IReadOnlyList<Answer>>();
        group
            .MapPost("", GiveAsync)
            .Require(Assign)
            .WithName("grantCase")
            .WithSummary("Let a person, or a vendor's reviewers, see one case until a day")
            .Accepts<Request>("application/json")
            .Produces<Made>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group
            .MapDelete("/{id:guid}", EndAsync)
            .Require(Assign)
            .WithName("endCaseGrant")
            .WithSummary("End a grant; in force at once")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(HttpContext context, Db db)
    {
        var grants = await db.ReadAsync(
            context.Actor(),
            Assign,
            tx => CaseGrants.ListAsync(tx),
            context.RequestAborted
        );
        return Results.Json(
            grants.Select(grant => new Answer(
                grant.Id,
                grant.CaseRef,
                grant.Person,
                grant.Vendor,
                grant.Until,
                grant.Reason,
                grant.GivenAt,
                grant.GivenBy
            ))
        );
    }

    private static async Task<IResult> GiveAsync(HttpContext context, Db db)
    {
        var bytes = await JsonBody.ReadBytesAsync(context);
        var request = JsonBody.Parse<Request>(bytes);
        if (request.Until is not { } until)
        {
            throw ProblemException.BadRequest("bad_until", "'until' is missing: a grant has an end.");
        }
        var grant = new NewGrant(
            request.Case ?? "",
            request.Person,
            request.Vendor,
            until,
            request.Reason ?? ""
        );
        return await Idempotent.RunAsync(
            context,
            bytes,
            StatusCodes.Status201Created,
            work => db.ActAsync(context.Actor(), Assign, work, context.RequestAborted),
            async tx => new Made(await GrantsRoutes.GiveAsync(tx, grant))
        );
    }

    private static async Task<IResult> EndAsync(HttpContext context, Guid id, Db db)
    {
        await db.ActAsync(
            context.Actor(),
            Assign,
            async tx =>
                await CaseGrants.EndAsync(tx, id)
                    ? true
                    : throw ProblemException.NotFound("No such grant is in force."),
            context.RequestAborted
        );
        return Results.NoContent();
    }
}
