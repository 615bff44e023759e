using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Persons;

/// <summary>
/// People over the API: for the script that sets an installation up, and the way back in when no admin can sign
/// in any more and somebody holds a key with the admin scope.
/// </summary>
internal static class InvitePeople
{
    private const string Path = "/console/join";

    /// <param name="Roles">platform_engineer, reviewer …</param>
    internal sealed record Request(IReadOnlyList<string> Roles);

    /// <param name="Id">Of the invitation.</param>
    /// <param name="Code">Shown this once; null: it waits for a second admin.</param>
    /// <param name="Path">Where it is typed in.</param>
    /// <param name="ConfirmableFrom">For a second admin on the people page, in solo mode also over the API.</param>
    /// <param name="Read">Given back with the confirmation.</param>
    internal sealed record Answer(
        Guid Id,
        string? Code,
        string Path,
        DateTimeOffset? ConfirmableFrom,
        string? Read
    ) : IShownOnce
    {
        string? IShownOnce.MadeId => Code is null ? null : $"{Id}";
    }

    internal sealed record PersonAnswer(
        string Pseudonym,
        string State,
        IReadOnlyList<string> Roles,
        DateTimeOffset CreatedAt,
        DateTimeOffset? SignedInAt
    );

    public static void MapPeopleApi(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/people", (Delegate)ListAsync)
            .Require(Permission.PeopleManage)
            .WithName("ListPeople")
            .WithSummary("People by their pseudonyms")
            .WithTags("People")
            .Produces<IReadOnlyList<PersonAnswer>>();
        routes
            .MapPost("/v1/people/invitations", (Delegate)HandleAsync)
            .Require(Permission.PeopleManage)
            .WithName("InvitePerson")
            .WithSummary(
                "Ask for an invitation. The first admin gets its code; later a second admin confirms and gets it"
            )
            .WithTags("People")
            .Accepts<Request>("application/json")
            .Produces<Answer>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes
            .MapPost("/v1/people/invitations/{id:guid}/confirm", (Delegate)ConfirmAsync)
            .Require(Permission.PeopleManage)
            .WithName("ConfirmInvitation")
            .WithSummary("In solo mode, 24 hours later: the code of an invitation, good for 72 hours")
            .WithTags("People")
            .Accepts<ConfirmRequest>("application/json")
            .Produces<Answer>()
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ListAsync(HttpContext context)
    {
        var people = await context
            .Db()
            .ReadAsync(
                context.Actor(),
                Permission.PeopleManage,
                Trust.People.ListAsync,
                context.RequestAborted
            );
        return Results.Json(
            people.Select(person => new PersonAnswer(
                person.Pseudonym,
                Words.CodeOf(person.State),
                [.. person.Roles.Select(Words.CodeOf)],
                person.CreatedAt,
                person.SignedInAt
            ))
        );
    }

    private static async Task<IResult> HandleAsync(HttpContext context)
    {
        var body = await JsonBody.ReadBytesAsync(context);
        var roles = RolesOf(JsonBody.Parse<Request>(body));
        return await Idempotent.RunAsync(
            context,
            body,
            StatusCodes.Status201Created,
            work =>
                context.Db().ActAsync(context.Actor(), Permission.PeopleManage, work, context.RequestAborted),
            async tx =>
            {
                var made = await Invitations.InviteAsync(tx, roles);
                return new Answer(made.Id, made.Code, Path, made.Waits?.RipeAt, made.Waits?.Read);
            }
        );
    }

    private static async Task<IResult> ConfirmAsync(HttpContext context, Guid id)
    {
        var body = await JsonBody.ReadBytesAsync(context);
        var read = JsonBody.Parse<ConfirmRequest>(body).Read;
        return await Idempotent.RunAsync(
            context,
            (byte[])[.. id.ToByteArray(), .. body],
            StatusCodes.Status200OK,
            work =>
                context.Db().ActAsync(context.Actor(), Permission.PeopleManage, work, context.RequestAborted),
            async tx => new Answer(id, await Invitations.ConfirmAsync(tx, id, read), Path, null, null)
        );
    }

    private static List<Role> RolesOf(Request request) =>
        [
            .. (request.Roles ?? []).Select(code =>
                Words.Parse<Role>(code)
                ?? throw ProblemException.BadRequest(
                    "unknown_role",
                    $"Roles are {string.Join(", ", Enum.GetValues<Role>().Select(Words.CodeOf))}."
                )
            ),
        ];
}
