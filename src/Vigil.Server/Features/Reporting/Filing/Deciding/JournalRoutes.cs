using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Deciding;

/// <summary>POST /v1/reporting/journals/{id}/retirement.</summary>
internal sealed record RetirementRequest
{
    /// <summary>Stands in the ledger; 1 to 200 characters.</summary>
    public string? Reason { get; init; }
}

/// <param name="Journals">One of each server that files, or filed.</param>
internal sealed record JournalsAnswer(IReadOnlyList<JournalView> Journals);

/// <summary>The filing journals of the servers on one database.</summary>
internal static class JournalRoutes
{
    private const string Root = "/v1/reporting/journals";
    private const string Tag = "Reporting";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                Root,
                async (HttpContext context, Db _) =>
                    Results.Json(
                        await ActRoutes.ReadAsync(
                            context,
                            Permission.SettingsRead,
                            async (tx, _) => new JournalsAnswer(await RetireJournal.ReadAsync(tx))
                        )
                    )
            )
            .Require(Permission.SettingsRead)
            .WithName("listFilingJournals")
            .WithSummary("The filing journals of the servers on this database, and which of them file.")
            .WithTags(Tag)
            .Produces<JournalsAnswer>();
        routes.MapActOn<RetirementRequest, JournalsAnswer>(
            Root + "/{id:guid}/retirement",
            Permission.SettingsWrite,
            new(
                "retireFilingJournal",
                "A server is gone for good: its journal is waited for no more. Two people decide about each report "
                    + "where no other server files.",
                Tag
            ),
            async (tx, id, request) =>
            {
                await RetireJournal.RunAsync(tx, id, request.Reason);
                return new JournalsAnswer(await RetireJournal.ReadAsync(tx));
            }
        );
    }
}
