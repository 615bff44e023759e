using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Operations;

/// <summary>What load balancers and people ask before they send work. Answered from memory, always at once.</summary>
internal static class Health
{
    private const string Tag = "Health";

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/health/live", () => Results.Json(new LiveAnswer("alive")))
            .AllowAnyone("a load balancer has no account")
            .WithName("live")
            .WithSummary("Answers while the process runs: restart it when it does not.")
            .WithTags(Tag)
            .Produces<LiveAnswer>();
        routes
            .MapGet("/health/ready", Ready)
            .AllowAnyone("a load balancer has no account")
            .WithName("ready")
            .WithSummary("200: send work here. 503: send none; each part says why, and what to do.")
            .WithTags(Tag)
            .Produces<ReadyAnswer>()
            .Produces<ReadyAnswer>(StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Ready(HttpContext context, TrustKernel kernel, Draining draining)
    {
        context.Response.Headers.CacheControl = "no-store";
        var answer = Look(kernel.Readiness, draining);
        return Results.Json(
            answer,
            statusCode: answer.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
        );
    }

    public static ReadyAnswer Look(ReadinessChecks checks, Draining draining)
    {
        var parts = checks.Look().Select(part => PartAnswer.Of(part.Name, part.State)).ToList();
        if (draining.Reason is { } reason)
        {
            parts.Insert(
                0,
                PartAnswer.Of("process", ReadinessState.Broken(reason, "Send work to another server."))
            );
        }
        return new ReadyAnswer(parts.TrueForAll(part => part.State != PartAnswer.Broken), parts);
    }

    internal sealed record LiveAnswer(string Status);

    /// <param name="IsReady">Serialised as "isReady": every part can work.</param>
    internal sealed record ReadyAnswer(bool IsReady, IReadOnlyList<PartAnswer> Parts)
    {
        public string Status => IsReady ? "ready" : "not_ready";
    }

    /// <param name="State">ready, warning or broken.</param>
    /// <param name="Advice">Null: there is nothing to do.</param>
    /// <param name="AgeSeconds">How old this knowledge is.</param>
    internal sealed record PartAnswer(
        string Name,
        string State,
        string Text,
        string? Advice,
        double AgeSeconds
    )
    {
        public const string Broken = "broken";

        public static PartAnswer Of(string name, ReadinessState state) =>
            new(
                name,
                !state.IsReady ? Broken
                    : state.IsWarning ? "warning"
                    : "ready",
                state.Text,
                state.Advice.Length > 0 ? state.Advice : null,
                Math.Round(state.Age?.TotalSeconds ?? 0, 1)
            );
    }
}
