using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>From a case to a draft that says all that is known, and what is missing.</summary>
internal static class DraftingPart
{
    public static void Add(IServiceCollection services) => services.AddSingleton<ReadMetadata>();

    public static void React(Reactions reactions, IServiceProvider services)
    {
        reactions.On<CaseCleared>(ForgetCleared.RunAsync);
        reactions.On<RecordDue>(ReportRecords.DestroyAsync);
    }

    public static void Map(IEndpointRouteBuilder routes) => DraftRoutes.Map(routes);
}
