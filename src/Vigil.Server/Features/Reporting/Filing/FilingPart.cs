using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing;

/// <summary>From an approved report to a receipt, exactly once.</summary>
internal static class FilingPart
{
    public static void Add(IServiceCollection services) { }

    public static void React(Reactions reactions, IServiceProvider services) { }

    public static void Map(IEndpointRouteBuilder routes) { }
}
