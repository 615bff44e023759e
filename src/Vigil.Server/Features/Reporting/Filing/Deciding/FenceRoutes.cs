using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Deciding;

/// <summary>POST /v1/reporting/fence/{id}.</summary>
internal sealed record FenceRequest
{
    /// <summary>go_on, is_filed or withdraw.</summary>
    public string? Decision { get; init; }

    /// <summary>The recipient's number, where it is filed and the journal does not know it.</summary>
    public string? RemoteId { get; init; }

    /// <summary>What the recipient said, who and when; kept sealed.</summary>
    public string? Word { get; init; }

    public FenceAsk ToAsk() =>
        new(
            Words.Read<FenceDecision>(Decision, "decision"),
            string.IsNullOrWhiteSpace(RemoteId) ? null : RemoteId,
            Word ?? ""
        );
}

/// <summary>POST /v1/reporting/fence/{id}/withdraw, /v1/reporting/clock.</summary>
internal sealed record FenceReason
{
    public string? Reason { get; init; }
}

/// <param name="ReportId">All zeros: the journal as a whole.</param>
/// <param name="Why">ahead or lost.</param>
/// <param name="Phase">
/// The last that the journal knows, of a package given, handed_over, filed or withdrawn; null: it is lost.
/// </param>
/// <param name="At">When that was; null: it is lost.</param>
/// <param name="IsInDatabase">False: the report itself was lost with the restore.</param>
/// <param name="Destination">Its code; null: neither the database nor the journal says.</param>
/// <param name="Environment">test or production; null: neither of them says.</param>
/// <param name="Advice">Of a package: what to ask, and whom; otherwise null.</param>
/// <param name="PackageSha256">Of the newest package's file, where the journal knows it.</param>
/// <param name="AskedRemoteId">The recipient's number, as the first person gave it.</param>
/// <param name="Word">What the recipient said, in the first person's words.</param>
/// <param name="Read">Given back with the confirmation.</param>
internal sealed record FenceView(
    Guid ReportId,
    string Why,
    string? CaseRef,
    string? Phase,
    DateTimeOffset? At,
    string? RemoteId,
    IReadOnlyList<string> RequestIds,
    bool IsInDatabase,
    string? Destination,
    string? Environment,
    string? Advice,
    string? PackageSha256,
    DateTimeOffset OpenedAt,
    string? Asked,
    string? AskedBy,
    string? AskedRemoteId,
    string? Word,
    string? Read
);

/// <param name="Clock">trusted, jumped, skewed, settling: filing goes by none but the first.</param>
internal sealed record FenceAnswer(IReadOnlyList<FenceView> Waiting, string Clock);

/// <summary>What stands behind the fence after a restore, a clock in doubt, and who decides.</summary>
internal static class FenceRoutes
{
    private const string Root = "/v1/reporting/fence";
    private const string Tag = "Reporting";
    private const Permission File = Permission.ReportFile;
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(Root, async (HttpContext context, Db db) => Results.Json(await ReadAsync(context, db)))
            .Require(File)
            .WithName("showFence")
            .WithSummary(
                "Reports about which the filing journal knows more than the database: nothing is filed, and no "
                    + "package given out, until all are decided."
            )
            .WithTags(Tag)
            .Produces<FenceAnswer>();
        routes.MapAct<FenceReason, FenceAnswer>(
            "/v1/reporting/clock",
            File,
            new(
                "confirmFilingClock",
                "A person says that the clock, which is in doubt, is right: filing goes on, destruction does not.",
                Tag
            ),
            async (tx, _, request) =>
            {
                await FilingClock.ConfirmAsync(tx, request.Reason ?? "");
                return await ReadAsync(tx);
            }
        );
        Act<FenceRequest>(
            routes,
            Root + "/{id:guid}",
            "askFence",
            "First person: after asking the recipient, say what is so: go_on, is_filed or withdraw.",
            (tx, id, request) => FenceDeciding.AskAsync(tx, id, request.ToAsk())
        );
        Act<ConfirmRequest>(
            routes,
            Root + "/{id:guid}/approve",
            "approveFence",
            "Second person: it is so.",
            (tx, id, request) => FenceDeciding.ConfirmAsync(tx, id, request.Read)
        );
        Act<FenceReason>(
            routes,
            Root + "/{id:guid}/withdraw",
            "withdrawFence",
            "Call off what was asked for.",
            (tx, id, request) => FenceDeciding.WithdrawAsync(tx, id, request.Reason ?? "")
        );
    }

    public static Task<FenceAnswer> ReadAsync(HttpContext context, Db db) =>
        db.ReadAsync(context.Actor(), File, ReadAsync, context.RequestAborted);

    private static async Task<FenceAnswer> ReadAsync(Tx tx)
    {
        var views = new List<FenceView>();
        foreach (var row in await FenceRow.WaitingAsync(tx, Most))
        {
            var line = row.LineOf(tx);
            var report = await ReportRow.FindAsync(tx, row.ReportId);
            var reference = report?.CaseRef ?? line?.Case;
            if (reference is not null && !await tx.MaySeeCaseAsync(reference))
            {
                continue;
            }
            var asked = await SecondPerson.FindAsync(tx, FenceDeciding.Action, row.ReportId.ToString());
            var ask = asked is null ? null : row.AskOf(tx);
            views.Add(
                new(
                    row.ReportId,
                    Words.Of(row.Why),
                    reference,
                    line?.Package is { } note ? Words.Of(note.Step)
                        : line is null ? null
                        : Words.Of(line.Phase),
                    line?.At,
                    report?.RemoteId ?? (line?.Number is { Length: > 0 } number ? number : null),
                    line?.RequestIds ?? [],
                    report is not null,
                    report?.Destination ?? line?.To,
                    (report?.Environment ?? line?.Environment) is { } where ? Words.Of(where) : null,
                    line?.Package?.AdviceOn(row.ReportId),
                    line?.Package?.Sha256,
                    row.OpenedAt,
                    asked is null ? null : Words.Of(asked.Reason),
                    asked?.RequestedBy,
                    ask?.RemoteId,
                    ask?.Word,
                    asked?.Read
                )
            );
        }
        return new(views, Words.Of(await FilingClock.ReadAsync(tx)));
    }

    private static void Act<T>(
        IEndpointRouteBuilder routes,
        string path,
        string name,
        string summary,
        Func<Tx, Guid, T, Task> act
    )
        where T : notnull =>
        routes
            .MapPost(
                path,
                (Delegate)(
                    async (HttpContext context, Guid id) =>
                    {
                        var body = await JsonBody.ReadBytesAsync(context);
                        var request = JsonBody.Parse<T>(body);
                        return await Idempotent.ActAsync(
                            context,
                            File,
                            "fence",
                            body,
                            StatusCodes.Status200OK,
                            async tx =>
                            {
                                await act(tx, id, request);
                                return await ReadAsync(tx);
                            }
                        );
                    }
                )
            )
            .Require(File)
            .WithName(name)
            .WithSummary(summary)
            .WithTags(Tag)
            .Accepts<T>("application/json")
            .Produces<FenceAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
}
