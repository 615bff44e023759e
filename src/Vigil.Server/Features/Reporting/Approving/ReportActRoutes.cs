using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>POST /v1/reports/due/{reference}/no-duty.</summary>
internal sealed record NoDutyRequest
{
    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>A body without members.</summary>
internal sealed record EmptyRequest;

internal sealed record NoDutyAnswer(string CaseRef);

/// <summary>POST /v1/reports/due/{reference}/untold-hosts.</summary>
internal sealed record UntoldHostRequest
{
    /// <summary>One that is owed a report, or a URL on it.</summary>
    public string? Host { get; init; }

    /// <summary>Stands in the ledger; not the host.</summary>
    public string? Reason { get; init; }
}

/// <param name="Missing">Hosts that the clock still waits for.</param>
internal sealed record UntoldHostAnswer(string CaseRef, int Missing);

/// <summary>
/// What programs may do with reports: stop them, and say what became of a package. They approve none: that is a named
/// person's, in the console.
/// </summary>
internal static class ReportActRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Post<EmptyRequest>(
            routes,
            "undo",
            "undoReportApproval",
            "Take an approval back before anything leaves.",
            (tx, id, _) => UndoApproval.RunAsync(tx, id)
        );
        Post<WithdrawalRequest>(
            routes,
            "withdrawal",
            "withdrawReport",
            "Take a report back where that is safe, with a reason.",
            WithdrawReport.RunAsync
        );
        Post<EmptyRequest>(
            routes,
            "handover",
            "handOverReport",
            "Say that a package was given to its recipient.",
            (tx, id, _) => HandOver.RunAsync(tx, id)
        );
        Post<ReceiptRequest>(
            routes,
            "receipt",
            "enterReportReceipt",
            "The recipient's receipt, byte for byte: a package is filed by it; one that was lost is attached.",
            EnterReceipt.RunAsync
        );
        MapNoDuty(routes);
        MapUntoldHost(routes);
    }

    private static void MapUntoldHost(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                ReportRoutes.Root + "/due/{reference}/untold-hosts",
                (Delegate)(
                    async (HttpContext context, string reference) =>
                    {
                        var body = await JsonBody.ReadBytesAsync(context);
                        var request = JsonBody.Parse<UntoldHostRequest>(body);
                        return await Idempotent.ActAsync(
                            context,
                            Permission.ReportFile,
                            "untold_host",
                            body,
                            StatusCodes.Status200OK,
                            async tx => new UntoldHostAnswer(
                                reference,
                                await UntoldHost.SayAsync(tx, reference, request.Host, request.Reason)
                            )
                        );
                    }
                )
            )
            .Require(Permission.ReportFile)
            .WithName("sayHostNotReported")
            .WithSummary("Say why a host of a case is in no report, where each host is owed one.")
            .WithTags(ReportRoutes.Tag)
            .Accepts<UntoldHostRequest>("application/json")
            .Produces<UntoldHostAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);

    private static void MapNoDuty(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                ReportRoutes.Root + "/due/{reference}/no-duty",
                (Delegate)(
                    async (HttpContext context, string reference) =>
                    {
                        var body = await JsonBody.ReadBytesAsync(context);
                        var request = JsonBody.Parse<NoDutyRequest>(body);
                        return await Idempotent.ActAsync(
                            context,
                            Permission.ReportFile,
                            "report_due",
                            body,
                            StatusCodes.Status200OK,
                            async tx =>
                            {
                                await DueClock.CloseAsync(tx, reference, request.Reason);
                                return new NoDutyAnswer(reference);
                            }
                        );
                    }
                )
            )
            .Require(Permission.ReportFile)
            .WithName("closeDueReport")
            .WithSummary("Say that no duty asks for a report of a case, with a reason.")
            .WithTags(ReportRoutes.Tag)
            .Accepts<NoDutyRequest>("application/json")
            .Produces<NoDutyAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);

    private static void Post<TRequest>(
        IEndpointRouteBuilder routes,
        string act,
        string name,
        string summary,
        Func<Tx, Guid, TRequest, Task<ApprovalAnswer>> run
    )
        where TRequest : notnull =>
        routes
            .MapPost(
                ReportRoutes.Root + "/{id:guid}/" + act,
                (Delegate)(
                    async (HttpContext context, Guid id) =>
                    {
                        var body = await JsonBody.ReadBytesAsync(
                            context,
                            2 * ReportDocuments.MaxReceiptBytes
                        );
                        var request = JsonBody.Parse<TRequest>(body);
                        await PackageLines.ReadyForAsync(context, id, act);
                        return await Idempotent.ActAsync(
                            context,
                            Permission.ReportFile,
                            "report",
                            body,
                            StatusCodes.Status200OK,
                            tx => run(tx, id, request)
                        );
                    }
                )
            )
            .Require(Permission.ReportFile)
            .WithName(name)
            .WithSummary(summary)
            .WithTags(ReportRoutes.Tag)
            .Accepts<TRequest>("application/json")
            .Produces<ApprovalAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
}
