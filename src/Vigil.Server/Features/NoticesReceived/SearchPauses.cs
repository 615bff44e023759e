using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>Which notices' searches failed, and when each is tried again: a minute, doubled up to an hour.</summary>
internal sealed class SearchPauses(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Dictionary<(TenantId Tenant, Guid Id), (DateTimeOffset Until, TimeSpan Pause)> _failed =
    [];
    private readonly HashSet<TenantId> _told = [];

    public bool IsPaused(TenantId tenant, Guid id) =>
        _failed.TryGetValue((tenant, id), out var one) && time.GetUtcNow() < one.Until;

    public void Failed(TenantId tenant, Guid id)
    {
        var pause = _failed.TryGetValue((tenant, id), out var one) ? 2 * one.Pause : First;
        pause = pause < Longest ? pause : Longest;
        _failed[(tenant, id)] = (time.GetUtcNow() + pause, pause);
    }

    public void Worked(TenantId tenant, Guid id) => _failed.Remove((tenant, id));

    /// <summary>The others wait no more.</summary>
    public void KeepOnly(TenantId tenant, IReadOnlyList<Guid> ids)
    {
        var waiting = ids.Append(Guid.Empty).ToHashSet();
        foreach (
            var gone in _failed.Keys.Where(key => key.Tenant == tenant && !waiting.Contains(key.Id)).ToList()
        )
        {
            _failed.Remove(gone);
        }
    }

    /// <summary>What is to be told: true, something failed; false, nothing does any more; null, nothing new.</summary>
    public bool? Changed(TenantId tenant)
    {
        var fails = _failed.Keys.Any(key => key.Tenant == tenant);
        return fails
            ? _told.Add(tenant)
                ? true
                : null
            : _told.Remove(tenant)
                ? false
                : null;
    }
}
