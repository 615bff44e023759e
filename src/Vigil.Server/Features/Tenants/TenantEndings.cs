using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Trust;

namespace Vigil.Server.Features.Tenants;

/// <summary>
/// Removes the rows of destroyed tenants, at once when told and again each minute: a server that was ended
/// half-way, or a database that was gone, only delays it.
/// </summary>
internal sealed partial class TenantEndings(TrustKernel kernel, ILogger<TenantEndings> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _wanted = new(0, 1);

    /// <summary>There is something to remove.</summary>
    public void Wake()
    {
        try
        {
            _wanted.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await kernel.Tenants.FinishEndsAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException)
            {
                LogLater(log);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, e.GetType().FullName, e.StackTrace);
            }
            await _wanted.WaitAsync(Pause, stoppingToken);
        }
    }

    public override void Dispose()
    {
        _wanted.Dispose();
        base.Dispose();
    }

    [LoggerMessage(1900, LogLevel.Warning, "Rows of a destroyed tenant could not be removed: tried again.")]
    private static partial void LogLater(ILogger log);

    [LoggerMessage(
        1901,
        LogLevel.Error,
        "Rows of a destroyed tenant could not be removed yet: {Type}\n{Trace}"
    )]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}
