using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.CyberTip;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Environments;

/// <summary>PUT /v1/reporting/environments/{environment}.</summary>
internal sealed record EnvironmentRequest
{
    /// <summary>Left out: NCMEC's own of this environment.</summary>
    public string? Address { get; init; }
    public string? UserName { get; init; }
    public string? Password { get; init; }

    public override string ToString() => nameof(EnvironmentRequest);
}

/// <summary>POST /v1/reporting/environments/steps/{step}.</summary>
internal sealed record StepRequest
{
    /// <summary>How you know; stands in the ledger.</summary>
    public string? Note { get; init; }
}

/// <param name="Environment">test or production.</param>
/// <param name="Address">Null: not set.</param>
/// <param name="Check">What the last check came to; empty: none.</param>
/// <param name="Obstacle">Why nothing of it can be filed now; null: it can.</param>
/// <param name="Waiting">Reports of it that are not over.</param>
internal sealed record EnvironmentView(
    string Environment,
    string? Address,
    DateTimeOffset? CredentialsSetAt,
    string? CredentialsSetBy,
    DateTimeOffset? CheckedAt,
    string Check,
    DateTimeOffset? SchemaAt,
    string? Obstacle,
    long Waiting
);

internal sealed record StepView(string Step, bool Done, string Note, DateTimeOffset? At, string? By);

/// <param name="Steps">To the first real report, in order.</param>
/// <param name="BehindFence">Reports that wait for two people after a restore: nothing is filed meanwhile.</param>
/// <param name="Journals">One of each server on this database.</param>
internal sealed record EnvironmentsView(
    IReadOnlyList<EnvironmentView> Environments,
    IReadOnlyList<StepView> Steps,
    bool ProductionOpen,
    bool Live,
    long BehindFence,
    IReadOnlyList<JournalView> Journals
)
{
    public static async Task<EnvironmentsView> ReadAsync(Tx tx, Outbound outbound)
    {
        var environments = new List<EnvironmentView>();
        IReadOnlyList<GoLiveState> steps = [];
        foreach (var environment in Enum.GetValues<ReportEnvironment>())
        {
            var standing = await EnvironmentStanding.ReadAsync(tx, outbound, environment);
            environments.Add(await OfAsync(tx, standing));
            steps = standing.Steps.Count > 0 ? standing.Steps : steps;
        }
        return new(
            environments,
            [
                .. steps.Select(step => new StepView(
                    Words.Of(step.Step),
                    step.IsDone,
                    step.Note,
                    step.At,
                    step.By
                )),
            ],
            GoLive.IsReady(steps),
            GoLive.IsLive(steps),
            await FenceRow.CountAsync(tx),
            await RetireJournal.ReadAsync(tx)
        );
    }

    private static async Task<EnvironmentView> OfAsync(Tx tx, EnvironmentStanding standing)
    {
        var (found, environment) = (standing.Found, standing.Environment);
        var waiting = await tx.FindAsync<long>(
            """
            select count(*) from filing
            where tenant = @tenant and environment = @environment and (next_at is not null or waits_for <> '')
            """,
            new { environment = environment.ToString() }
        );
        return new(
            Words.Of(environment),
            found?.Address,
            found?.SetAt,
            found?.SetBy,
            found?.CheckedAt,
            found is { Outcome.Length: > 0 } ? Words.Of(found.Outcome) : "",
            found?.SchemaAt,
            standing.Obstacle,
            waiting
        );
    }
}

/// <param name="Check">done, credentials, operator, lost and so on.</param>
internal sealed record CheckAnswer(string Check);

/// <param name="Additions2026">Whether the schema has the additions of 2026.</param>
internal sealed record SchemaAnswer(bool Additions2026);

