using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vigil.Files;
using Vigil.Trust;

namespace Vigil.Server.Operations;

/// <summary>What runs the server, whatever it serves.</summary>
internal static class OperationsParts
{
    public static void AddOperations(
        this IServiceCollection services,
        ServerOptions options,
        FolderLock? hold
    )
    {
        services.AddSingleton<Draining>().AddSingleton(new FolderHold(hold));
        // Signals are the caller's matter: it drains first.
        services.AddSingleton<IHostLifetime, CallersLifetime>();
        services.AddHostedService<Probes>();
        Telemetry.Add(services, options);
        services.AddApiDescription();
    }

    /// <summary>Before everything else of the way of a request.</summary>
    public static void UseOperations(this WebApplication app, ServerOptions options, TrustKernel kernel)
    {
        kernel.Readiness.Add("memory", ProcessSecrecy.State);
        if (Listening.LoadCertificate(options) is { Leaf: var leaf })
        {
            kernel.Readiness.Add("certificate", () => Listening.StateOf(leaf, options.Time));
        }
        Telemetry.Use(app, options);
        app.UseProxyGate(options);
        app.Use(app.Services.GetRequiredService<Draining>().InvokeAsync);
    }

    public static void MapOperations(this WebApplication app)
    {
        app.MapHealth();
        app.MapApiDescription();
    }

    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
