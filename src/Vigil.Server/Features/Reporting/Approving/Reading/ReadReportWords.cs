using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Reading;

/// <param name="Name">Of the file, or "The document".</param>
public sealed record ReportWordsPart(string Name, string Text)
{
    public override string ToString() => Name;
}

/// <param name="ViewId">The look's record, which the ledger names.</param>
internal sealed record ReportWordsAnswer(Guid ReportId, Guid? ViewId, IReadOnlyList<ReportWordsPart> Parts);

/// <summary>
/// POST /v1/reports/{id}/words and its page: files of words as they leave or left, and the document where it quotes
/// people.
/// </summary>
internal static class ReadReportWords
{
    private const string About = "report";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                ReportRoutes.Root + "/{id:guid}/words",
                (Delegate)((HttpContext context, Guid id) => HandleAsync(context))
            )
            .Describe<ReportWordsAnswer>(
                Permission.ReportRead,
                (
                    "readReportWords",
                    "What people wrote that a report sends along. Takes a reason and a person; each look is in "
                        + "the ledger.",
                    ReportRoutes.Tag
                )
            );

    public static Task<WordsRead<IReadOnlyList<ReportWordsPart>>> RunAsync(
        HttpContext context,
        WordsRequest asked
    )
    {
        var id = context.Id();
        return WordsLooks.RunAsync(context, Permission.ReportRead, About, asked, tx => OfAsync(tx, id));
    }

    private static async Task<IResult> HandleAsync(HttpContext context)
    {
        var read = await RunAsync(context, await WordsRequest.ReadAsync(context));
        return Results.Json(new ReportWordsAnswer(context.Id(), read.ViewId, read.Words));
    }

    private static async Task<WordsOf<IReadOnlyList<ReportWordsPart>>> OfAsync(Tx tx, Guid id)
    {
        var report = await ReadReports.RequireAsync(tx, id);
        var draft = await Drafts.ReadAsync(tx, report);
        var parts = new List<ReportWordsPart>();
        if (ReportedWords.OfDocument(draft) > 0)
        {
            var preview = await PreviewReport.RunAsync(tx, id);
            parts.Add(new ReportWordsPart("The document", Encoding.UTF8.GetString(preview.Document)));
        }
        // A draft's files cannot change once it is approved.
        parts.AddRange(
            draft
                .Files.Where(file => file.Text is not null)
                .Select(file => new ReportWordsPart(file.FileName, file.Text!))
        );
        return new WordsOf<IReadOnlyList<ReportWordsPart>>(report.CaseRef, ReportedWords.Of(draft), parts);
    }
}
