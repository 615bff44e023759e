using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Server.Features.Preservation;
using Vigil.Trust;

namespace Vigil.Server.Tests.Preservation;

/// <summary>One tenant's custody fails; another's says nothing of it.</summary>
public class KeepCustodyTests
{
    private static readonly TenantId Acme = new("acme");

    [Fact(Timeout = 120_000)]
    public async Task A_tenant_that_is_stuck_is_told_until_it_is_right_whatever_others_do()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        await SealInBothAsync(custody);
        Assert.Equal([Acme, TenantId.Default], custody.Kernel.Retention.Tenants.OrderBy(one => one.Value));
        var alarms = new Vigil.Trust.Alarms(
            custody.Kernel,
            new AlarmCommand(new AlarmOptions()),
            NullLogger<Vigil.Trust.Alarms>.Instance
        );
        using var keep = new KeepCustody(custody.Kernel, alarms, NullLogger<KeepCustody>.Instance);
        var stuck = new HashSet<TenantId> { Acme };
        Func<Exception> fails = () => new InvalidOperationException("A test.");

        await LookAsync(isSweep: true);
        Assert.Equal(1, await CountAsync());
        Assert.False(keep.State().IsWarning);
        custody.Time.Pass(TimeSpan.FromHours(2));
        Assert.True(keep.State().IsWarning);

        // Others succeed, and so does the shorter look: what is due of this one is still there.
        stuck.Clear();
        await LookAsync(isSweep: false);
        Assert.Equal(1, await CountAsync());
        Assert.True(keep.State().IsWarning);
        await LookAsync(isSweep: true);
        Assert.Equal(0, await CountAsync());
        Assert.False(keep.State().IsWarning);

        // An alarm of a process before this one ends with the first sweep.
        await alarms.RaiseAsync(Acme, new Alarm("retention_stuck", AlarmSeverity.Urgent, "A test."));
        using var next = new KeepCustody(custody.Kernel, alarms, NullLogger<KeepCustody>.Instance);
        await next.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await CountAsync());

        // A look that is always cut off, as one that is too long for the time of a call, is told after an hour.
        stuck.Add(Acme);
        fails = () => new DatabaseUnavailableException("A test.");
        await LookAsync(isSweep: true);
        Assert.Equal(0, await CountAsync());
        custody.Time.Pass(TimeSpan.FromMinutes(61));
        await LookAsync(isSweep: true);
        Assert.Equal(1, await CountAsync());
        stuck.Clear();
        await LookAsync(isSweep: true);
        Assert.Equal(0, await CountAsync());

        Task LookAsync(bool isSweep) =>
            keep.EachAsync(
                tenant => stuck.Contains(tenant) ? throw fails() : Task.CompletedTask,
                isSweep,
                TestContext.Current.CancellationToken
            );

        Task<long> CountAsync() =>
            custody.Kernel.Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.FindAsync<long>(
                        "select count(*) from alert where code = 'retention_stuck' and state <> 'Closed'"
                    )
            );
    }

    private static async Task SealInBothAsync(CustodyKernel custody)
    {
        var admin = Actor.Machine(TenantId.Default, "test", Permission.SettingsWrite);
        await custody.Kernel.Tenants.CreateAsync(admin, Acme, "Acme");
        await custody.SealAsync([1]);
        await custody.Kernel.Contents.SealAsync(
            Actor.Machine(Acme, "test", Permission.ContentBring),
            new ContentToSeal { Case = CustodyKernel.Case, Sha256 = SHA256.HashData([2]) },
            new MemoryStream([2])
        );
    }
}
