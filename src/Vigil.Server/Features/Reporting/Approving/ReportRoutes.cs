using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Reporting.Approving.Reading;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>The API of reports for who reads them: lists, one whole, its bytes, the clocks, figures.</summary>
internal static class ReportRoutes
{
    public const string Root = "/v1/reports";
    public const string Tag = "Reports";

    /// <summary>SHA-256 of a preview, as an approval names it.</summary>
    private const string DigestHeader = "Vigil-Sha256";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Get(
            routes,
            Root,
            "listReports",
            "Reports, newest first: state, environment, case, destination; before.",
            (context, tx) => ReadReports.ListAsync(tx, ReportFilter.Of(context.Request.Query))
        );
        Get(
            routes,
            Root + "/due",
            "listDueReports",
            "Confirmed cases whose report is due, the oldest first.",
            (_, tx) => ReadReports.DueAsync(tx)
        );
        Get(
            routes,
            Root + "/statistics",
            "readReportStatistics",
            "Figures per detector: days (90), environment (production).",
            StatisticsAsync
        );
        MapOne(routes);
        ReadReportWords.Map(routes);
        MapPreview(routes);
    }

    public static Task<StatisticsAnswer> StatisticsAsync(HttpContext context, Tx tx)
    {
        var query = context.Request.Query;
        var days = ReportStatistics.DaysByDefault;
        if (
            query["days"].ToString() is { Length: > 0 } text
            && !(
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out days)
                && days is > 0 and <= ReportStatistics.MostDays
            )
        )
        {
            throw ProblemException.BadRequest("bad_days", $"'days' is 1 to {ReportStatistics.MostDays}.");
        }
        var environment = query["environment"].ToString() is { Length: > 0 } word
            ? Words.Read<ReportEnvironment>(word, "environment")
            : ReportEnvironment.Production;
        return ReportStatistics.RunAsync(tx, days, environment);
    }

    private static void MapOne(IEndpointRouteBuilder routes) =>
        routes.MapReadOne(
            Root + "/{id:guid}",
            Permission.ReportRead,
            new Operation(
                "readReport",
                "One report; of a draft also what is missing and what stands in its way.",
                Tag
            ),
            ReadReports.OneAsync
        );

    private static void MapPreview(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                Root + "/{id:guid}/preview",
                async (HttpContext context, Guid id) =>
                {
                    var preview = await WordsLooks.WithinAsync(
                        context,
                        Permission.ReportRead,
                        "report",
                        "report: its exact bytes",
                        tx => PreviewReport.WithWordsAsync(tx, id)
                    );
                    var headers = context.Response.Headers;
                    headers.CacheControl = "no-store";
                    headers.ContentDisposition = "attachment";
                    headers[DigestHeader] = preview.Sha256;
                    headers["Content-Digest"] =
                        $"sha-256=:{Convert.ToBase64String(SHA256.HashData(preview.Document))}:";
                    return Results.Bytes(preview.Document, preview.MediaType);
                }
            )
            .Require(Permission.ReportRead)
            .WithName("previewReport")
            .WithSummary(
                "The very bytes that leave, or left; SHA-256 in Vigil-Sha256. On record where they quote people."
            )
            .WithTags(Tag)
            .ProducesProblem(StatusCodes.Status404NotFound);

    private static RouteHandlerBuilder Get<T>(
        IEndpointRouteBuilder routes,
        string path,
        string name,
        string summary,
        Func<HttpContext, Tx, Task<T>> read
    ) =>
        routes
            .MapGet(
                path,
                (Delegate)(
                    async (HttpContext context, Db db) =>
                        Results.Json(
                            await db.ReadAsync(
                                context.Actor(),
                                Permission.ReportRead,
                                tx => read(context, tx),
                                context.RequestAborted
                            )
                        )
                )
            )
            .Require(Permission.ReportRead)
            .WithName(name)
            .WithSummary(summary)
            .WithTags(Tag)
            .Produces<T>();
}
