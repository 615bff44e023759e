namespace Vigil.Trust.Custody;

/// <summary>Who seals right now. One tenant's senders, however slow, leave room for the others'.</summary>
internal sealed class SealingTurns(ContentLimits limits)
{
    /// <summary>The race it prevents: two who take the last place.</summary>
    private readonly Lock _gate = new();

    private readonly Dictionary<TenantId, int> _now = [];

    /// <exception cref="ContentException">As many are being sealed as may be at a time.</exception>
    public void Take(TenantId tenant)
    {
        lock (_gate)
        {
            var own = _now.GetValueOrDefault(tenant);
            if (own >= limits.MaxAtOncePerTenant || _now.Values.Sum() >= limits.MaxAtOnce)
            {
                throw new ContentException(
                    ContentProblem.Busy,
                    "As many contents are being sealed as may be at a time: send it again in a moment."
                );
            }
            _now[tenant] = own + 1;
        }
    }

    public void GiveBack(TenantId tenant)
    {
        lock (_gate)
        {
            if (--_now[tenant] == 0)
            {
                _now.Remove(tenant);
            }
        }
    }
}
