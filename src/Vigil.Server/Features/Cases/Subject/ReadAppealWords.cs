using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <param name="ViewId">The look's record, which the ledger names.</param>
internal sealed record AppealWords(Guid AppealId, Guid? ViewId, string Text);

/// <summary>POST /v1/appeals/{id}/words and its page: one look at what a user says, on record.</summary>
internal static class ReadAppealWords
{
    public const string About = "appeal";

    public static void Map(IEndpointRouteBuilder routes, string tag) =>
        routes
            .MapPost(
                "/v1/appeals/{appeal:guid}/words",
                (Delegate)((HttpContext context, Guid appeal) => HandleAsync(context))
            )
            .Describe<AppealWords>(
                Permission.AppealDecide,
                (
                    "readAppealWords",
                    "What a user says in an appeal. Takes a reason and a person; each look is in the ledger and one "
                        + "record.",
                    tag
                )
            );

    public static Task<WordsRead<string>> RunAsync(HttpContext context, WordsRequest asked)
    {
        var id = context.RouteId("appeal");
        return WordsLooks.RunAsync(context, Permission.AppealDecide, About, asked, tx => OfAsync(tx, id));
    }

    /// <exception cref="ProblemException">No appeal of this id that the actor sees.</exception>
    public static async Task<WordsOf<string>> OfAsync(Tx tx, Guid id)
    {
        var row =
            await tx.FindAsync<Row>(
                "select action_id, words from appeal where tenant = @tenant and id = @id",
                new { id }
            ) ?? throw ProblemException.NotFound("There is no such appeal.");
        var action = await AccountAction.RequireAsync(tx, row.ActionId);
        var text = Sealed.Open(tx, row.Words, id) ?? "";
        return WordsOf.Of(action.Ref, text.Length, text);
    }

    private static async Task<IResult> HandleAsync(HttpContext context)
    {
        var read = await RunAsync(context, await WordsRequest.ReadAsync(context));
        return Results.Json(new AppealWords(context.RouteId("appeal"), read.ViewId, read.Words));
    }

    private sealed class Row
    {
        public Guid ActionId { get; init; }

        /// <summary>Sealed; null: what named a cleared person was removed.</summary>
        public byte[]? Words { get; init; }
    }
}
