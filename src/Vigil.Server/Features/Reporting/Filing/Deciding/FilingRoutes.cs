using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Reporting.Filing.Reading;
using Vigil.Server.Features.Reporting.Filing.Showing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Deciding;

/// <summary>POST /v1/reports/{id}/filing.</summary>
internal sealed record FilingRequest
{
    /// <summary>resume, file_again, is_filed or withdraw.</summary>
    public string? Choice { get; init; }

    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }

    /// <summary>What the recipient said, who and when; where it was unknown whether the report is filed.</summary>
    public string? Word { get; init; }

    /// <summary>The recipient's number of a report that is filed.</summary>
    public string? RemoteId { get; init; }

    public FilingAsk ToAsk() => new(Words.Read<FilingChoice>(Choice, "choice"), Reason ?? "", Word, RemoteId);
}

/// <param name="Recipient">Whom to ask about it, in words.</param>
/// <param name="Phase">Of the filing machine.</param>
/// <param name="WaitsFor">Why a person must act; empty: nobody must.</param>
internal sealed record FilingView(
    Guid ReportId,
    string Destination,
    string Recipient,
    string Environment,
    string Phase,
    int Attempt,
    string? RemoteId,
    string WaitsFor,
    DateTimeOffset? NextAt,
    int? LastCode,
    IReadOnlyList<string> RequestIds,
    IReadOnlyList<string> Alarms,
    IReadOnlyList<ExchangeView> Calls
);

/// <summary>Where a filing stands, and what a person decides about it.</summary>
internal static class FilingRoutes
{
    private const string Path = "/v1/reports/{id:guid}/filing";
    private const string Page = "/console/reports/{id:guid}/filing";
    private const Permission File = Permission.ReportFile;

    public static void Map(IEndpointRouteBuilder routes)
    {
        Notices.Add("filing_decided", "Decided. What is to be sent goes on by itself.");
        routes
            .MapGet(
                Path,
                async (HttpContext context, Guid id, Db db) => Results.Json(await ReadAsync(context, db, id))
            )
            .Require(File)
            .WithName("showFiling")
            .WithSummary(
                "Where the filing of a report stands: phase, attempt, Request-IDs, each call and its code."
            )
            .WithTags("Reports")
            .Produces<FilingView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapPost(Path, (Delegate)DecideAsync)
            .Require(File)
            .WithName("decideFiling")
            .WithSummary("Decide about a filing that waits: resume, file_again, is_filed or withdraw.")
            .WithTags("Reports")
            .Accepts<FilingRequest>("application/json")
            .Produces<FilingView>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        routes.MapPage(Page, File, ShowAsync);
        routes.MapForm(Page, File, DecideByFormAsync);
    }

    private static async Task<IResult> DecideAsync(HttpContext context, Guid id)
    {
        var body = await JsonBody.ReadBytesAsync(context);
        var request = JsonBody.Parse<FilingRequest>(body);
        return await Idempotent.ActAsync(
            context,
            File,
            "filing",
            body,
            StatusCodes.Status200OK,
            async tx =>
            {
                await Filings.DecideAsync(tx, id, request.ToAsk());
                return await ViewAsync(tx, id);
            }
        );
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var id = context.Id();
        var db = context.RequestServices.GetRequiredService<Db>();
        return Pages.Show<FilingPage>(
            context,
            "How a report is filed",
            new { View = await ReadAsync(context, db, id) }
        );
    }

    private static async Task<IResult> DecideByFormAsync(HttpContext context, IFormCollection form)
    {
        var id = context.Id();
        var request = new FilingRequest
        {
            Choice = form["choice"],
            Reason = form["reason"],
            Word = form["word"],
            RemoteId = form["remoteId"],
        };
        await ActRoutes.ActAsync(context, File, tx => Filings.DecideAsync(tx, id, request.ToAsk()));
        return Pages.Go($"/console/reports/{id}/filing", "filing_decided");
    }

    private static Task<FilingView> ReadAsync(HttpContext context, Db db, Guid id) =>
        db.ReadAsync(
            context.Actor(),
            File,
            async tx =>
            {
                await Filings.RequireAsync(tx, id);
                return await ViewAsync(tx, id);
            },
            context.RequestAborted
        );

    /// <exception cref="ProblemException">It is not being filed.</exception>
    private static async Task<FilingView> ViewAsync(Tx tx, Guid id)
    {
        var row =
            await tx.FindAsync<OverviewRow>(
                """
                select environment, phase, attempt, remote_id, request_ids, next_at, alarms, last_code, waits_for
                from filing_overview where tenant = @tenant and report_id = @id
                """,
                new { id }
            ) ?? throw ProblemException.NotFound("This report is not being filed.");
        var report = (await ReportRow.FindAsync(tx, id))!;
        return new(
            id,
            report.Destination,
            AllDestinations.Find(report.Destination)?.Recipient ?? report.Destination,
            Words.Of(row.Environment),
            Words.Of(row.Phase),
            row.Attempt,
            row.RemoteId,
            row.WaitsFor,
            row.NextAt,
            row.LastCode,
            row.RequestIds.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            [.. row.Alarms.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Words.Of)],
            await ReadCalls.ListAsync(tx, report)
        );
    }

    private sealed class OverviewRow
    {
        public string Environment { get; init; } = "";
        public string Phase { get; init; } = "";
        public int Attempt { get; init; }
        public string? RemoteId { get; init; }
        public string RequestIds { get; init; } = "";
        public DateTimeOffset? NextAt { get; init; }
        public string Alarms { get; init; } = "";
        public int? LastCode { get; init; }
        public string WaitsFor { get; init; } = "";
    }
}
