using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <param name="ViewId">The look's record, which the ledger names.</param>
internal sealed record NoticeWords(Guid NoticeId, Guid? ViewId, string Text);

/// <summary>POST /v1/notices/{id}/words and its page: one look at what a notice says, on record.</summary>
internal static class ReadNoticeWords
{
    private const string About = "notice";

    public static void Map(IEndpointRouteBuilder routes, string root, string tag) =>
        routes
            .MapPost(
                root + "/{id:guid}/words",
                (Delegate)((HttpContext context, Guid id) => HandleAsync(context))
            )
            .Describe<NoticeWords>(
                Permission.CaseRead,
                (
                    "readNoticeWords",
                    "What a notice says in free text. Takes a reason and a person; each look is in the ledger.",
                    tag
                )
            );

    public static Task<WordsRead<string>> RunAsync(HttpContext context, WordsRequest asked)
    {
        var id = context.Id();
        return WordsLooks.RunAsync(
            context,
            Permission.CaseRead,
            About,
            asked,
            async tx =>
            {
                var notice = await NoticeView.FindAsync(tx, id);
                var text = notice.DetailsOf(tx).Text ?? "";
                return new WordsOf<string>(notice.CaseRef, text.Length, text);
            }
        );
    }

    private static async Task<IResult> HandleAsync(HttpContext context)
    {
        var read = await RunAsync(context, await WordsRequest.ReadAsync(context));
        return Results.Json(new NoticeWords(context.Id(), read.ViewId, read.Words));
    }
}
