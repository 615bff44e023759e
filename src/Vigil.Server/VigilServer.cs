using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Files;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server;

/// <summary>The server, from its options to its end.</summary>
public sealed class VigilServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TrustKernel _kernel;

    private VigilServer(WebApplication app, TrustKernel kernel, string? firstKey)
    {
        _app = app;
        _kernel = kernel;
        FirstKey = firstKey;
    }

    /// <summary>Shown once, at the first start; null ever after.</summary>
    public string? FirstKey { get; }

    public Profile Profile => _kernel.Profile;

    /// <summary>Where it listens, with the port it was given.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    internal IServiceProvider Services => _app.Services;

    /// <summary>Opens the installation and begins to listen.</summary>
    /// <exception cref="InvalidOperationException">The installation is another's, altered, or newer.</exception>
    /// <exception cref="IOException">The database or the data folder cannot be used.</exception>
    public static async Task<VigilServer> StartAsync(
        ServerOptions options,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        Durable.CreateFolder(options.DataFolder);
        var kernel = await TrustKernel.OpenAsync(
            new TrustOptions
            {
                Database = options.DbOptions,
                KeysFolder = options.KeysFolder,
                Profile = options.Profile,
                Time = options.Time,
            },
            VigilApp.Tables,
            cancellation
        );
        try
        {
            var app = Build(options, kernel);
            await app.StartAsync(cancellation);
            // Only now: a key that nobody is shown, because the address was taken, would be lost.
            return new VigilServer(app, kernel, await kernel.FirstKeyAsync(cancellation));
        }
        catch
        {
            kernel.Dispose();
            throw;
        }
    }

    /// <summary>Returns when the server was told to end and has ended what it was doing.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation = default) =>
        ((IHost)_app).WaitForShutdownAsync(cancellation);

    private static WebApplication Build(ServerOptions options, TrustKernel kernel)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ApplicationName = typeof(VigilServer).Assembly.GetName().Name }
        );
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls([.. options.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.WebHost.AddKestrelLimits(options.Scan);
        builder.Services.AddSingleton(options).AddSingleton(kernel).AddSingleton(kernel.Db);
        builder.Services.AddSingleton(kernel.ApiKeys).AddSingleton(kernel.Time);
        builder.Services.AddSingleton<ListChanges>();
        builder.Services.AddHttpPlumbing();
        builder.Services.AddHttpContextAccessor().AddScoped<PageContext>();
        builder.Services.AddAntiforgery();
        builder.Services.AddRazorComponents();
        var modules = VigilApp.Of(kernel.Profile).ToList();
        modules.ForEach(module => module.Add(builder.Services));
        var app = builder.Build();
        modules.ForEach(module => module.React(kernel.Reactions, app.Services));
        app.UseHttpPlumbing();
        app.MapAssets();
        modules.ForEach(module => module.Map(app));
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        // Without it background services are not told: what is pending would be left open.
        await _app.StopAsync();
        await _app.DisposeAsync();
        _kernel.Dispose();
    }
}
