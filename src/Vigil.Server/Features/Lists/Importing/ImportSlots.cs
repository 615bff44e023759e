using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Importing;

/// <summary>
/// Imports of this process that run, by tenant. A sender may take days, so a tenant without one always gets a slot; a
/// second one only while few run.
/// </summary>
internal sealed class ImportSlots
{
    /// <summary>The race it prevents: two requests that take the last slot.</summary>
    private readonly Lock _gate = new();

    private readonly Dictionary<TenantId, int> _taken = [];

    /// <summary>Takes a slot; <see cref="Leave"/> gives it back.</summary>
    /// <exception cref="ProblemException">The tenant has as many as it may.</exception>
    public void Enter(TenantId tenant)
    {
        lock (_gate)
        {
            var mine = _taken.GetValueOrDefault(tenant);
            if (
                mine >= ListsLimits.MaxImportsAtOnce
                || (mine > 0 && _taken.Values.Sum() >= ListsLimits.ManyImports)
            )
            {
                throw new ProblemException(
                    StatusCodes.Status429TooManyRequests,
                    "too_many_imports",
                    $"{mine} imports run already: send this one when one of them is done."
                )
                {
                    RetryAfter = TimeSpan.FromSeconds(10),
                };
            }
            _taken[tenant] = mine + 1;
        }
    }

    public void Leave(TenantId tenant)
    {
        lock (_gate)
        {
            if (--_taken[tenant] == 0)
            {
                _taken.Remove(tenant);
            }
        }
    }
}
