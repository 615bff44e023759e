using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>Renews the lease of one run while it lasts; a run that lost it is cut off.</summary>
internal sealed class LeaseKeeper(
    TrustKernel kernel,
    Actor actor,
    LeasedFiling leased,
    FilingLimits limits,
    CancellationTokenSource lost
) : IDisposable
{
    private readonly CancellationTokenSource _end = new();

    public async Task RunAsync()
    {
        var renewed = kernel.Time.GetTimestamp();
        while (!_end.IsCancellationRequested)
        {
            await Task.Delay(limits.Lease / 3, _end.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_end.IsCancellationRequested)
            {
                return;
            }
            var began = kernel.Time.GetTimestamp();
            var kept = await TryAsync();
            if (kept is false || (kept is null && kernel.Time.GetElapsedTime(renewed) >= limits.Lease))
            {
                await lost.CancelAsync();
                return;
            }
            renewed = kept is true ? began : renewed;
        }
    }

    /// <summary>The run is over: gives the lease back. A database that is gone gives it back by time.</summary>
    public async Task EndAsync(Task keeping, TimeSpan? delay)
    {
        await _end.CancelAsync();
        await keeping;
        try
        {
            await kernel.Db.WriteAsync(
                actor,
                Permission.ReportFile,
                tx => FilingLease.ReleaseAsync(tx, leased.Report.Id, leased.Epoch, delay)
            );
        }
        catch (DatabaseUnavailableException)
        {
            // By time.
        }
    }

    /// <summary>Null: the database did not answer.</summary>
    private async Task<bool?> TryAsync()
    {
        try
        {
            return await kernel.Db.WriteAsync(
                actor,
                Permission.ReportFile,
                tx => FilingLease.RenewAsync(tx, leased.Report.Id, leased.Epoch, limits.Lease)
            );
        }
        catch (DatabaseUnavailableException)
        {
            return null;
        }
    }

    public void Dispose() => _end.Dispose();
}
