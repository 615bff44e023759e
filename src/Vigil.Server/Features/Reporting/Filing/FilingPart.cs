using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Features.Reporting.Filing.Reading;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Features.Reporting.Filing.Showing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing;

/// <summary>From an approved report to a receipt, exactly once.</summary>
internal static class FilingPart
{
    public static void Add(IServiceCollection services) =>
        services
            .AddSingleton(provider =>
            {
                var kernel = provider.GetRequiredService<TrustKernel>();
                var limits = provider.GetRequiredService<ServerOptions>().Filing;
                return new FilingJournals(kernel, limits, kernel.Journals);
            })
            .AddSingleton<PackageLines>()
            .AddSingleton<CallEnvironment>()
            .AddSingleton<FilingWorker>()
            .AddHostedService(provider => provider.GetRequiredService<FilingWorker>());

    public static void React(Reactions reactions, IServiceProvider services)
    {
        var worker = services.GetRequiredService<FilingWorker>();
        services.GetRequiredService<ReadinessChecks>().Add("filing", worker.State);
        var journals = services.GetRequiredService<FilingJournals>();
        reactions.Answer<JournalWanted, JournalTold>((tx, wanted) => journals.TellAsync(tx, wanted.ReportId));
        var lines = services.GetRequiredService<PackageLines>();
        reactions.Answer<PackageNoted, JournalLine>(lines.HearAsync);
        reactions.On<TenantEnded>(
            (tx, ended) =>
            {
                tx.OnCommitted(() => journals.End(ended.Tenant));
                return Task.CompletedTask;
            }
        );
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        EnvironmentRoutes.Map(routes);
        FilingRoutes.Map(routes);
        BytesRoutes.Map(routes);
        FenceRoutes.Map(routes);
        JournalRoutes.Map(routes);
        FilingPages.Map(routes);
    }
}
