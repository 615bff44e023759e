using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Files;
using Vigil.Server.Http;
using Vigil.Server.Operations;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server;

/// <summary>How a server came to its end.</summary>
public enum ServerEnd
{
    /// <summary>It was told to, and everything that ran was finished.</summary>
    Drained,

    /// <summary>It was told to, and something was cut off at the deadline.</summary>
    CutOff,

    /// <summary>It could not go on; the log says why.</summary>
    Failed,
}

/// <summary>The server, from its options to its end.</summary>
public sealed class VigilServer : IAsyncDisposable
{
    /// <summary>Held in the data folder by the one process that works on a SQLite file.</summary>
    public const string LockName = "server.lock";

    /// <summary>Of the framework's own way down, after everything was drained.</summary>
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;
    private readonly TrustKernel _kernel;
    private readonly FolderLock? _hold;
    private readonly ILogger _log;
    private int _isDisposed;

    private VigilServer(
        WebApplication app,
        TrustKernel kernel,
        FolderLock? hold,
        (string? FirstKey, string? SetupCode) shownOnce
    )
    {
        _app = app;
        _kernel = kernel;
        _hold = hold;
        _log = app.Services.GetRequiredService<ILogger<VigilServer>>();
        (FirstKey, SetupCode) = shownOnce;
    }

    /// <summary>Shown once, at the first start; null ever after.</summary>
    public string? FirstKey { get; }

    /// <summary>For the first admin's account, at /console/setup; null when somebody has one.</summary>
    public string? SetupCode { get; }

    public Profile Profile => _kernel.Profile;

    /// <summary>How the root keys stand: who starts a server is told.</summary>
    public RootKeyStanding RootKeys => _kernel.RootKeys.Standing();

    public DbEngine Database => _kernel.Db.Engine;

    /// <summary>Where it listens, with the port it was given.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    internal IServiceProvider Services => _app.Services;

    private Draining Draining => Services.GetRequiredService<Draining>();

    /// <summary>Opens the installation and begins to listen.</summary>
    /// <exception cref="ServerStartException">A setting is wrong, or something it needs is not there.</exception>
    public static async Task<VigilServer> StartAsync(
        ServerOptions options,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        FolderLock? hold = null;
        try
        {
            Listening.Check(options);
            Durable.CreateFolder(options.DataFolder);
            hold = Hold(options);
            return await StartAsync(options, hold, cancellation);
        }
        catch (Exception e)
        {
            hold?.Dispose();
            if (ServerStartException.Of(e, options) is { } clear && clear != e)
            {
                throw clear;
            }
            throw;
        }
    }

    private static async Task<VigilServer> StartAsync(
        ServerOptions options,
        FolderLock? hold,
        CancellationToken cancellation
    )
    {
        var kernel = await TrustKernel.OpenAsync(
            new TrustOptions
            {
                Database = options.DbOptions,
                KeysFolder = options.KeysFolder,
                LockerFolder = options.LockerFolder,
                SharesFolder = options.SharesFolder,
                Contents = options.Contents,
                Profile = options.Profile,
                Time = options.Time,
            },
            VigilApp.Tables,
            cancellation
        );
        WebApplication? app = null;
        try
        {
            app = Build(options, kernel, hold);
            await app.StartAsync(cancellation);
            // Only now: a key that nobody is shown, because the address was taken, would be lost.
            return new VigilServer(
                app,
                kernel,
                hold,
                (await kernel.FirstKeyAsync(cancellation), await kernel.SetupCodeAsync(cancellation))
            );
        }
        catch
        {
            if (app is not null)
            {
                // Stopped first: background work that is merely disposed counts as failed, and is logged so.
                await StopAsync(app);
                await app.DisposeAsync();
            }
            kernel.Dispose();
            throw;
        }
    }