/// <summary>The environments that reports are filed to, and the steps to the first real report.</summary>
internal static class EnvironmentRoutes
{
    private const string Root = "/v1/reporting/environments";
    private const string Tag = "Reporting";
    private const Permission Manage = Permission.SettingsWrite;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                Root,
                async (HttpContext context, Db db, Outbound outbound) =>
                    Results.Json(await ReadAsync(context, db, outbound))
            )
            .Require(Permission.SettingsRead)
            .WithName("showReportingEnvironments")
            .WithSummary(
                "Where reports are filed, whether they can be now, and the steps to the first real report."
            )
            .WithTags(Tag)
            .Produces<EnvironmentsView>();
        routes
            .MapPut(Root + "/{environment}", (Delegate)SetAsync)
            .Require(Manage)
            .WithName("setReportingEnvironment")
            .WithSummary(
                "Set address and credentials of an environment; they are never shown again, and are checked anew."
            )
            .WithTags(Tag)
            .Accepts<EnvironmentRequest>("application/json")
            .Produces<EnvironmentsView>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapPost(Root + "/{environment}/check", (Delegate)CheckAsync)
            .Require(Manage)
            .WithName("checkReportingEnvironment")
            .WithSummary("Ask the service whether it takes the credentials; what waited for that goes on.")
            .WithTags(Tag)
            .Produces<CheckAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        routes
            .MapPost(Root + "/{environment}/schema", (Delegate)FetchAsync)
            .Require(Manage)
            .WithName("fetchReportingSchema")
            .WithSummary("Fetch the service's own schema with the credentials, and keep it sealed.")
            .WithTags(Tag)
            .Produces<SchemaAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        routes
            .MapPost(Root + "/steps/{step}", (Delegate)NoteAsync)
            .Require(Manage)
            .WithName("noteReportingStep")
            .WithSummary("Note a step that only a person can know: registration or contacts.")
            .WithTags(Tag)
            .Accepts<StepRequest>("application/json")
            .Produces<EnvironmentsView>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
    }

    public static Task<EnvironmentsView> ReadAsync(HttpContext context, Db db, Outbound outbound) =>
        db.ReadAsync(
            context.Actor(),
            Permission.SettingsRead,
            tx => EnvironmentsView.ReadAsync(tx, outbound),
            context.RequestAborted
        );

    /// <exception cref="ProblemException">There is none of this name.</exception>
    public static ReportEnvironment EnvironmentOf(string name) =>
        Enum.GetValues<ReportEnvironment>()
            .Cast<ReportEnvironment?>()
            .FirstOrDefault(known => Words.Of(known!) == name)
        ?? throw ProblemException.NotFound("An environment is 'test' or 'production'.");

    private static async Task<IResult> SetAsync(HttpContext context, string environment, Outbound outbound)
    {
        var body = await JsonBody.ReadBytesAsync(context);
        var request = JsonBody.Parse<EnvironmentRequest>(body);
        return await Idempotent.ActAsync(
            context,
            Manage,
            "environment",
            body,
            StatusCodes.Status200OK,
            async tx =>
            {
                await FilingEnvironment.SetAsync(
                    tx,
                    EnvironmentOf(environment),
                    request.Address,
                    request.UserName,
                    request.Password
                );
                return await EnvironmentsView.ReadAsync(tx, outbound);
            }
        );
    }

    private static async Task<IResult> CheckAsync(
        HttpContext context,
        string environment,
        CallEnvironment call
    ) =>
        Results.Json(
            new CheckAnswer(
                Words.Of(
                    await call.CheckAsync(context.Actor(), EnvironmentOf(environment), context.RequestAborted)
                )
            )
        );

    private static async Task<IResult> FetchAsync(
        HttpContext context,
        string environment,
        CallEnvironment call
    )
    {
        var version = await call.FetchSchemaAsync(
            context.Actor(),
            EnvironmentOf(environment),
            context.RequestAborted
        );
        return Results.Json(new SchemaAnswer(version == SchemaVersion.V2026));
    }

    private static async Task<IResult> NoteAsync(HttpContext context, string step, Outbound outbound)
    {
        var body = await JsonBody.ReadBytesAsync(context);
        var request = JsonBody.Parse<StepRequest>(body);
        return await Idempotent.ActAsync(
            context,
            Manage,
            "step",
            body,
            StatusCodes.Status200OK,
            async tx =>
            {
                await GoLive.NoteAsync(tx, Words.Read<GoLiveStep>(step, "step"), request.Note);
                return await EnvironmentsView.ReadAsync(tx, outbound);
            }
        );
    }
}
