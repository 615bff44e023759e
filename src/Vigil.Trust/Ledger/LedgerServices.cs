using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Vigil.Trust;

/// <summary>The signing of the ledger, as a service of a host.</summary>
public static class LedgerServices
{
    /// <summary>Adds what signs in the background; needs <see cref="DeliveryServices.AddDelivery"/>.</summary>
    public static IServiceCollection AddLedger(this IServiceCollection services) =>
        services.AddSingleton<IHostedService, SequencerService>();
}
