using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Viewing.Showing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Transcripts;

/// <summary>Operations and page of transcripts. Only a look answers with words; all else with their number.</summary>
internal static class TranscriptRoutes
{
    private const string Root = "/v1/contents/{id:guid}/transcript";
    private const string Page = "/console/contents/{id:guid}/transcript";
    private const string Title = "Transcript";
    private const string Tag = "Contents";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapActOn<TranscriptRequest, TranscriptFacts>(
            Root,
            Permission.ContentBring,
            new Operation(
                "deliverTranscript",
                "Deliver what is said in a kept content, as text that your own program or a person made. A later one "
                    + "takes the place of an earlier one, unless a hold keeps that (409 transcript_held).",
                Tag
            ),
            DeliverTranscript.RunAsync
        );
        routes.MapReadOne(
            Root,
            Permission.CaseRead,
            new Operation(
                "getTranscript",
                "How long a content's transcript is, its language, who made and who delivered it; no words.",
                Tag
            ),
            RequireAsync
        );
        routes
            .MapPost(
                Root + "/words",
                (Delegate)((HttpContext context, Guid id) => ReadTranscript.HandleAsync(context))
            )
            .Describe<TranscriptAnswer>(
                Permission.CaseRead,
                (
                    "readTranscript",
                    "What is said in a content, as its transcript has it. Takes a reason and a person; each look is in "
                        + "the ledger and one record. With 'view' instead of a reason a look goes on within its time.",
                    Tag
                )
            );
        routes.MapPage(Page, Permission.CaseRead, AskAsync);
        routes.MapForm(Page, Permission.CaseRead, ShowAsync);
    }

    private static async Task<TranscriptFacts> RequireAsync(Tx tx, Guid id)
    {
        await ContentRow.RequireAsync(tx, id);
        return await Transcript.FindAsync(tx, id)
            ?? throw ProblemException.NotFound("There is no transcript of this content.");
    }

    private static async Task<IResult> AskAsync(HttpContext context)
    {
        var (facts, id) = await ActRoutes.ReadAsync(
            context,
            Permission.CaseRead,
            async (tx, http) =>
            {
                var content = await ContentRow.RequireAsync(tx, http.Id());
                return (await Transcript.FindAsync(tx, content.Id), content.Id);
            }
        );
        return Pages.Show<TranscriptPage>(context, Title, new { ContentId = id, Facts = facts });
    }

    /// <summary>Never redirected to: the words stand in this one answer.</summary>
    private static async Task<IResult> ShowAsync(HttpContext context, IFormCollection form)
    {
        _ = int.TryParse(form["part"], NumberStyles.None, CultureInfo.InvariantCulture, out var part);
        var read = await ReadTranscript.RunAsync(context, WordsRequest.Of(form), part);
        return Pages.Show<TranscriptPage>(
            context,
            Title,
            new
            {
                ContentId = context.Id(),
                read.Words,
                read.ViewId,
                Seconds = (int)read.Allowance.TotalSeconds,
                read.Uncovering,
            }
        );
    }
}
