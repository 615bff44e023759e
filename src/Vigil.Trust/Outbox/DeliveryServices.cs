using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Vigil.Trust;

/// <summary>The way to the outside, as services of a host.</summary>
public static class DeliveryServices
{
    /// <summary>Adds <see cref="Outbound"/>, <see cref="Alarms"/>, and what delivers in the background.</summary>
    public static IServiceCollection AddDelivery(
        this IServiceCollection services,
        OutboundOptions outbound,
        AlarmOptions alarms
    )
    {
        ArgumentNullException.ThrowIfNull(alarms);
        alarms.Check();
        var made = new Outbound(outbound);
        services.AddSingleton(_ => made).AddSingleton(alarms);
        services.AddSingleton<AlarmCommand>().AddSingleton<AlarmSender>();
        services.AddSingleton(provider => new Alarms(
            provider.GetRequiredService<TrustKernel>(),
            provider.GetRequiredService<AlarmCommand>(),
            provider.GetRequiredService<ILogger<Alarms>>()
        ));
        services.AddSingleton<IHostedService, Dispatcher>();
        return services;
    }
}