    /// <summary>Returns when every part can work.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancellation = default)
    {
        while (!Health.Look(_kernel.Readiness, Draining).IsReady)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation);
        }
    }

    /// <summary>
    /// Serves until it is told to end or cannot go on; then takes no new work and ends what it was doing, within
    /// the drain deadline.
    /// </summary>
    /// <param name="stop">Tells it to end.</param>
    public async Task<ServerEnd> RunAsync(CancellationToken stop)
    {
        var stopping = Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, either.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var failed = !stop.IsCancellationRequested;
        var deadline = Services.GetRequiredService<ServerOptions>().DrainDeadline;
        using var limit = new CancellationTokenSource(deadline);
        Draining.Begin("The server is ending.");
        OperationsLog.DrainBegins(_log, Draining.InFlight);
        var all = await Draining.WaitAsync(deadline);
        if (!all)
        {
            OperationsLog.CutOff(_log, Draining.InFlight);
        }
        var unfinished = await _kernel.DrainSteps.RunAsync(limit.Token);
        foreach (var step in unfinished)
        {
            OperationsLog.StepUnfinished(_log, step);
        }
        await StopAsync(_app);
        if (all && unfinished.Count == 0 && !failed)
        {
            OperationsLog.Drained(_log);
        }
        return failed ? ServerEnd.Failed
            : all && unfinished.Count == 0 ? ServerEnd.Drained
            : ServerEnd.CutOff;
    }

    private static async Task StopAsync(WebApplication app)
    {
        using var limit = new CancellationTokenSource(StopDeadline);
        try
        {
            await app.StopAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // What hangs is ended with the process.
        }
    }

    /// <summary>SQLite has one server process.</summary>
    private static FolderLock? Hold(ServerOptions options) =>
        options.DbOptions.Engine != DbEngine.Sqlite
            ? null
            : FolderLock.TryTake(options.DataFolder, LockName)
                ?? throw new ServerStartException(
                    $"Another server works on '{options.DataFolder}': with SQLite there is one. End it, "
                        + "name another folder with --data, or use PostgreSQL with --database."
                );

    private static WebApplication Build(ServerOptions options, TrustKernel kernel, FolderLock? hold)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ApplicationName = typeof(VigilServer).Assembly.GetName().Name }
        );
        LogLines.Add(builder.Logging, options);
        Listening.Use(builder.WebHost, options);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.WebHost.AddKestrelLimits(options.Scan);
        builder.Services.AddSingleton(options).AddSingleton(kernel).AddSingleton(kernel.Db);
        builder.Services.AddSingleton(kernel.ApiKeys).AddSingleton(kernel.Time);
        builder.Services.AddSingleton<ListChanges>().AddSingleton<ScannedContents>();
        builder.Services.AddSingleton<KeptFiles>().AddSingleton<MetadataPool>();
        builder.Services.AddSingleton(kernel.DayVault).AddSingleton(kernel.Contents);
        builder.Services.AddSingleton(kernel.RootKeys);
        builder.Services.AddSingleton(kernel.Readiness).AddSingleton(kernel.DrainSteps);
        builder.Services.AddOperations(options, hold);
        builder.Services.AddDelivery(options.Outbound, options.Alarms).AddLedger();
        builder.Services.AddSingleSignOn(options.SingleSignOn);
        builder.Services.AddHttpPlumbing();
        builder.Services.AddHttpContextAccessor().AddScoped<PageContext>();
        builder.Services.AddRazorComponents();
        builder.Services.AddGuardedForms(kernel);
        var modules = VigilApp.Of(kernel.Profile).ToList();
        modules.ForEach(module => module.Add(builder.Services));
        var app = builder.Build();
        modules.ForEach(module => module.React(kernel.Reactions, app.Services));
        app.UseOperations(options, kernel);
        app.UseHttpPlumbing();
        app.MapOperations();
        app.MapAssets();
        modules.ForEach(module => module.Map(app));
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }
        await StopAsync(_app);
        await _app.DisposeAsync();
        _kernel.Dispose();
        _hold?.Dispose();
    }
}
