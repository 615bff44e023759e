using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>PUT /v1/destinations/{code}/targets/{environment}.</summary>
internal sealed record CallTargetRequest
{
    /// <summary>Of the service, as https://host/api.</summary>
    public string? Address { get; init; }
    public string? UserName { get; init; }
    public string? Password { get; init; }

    /// <summary>
    /// PEM with certificate and key, or a PKCS#12 file in base64. Left out: the one that is there stays; empty: none.
    /// </summary>
    public string? ClientCertificate { get; init; }

    /// <summary>Of its key or file; left out: none.</summary>
    public string? ClientCertificatePassword { get; init; }

    public override string ToString() => nameof(CallTargetRequest);
}

/// <param name="Sha256">Of the certificate.</param>
/// <param name="Standing">good, ends_soon (within 30 days) or ended.</param>
internal sealed record CertificateView(string Subject, string Sha256, DateTimeOffset EndsAt, string Standing);

/// <param name="Environment">test or production.</param>
/// <param name="Obstacle">Why nothing goes there now; null: it can.</param>
/// <param name="ClientCertificate">Never its key; null: none is used.</param>
internal sealed record CallTargetView(
    string Destination,
    string Environment,
    string Address,
    string? Obstacle,
    CertificateView? ClientCertificate,
    DateTimeOffset SetAt,
    string SetBy
);

internal sealed record CallTargetsAnswer(IReadOnlyList<CallTargetView> Targets);

/// <summary>The API of where destinations are called.</summary>
internal static class CallTargetRoutes
{
    private const string Tag = "Destinations";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/destinations/targets", (Delegate)ListAsync)
            .Require(Permission.SettingsRead)
            .WithName("listCallTargets")
            .WithSummary(
                "Where destinations are called, with which certificate; never its key nor a password."
            )
            .WithTags(Tag)
            .Produces<CallTargetsAnswer>();
        routes
            .MapPut("/v1/destinations/{code}/targets/{environment}", (Delegate)PutAsync)
            .Require(Permission.SettingsWrite)
            .WithName("setCallTarget")
            .WithSummary(
                "Address, credentials and client certificate of a destination that is called, for one environment."
            )
            .WithTags(Tag)
            .Accepts<CallTargetRequest>("application/json")
            .Produces<CallTargetsAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(HttpContext context) =>
        Results.Json(await ReadAsync(context));

    private static async Task<IResult> PutAsync(HttpContext context, string code, string environment)
    {
        await SetAsync(context, code, environment, await JsonBody.ReadAsync<CallTargetRequest>(context));
        return Results.Json(await ReadAsync(context));
    }

    public static async Task SetAsync(
        HttpContext context,
        string code,
        string environment,
        CallTargetRequest wanted
    )
    {
        var outbound = context.RequestServices.GetRequiredService<Outbound>();
        if (
            !Enum.TryParse<ReportEnvironment>(environment, ignoreCase: true, out var of)
            || !Enum.IsDefined(of)
        )
        {
            throw ProblemException.NotFound("An environment is test or production.");
        }
        await ActRoutes.ActAsync(
            context,
            Permission.SettingsWrite,
            tx => CallTargets.SetAsync(tx, outbound, code, of, wanted)
        );
    }

    public static Task<CallTargetsAnswer> ReadAsync(HttpContext context)
    {
        var outbound = context.RequestServices.GetRequiredService<Outbound>();
        return ActRoutes.ReadAsync(
            context,
            Permission.SettingsRead,
            async (tx, _) =>
                new CallTargetsAnswer([
                    .. (await CallTargets.ListAsync(tx)).Select(row => ViewOf(row, outbound, tx.Now)),
                ])
        );
    }

    private static CallTargetView ViewOf(CallTargetRow row, Outbound outbound, DateTimeOffset now) =>
        new(
            row.Destination,
            Words.Of(row.Environment),
            row.Address,
            CallTargets.ObstacleOf(outbound, new Uri(row.Address), row.CertificateEndsAt, now),
            row is { CertificateSubject: { } subject, CertificateEndsAt: { } ends }
                ? new CertificateView(
                    subject,
                    row.CertificateSha256 ?? "",
                    ends,
                    Words.Of(CertificateWatch.StandingOf(ends, now))
                )
                : null,
            row.SetAt,
            row.SetBy
        );
}
