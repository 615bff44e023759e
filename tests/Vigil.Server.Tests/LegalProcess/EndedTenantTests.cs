using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.LegalProcess;

/// <summary>What lies in files goes after the end of a tenant is signed, with its keys.</summary>
public class EndedTenantTests
{
    private static readonly object Why = new { reason = "The contract ended." };

    [Fact(Timeout = 120_000)]
    public async Task Packages_are_erased_after_the_end_is_signed()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var acme = await server.TenantAsync("acme");
        var file = Path.Combine(server.DataFolder, "packages", "acme", $"{Guid.NewGuid():n}.vigilpkg");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, [1]);
        bool? wasThere = null;
        server
            .Kernel()
            .Reactions.On<TenantEnded>(
                (tx, _) =>
                {
                    tx.OnCommitted(() => wasThere = File.Exists(file));
                    return Task.CompletedTask;
                }
            );
        var (tenants, id) = (server.Kernel().Tenants, new TenantId("acme"));
        await server.PostAsync("/v1/tenants/acme/suspend", Why, HttpStatusCode.NoContent);
        var asked = await tenants.RequestDestructionAsync(Person("person:one"), id, "The contract ended.");
        time.Advance(TimeSpan.FromHours(25));

        await tenants.DestroyAsync(Person("person:other"), id, asked.Read);

        Assert.True(wasThere);
        Assert.False(File.Exists(file));
    }

    private static Actor Person(string name) =>
        new(TenantId.Default, ActorKind.Person, name, new HashSet<Permission> { Permission.SettingsWrite });
}
