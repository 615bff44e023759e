using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>A named person approves the very bytes that leave; states, clocks and pages.</summary>
internal static class ApprovingPart
{
    public static void Add(IServiceCollection services) { }

    public static void React(Reactions reactions, IServiceProvider services) { }

    public static void Map(IEndpointRouteBuilder routes) { }
}
