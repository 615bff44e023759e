using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Tenants;

/// <param name="Profile">Fixed at the first start.</param>
/// <param name="Tenant">The caller's.</param>
/// <param name="SoloMode">A team of one: second persons are replaced by a delay of 24 hours.</param>
/// <param name="SoloModeFrom">When it counts, or will, once it is declared; null: it is not.</param>
/// <param name="Version">Of the program.</param>
internal sealed record InstallationView(
    string Profile,
    string Tenant,
    bool SoloMode,
    DateTimeOffset? SoloModeFrom,
    string Version
);

internal sealed record SoloModeRequest
{
    public bool? On { get; init; }

    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>GET /v1/installation and the declaration of solo mode.</summary>
internal static class InstallationRoutes
{
    public const int ReasonCharacters = 200;

    private static readonly string Version =
        typeof(InstallationRoutes).Assembly.GetName().Version?.ToString(3) ?? "";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/v1/installation",
                async (HttpContext context, TrustKernel kernel) =>
                    Results.Json(
                        await kernel.Db.ReadAsync(
                            context.Actor(),
                            Permission.SettingsRead,
                            tx => ViewAsync(tx, kernel.Profile),
                            context.RequestAborted
                        )
                    )
            )
            .Require(Permission.SettingsRead)
            .WithName("getInstallation")
            .WithSummary("Profile, tenant, solo mode.")
            .WithTags("Installation")
            .Produces<InstallationView>();
        routes
            .MapPut(
                "/v1/installation/solo-mode",
                (Delegate)(
                    async (HttpContext context) =>
                    {
                        var request = await JsonBody.ReadAsync<SoloModeRequest>(context);
                        var isOn =
                            request.On
                            ?? throw ProblemException.BadRequest("missing", "'on' is true or false.");
                        return Results.Json(await DeclareAsync(context, isOn, request.Reason));
                    }
                )
            )
            .Require(Permission.SettingsWrite)
            .WithName("declareSoloMode")
            .WithSummary(
                "Turn solo mode on or off; stands in the ledger and on every page. Counts a day later where another "
                    + "was an admin in the last 30 days."
            )
            .WithTags("Installation")
            .Accepts<SoloModeRequest>("application/json")
            .Produces<InstallationView>();
    }

    public static Task<InstallationView> DeclareAsync(HttpContext context, bool isOn, string? reason)
    {
        var kernel = context.RequestServices.GetRequiredService<TrustKernel>();
        var why = ReasonOf(reason);
        return kernel.Db.ActAsync(
            context.Actor(),
            Permission.SettingsWrite,
            async tx =>
            {
                await SoloMode.DeclareAsync(tx, isOn, why);
                return await ViewAsync(tx, kernel.Profile);
            },
            context.RequestAborted
        );
    }

    /// <summary>By anybody who is signed in, while it does not count yet.</summary>
    public static Task<bool> WithdrawSoloAsync(HttpContext context) =>
        context
            .RequestServices.GetRequiredService<TrustKernel>()
            .Db.ActAsync(
                context.Actor(),
                Permission.OwnAccount,
                async tx =>
                {
                    await SoloMode.WithdrawAsync(tx, "Withdrawn by somebody who is here too.");
                    return true;
                },
                context.RequestAborted
            );

    /// <exception cref="ProblemException">None, or too long.</exception>
    public static string ReasonOf(string? reason) =>
        reason?.Trim() is { Length: > 0 and <= ReasonCharacters } text
            ? text
            : throw ProblemException.BadRequest(
                "missing",
                $"'reason' is required: 1 to {ReasonCharacters} characters. It stands in the ledger."
            );

    private static async Task<InstallationView> ViewAsync(Tx tx, Profile profile)
    {
        var solo = await SoloMode.FindAsync(tx);
        return new(Profiles.NameOf(profile), tx.Tenant.Value, solo?.IsOn == true, solo?.From, Version);
    }
}
