using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Numbers;
using Vigil.Server.Features.Scan.Pending;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>The scan API's services and addresses.</summary>
internal static class IntakeRoutes
{
    private const string Decisions =
        "Decision: none (no known match; it says nothing more), review, block, not_scanned (it could not or may not be "
        + "looked up: code says why, action what your onFailure asks for), or pending. "
        + "Every answer has the same length.";

    public static void AddIntake(this IServiceCollection services)
    {
        services.TryAddSingleton<Decider>();
        services.AddSingleton(provider => provider.GetRequiredService<TrustKernel>().Jurisdictions);
        services.AddSingleton(provider => provider.GetRequiredService<ServerOptions>().Scan);
        services.AddSingleton<BytesInFlight>().AddSingleton<KeyLimits>().AddSingleton<AccountLimits>();
        services.AddSingleton<ScanNumbers>().AddSingleton<PendingScans>().AddSingleton<RunScan>();
        services.AddSingleton<Admission>().AddSingleton<SubmitScan>().AddSingleton<SubmitBatch>();
        services
            .AddSingleton<MediaDesk>()
            .AddSingleton<SealAtMatch>()
            .AddSingleton<WriteNumbers>()
            .AddSingleton<KeepPendingScans>();
        // They end in the opposite order: the files first, then what is written of them.
        services.AddHostedService(provider => provider.GetRequiredService<WriteNumbers>());
        services.AddHostedService(provider => provider.GetRequiredService<KeepPendingScans>());
        services.AddHostedService(provider => provider.GetRequiredService<MediaDesk>());
    }

    public static void MapIntake(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/v1/scan", (HttpContext context, SubmitScan scan) => scan.HandleAsync(context))
            .Require(Permission.ScanSubmit)
            .WithName("Scan")
            .WithSummary("Is this content known?")
            .WithDescription(
                "Bytes (image/*, video/*, application/octet-stream; surface, jurisdiction, onFailure and wait "
                    + "in the query, account and contentRef as headers Vigil-Account and Vigil-Content-Ref), "
                    + "multipart/form-data (the file last), or JSON with hashes or a url. surface is required. "
                    + Decisions
            )
            .WithTags("Scan")
            .AddOpenApiOperationTransformer(ScanDescription.OfScanAsync)
            .Produces<ScanAnswer>()
            .Produces<ScanAnswer>(StatusCodes.Status202Accepted)
            .ScanProblems();
        routes
            .MapPost("/v1/scan/batch", (HttpContext context, SubmitBatch batch) => batch.HandleAsync(context))
            .Require(Permission.ScanSubmit)
            .WithName("ScanBatch")
            .WithSummary("Up to 1,000 hashes or addresses, or 100 files; an answer each, in order")
            .WithDescription(
                "JSON items carry an id of your own; in multipart the name of a file's part is its id. "
                    + "An item that is wrong is answered not_scanned with a code and costs no other. "
                    + Decisions
            )
            .WithTags("Scan")
            .AddOpenApiOperationTransformer(ScanDescription.OfBatchAsync)
            .Produces<BatchAnswer>()
            .ScanProblems();
        routes
            .MapGet("/v1/scan/{scanId:guid}", FindAsync)
            .Require(Permission.ScanSubmit)
            .WithName("FindScan")
            .WithSummary("The answer of a scan that was pending, for a day")
            .WithDescription(Decisions)
            .WithTags("Scan")
            .Produces<ScanAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> FindAsync(HttpContext context, Guid scanId, Db db)
    {
        var answer = await db.ReadAsync(
            context.Actor(),
            Permission.ScanSubmit,
            tx => PendingScans.FindAsync(tx, scanId),
            context.RequestAborted
        );
        return answer is null
            ? throw ProblemException.NotFound(
                "No pending scan of this id: it was answered at once, is more than a day old, or another's."
            )
            : new PaddedAnswer(answer);
    }

    private static void ScanProblems(this RouteHandlerBuilder endpoint)
    {
        foreach (var status in (int[])[400, 401, 403, 408, 413, 415, 422, 429, 503])
        {
            endpoint.ProducesProblem(status);
        }
    }
}
