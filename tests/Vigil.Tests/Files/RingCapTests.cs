using System.Diagnostics;
using Vigil.Files;
using Vigil.Files.Keys;
using Vigil.Files.Posix;

namespace Vigil.Tests.Files;

/// <summary>What a ring holds at most, and how long its lock is waited for.</summary>
public sealed class RingCapTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_tenant_more_than_a_ring_holds_is_refused()
    {
        using var ring = RingState.New();
        for (var i = 0; i < RingState.MaxTenants; i++)
        {
            ring.Tenant($"t{i}", create: true);
        }
        var error = Assert.Throws<KeyRingException>(() => ring.Tenant("one-more", create: true));
        Assert.Equal(KeyRingProblem.TooMany, error.Problem);
        Assert.Equal(RingState.MaxTenants, ring.Tenants.Count);
    }

    [Fact]
    public void One_epoch_more_than_a_tenant_may_have_is_refused()
    {
        using var tenant = new TenantKeys(SecretKey.Random());
        for (var id = 1; id <= TenantKeys.MaxEpochs; id++)
        {
            tenant.Epochs.Add(id, null);
        }
        var error = Assert.Throws<KeyRingException>(() => tenant.AddEpoch());
        Assert.Equal(KeyRingProblem.TooMany, error.Problem);
        Assert.Equal(TenantKeys.MaxEpochs, tenant.Epochs.Count);
    }

    [Fact]
    public void A_lock_that_is_never_given_back_is_waited_for_and_then_told()
    {
        var path = _folder["keys.lock"];
        using (FileLock.Take(path, TimeSpan.FromSeconds(1)))
        {
            var began = Stopwatch.GetTimestamp();
            var error = Assert.Throws<FileInUseException>(() =>
                FileLock.Take(path, TimeSpan.FromMilliseconds(200))
            );
            Assert.InRange(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 190, 10_000);
            Assert.Contains("another process", error.Message);
        }
        FileLock.Take(path, TimeSpan.FromSeconds(1)).Dispose();
    }
}
