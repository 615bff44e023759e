using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Running;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>Of two workers that took a report one after the other.</summary>
internal static class Fencing
{
    /// <summary>Who lost it saves nothing, keeps nothing and gives nothing back; a person's word counts at once.</summary>
    public static async Task CheckAsync(
        FilingServer filing,
        TimeSpan lease,
        LeasedFiling lost,
        LeasedFiling held
    )
    {
        var id = held.Report.Id;
        Assert.Equal(lost.Epoch + 1, held.Epoch);
        Assert.False(await SaveAsync(held.Version, lost.Epoch));
        Assert.False(await SaveAsync(held.Version - 1, held.Epoch));
        Assert.False(await SaveAsync(held.Version - 1, null));
        Assert.False(await filing.ReadAsync(tx => FilingLease.RenewAsync(tx, id, lost.Epoch, lease)));
        Assert.Equal(0, await filing.ReadAsync(tx => FilingLease.ReleaseAsync(tx, id, lost.Epoch, null)));
        Assert.True(await filing.ReadAsync(tx => FilingLease.RenewAsync(tx, id, held.Epoch, lease)));
        Assert.True(await SaveAsync(held.Version, held.Epoch));
        Assert.True(await SaveAsync(held.Version + 1, null));

        Task<bool> SaveAsync(long version, long? epoch) =>
            filing.ReadAsync(tx => FilingRow.ReplaceAsync(tx, id, version, held.State, epoch, "", []));
    }
}
