using Vigil.Trust;

namespace Vigil.Server.Operations;

/// <summary>
/// Looks at one tenant after the other. What goes wrong in one holds up no other, and rings once, until it goes well
/// again.
/// </summary>
/// <param name="kernel">Whose tenants.</param>
/// <param name="alarms">Where it rings.</param>
/// <param name="stuck">What it rings.</param>
/// <param name="failed">Told of each look that failed.</param>
internal sealed class TenantWatch(
    TrustKernel kernel,
    Trust.Alarms alarms,
    Alarm stuck,
    Action<Exception> failed
)
{
    /// <summary>As of the last look; of none yet: an alarm of an earlier process may be open.</summary>
    private readonly Dictionary<TenantId, bool> _isWell = [];

    public async Task LookAsync(Func<TenantId, Task> look, CancellationToken stopping)
    {
        foreach (var tenant in await kernel.TenantsAsync(stopping))
        {
            try
            {
                await look(tenant);
                if (!_isWell.GetValueOrDefault(tenant))
                {
                    await alarms.ClearAsync(tenant, stuck.Code, cancellation: stopping);
                }
                _isWell[tenant] = true;
            }
            catch (DatabaseUnavailableException)
            {
                // Health says so; looked at again soon.
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                failed(e);
                if (!_isWell.TryGetValue(tenant, out var wasWell) || wasWell)
                {
                    await alarms.RaiseAsync(tenant, stuck, stopping);
                }
                _isWell[tenant] = false;
            }
        }
    }
}
