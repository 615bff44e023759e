using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>The authorities beside the CyberTipline, and which of them a report goes to.</summary>
internal static class DestinationsPart
{
    public static void Add(IServiceCollection services) { }

    public static void React(Reactions reactions, IServiceProvider services) { }

    public static void Map(IEndpointRouteBuilder routes) { }
}
