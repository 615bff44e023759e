using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>POST /v1/reports/{id}/package.</summary>
internal sealed record PackageRequest
{
    /// <summary>Verified, of the report's destination.</summary>
    public Guid? RecipientId { get; init; }
}

/// <summary>The API of destinations: what there is, where a case goes, and packages.</summary>
internal static class DestinationRoutes
{
    private const string Tag = "Destinations";
    public const string PackageType = "application/octet-stream";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/destinations", (Delegate)ListAsync)
            .Require(Permission.ReportFile)
            .WithName("listDestinations")
            .WithSummary("Where reports can go, by which duty and source, and what blocks it.")
            .WithTags(Tag)
            .Produces<DestinationsAnswer>();
        routes
            .MapGet(
                "/v1/cases/{reference}/destinations",
                async (HttpContext context, string reference) =>
                    Results.Json(await RouteAsync(context, reference))
            )
            .Require(Permission.ReportFile)
            .WithName("routeCase")
            .WithSummary("Where a case is to be reported, in order, each with its reason and source.")
            .WithTags(Tag)
            .Produces<CaseDestinationsAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapPost("/v1/reports/{id:guid}/package", (Delegate)PackageAsync)
            .Require(Permission.ReportFile)
            .WithName("buildPackage")
            .WithSummary(
                "The signed package of an approved report, sealed to a verified key; fingerprints alone. Files are "
                    + "released by two persons on the console."
            )
            .WithTags(Tag)
            .Accepts<PackageRequest>("application/json")
            .Produces(StatusCodes.Status200OK, contentType: PackageType)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ListAsync(HttpContext context) =>
        Results.Json(await ReadAsync(context));

    public static async Task<DestinationsAnswer> ReadAsync(HttpContext context)
    {
        var kernel = context.RequestServices.GetRequiredService<TrustKernel>();
        var book = DutyBook.Current;
        var now = kernel.Time.GetUtcNow();
        var (establishment, signer) = await kernel.Db.ReadAsync(
            context.Actor(),
            Permission.ReportFile,
            async tx => (await EstablishmentAsync(tx), PackageSigner.VerifierOf(tx)),
            context.RequestAborted
        );
        return new DestinationsAnswer(
            establishment,
            signer,
            [.. AllDestinations.All.Select(each => DestinationView.Of(each, book, kernel.Profile, now))],
            book.Errors
        );
    }

    private static async Task<CaseDestinationsAnswer> RouteAsync(HttpContext context, string reference)
    {
        var kernel = context.RequestServices.GetRequiredService<TrustKernel>();
        return await kernel.Db.ReadAsync(
            context.Actor(),
            Permission.ReportFile,
            tx => RouteAsync(tx, reference, kernel.Profile),
            context.RequestAborted
        );
    }

    private static async Task<CaseDestinationsAnswer> RouteAsync(Tx tx, string reference, Profile profile)
    {
        var wanted = reference.ToUpperInvariant();
        var about =
            CaseRef.IsWellFormed(wanted) && await tx.MaySeeCaseAsync(wanted)
                ? await tx.AskAsync<ContentCase, CaseForContent>(new ContentCase(new CaseRef(wanted), null))
                : CaseForContent.None;
        if (!about.IsThere)
        {
            throw ProblemException.NotFound("There is no case of this reference.");
        }
        var answer = await AnswerAsync(tx, new RoutesWanted(about.Jurisdiction, wanted), profile);
        return new CaseDestinationsAnswer(wanted, answer.Routes, answer.Missing);
    }

    public static async Task<RoutingAnswer> AnswerAsync(Tx tx, RoutesWanted wanted, Profile profile)
    {
        var facts = new RoutingFacts(await EstablishmentAsync(tx), wanted.UserJurisdiction, profile);
        if (wanted.CaseRef.Length > 0 && CaseRouting.AsksForAddresses(facts, DutyBook.Current))
        {
            facts = facts with { Addresses = await CaseAddresses.OfAsync(tx, wanted.CaseRef) };
        }
        return CaseRouting.Of(facts, DutyBook.Current, await TransferBases.ListAsync(tx), tx.Now);
    }

    private static async Task<string> EstablishmentAsync(Tx tx) =>
        await TenantSettings.FindAsync(tx, CaseRouting.EstablishmentSetting) ?? "";

    private static async Task<IResult> PackageAsync(HttpContext context, Guid id)
    {
        var body = JsonBody.Parse<PackageRequest>(await JsonBody.ReadBytesAsync(context));
        var recipient =
            body.RecipientId
            ?? throw ProblemException.BadRequest("missing", "'recipientId' says whose key it is sealed to.");
        return await GiveAsync(context, id, recipient, withMedia: false);
    }

    /// <summary>Builds it and gives its bytes out.</summary>
    public static async Task<IResult> GiveAsync(HttpContext context, Guid id, Guid recipient, bool withMedia)
    {
        var build = context.RequestServices.GetRequiredService<BuildPackage>();
        var built = await build.RunAsync(context.Actor(), id, recipient, withMedia, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(built.Sha256)}:";
        return Results.Stream(built.File, PackageType, built.Name);
    }
}
