using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>The authorities beside the CyberTipline, and which of them a report goes to.</summary>
internal static class DestinationsPart
{
    public static void Add(IServiceCollection services) =>
        services.AddSingleton<BuildPackage>().AddSingleton<MakeCalls>();

    public static void React(Reactions reactions, IServiceProvider services)
    {
        var options = services.GetRequiredService<ServerOptions>();
        DutyBook.Current = DutyBook.Read(options.DutiesFolder, options.DutyMaxAge);
        var kernel = services.GetRequiredService<TrustKernel>();
        reactions.Answer<RoutesWanted, RoutingAnswer>(
            (tx, wanted) => DestinationRoutes.AnswerAsync(tx, wanted, kernel.Profile)
        );
        reactions.Answer<SimulatorWanted, SimulatorTold>(
            (tx, wanted) => DemoSimulator.AnswerAsync(tx, wanted, kernel.Profile)
        );
        DestinationPages.AddNotices();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        DestinationRoutes.Map(routes);
        RecipientRoutes.Map(routes);
        TransferBasisRoutes.Map(routes);
        CallTargetRoutes.Map(routes);
        DestinationPages.Map(routes);
    }
}
