using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.LegalProcess;

/// <summary>An authority does not know that a tenant is suspended.</summary>
public class SuspendedClockTests
{
    private static readonly TenantId Acme = new("acme");

    [Fact(Timeout = 120_000)]
    public async Task An_authoritys_clocks_ring_and_its_letter_ends_while_the_tenant_is_suspended()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var acme = await server.TenantAsync("acme");
        await server.PostAsync(
            "/v1/legal-process",
            LegalDesk.Request("preservation_letter", [new { account = "user-1" }]),
            HttpStatusCode.Created,
            client: acme
        );
        await server.PostAsync(
            "/v1/tenants/acme/suspend",
            new { reason = "The contract ended." },
            HttpStatusCode.NoContent
        );
        time.Pass(TimeSpan.FromHours(49));
        await server.LookAsync();
        Assert.Contains("legal_overdue", await OfAcmeAsync("select code from alert where tenant = @tenant"));
        time.Pass(TimeSpan.FromDays(90));
        await server.LookAsync();
        Assert.Equal(["Done"], await OfAcmeAsync("select state from legal_request where tenant = @tenant"));

        Task<IReadOnlyList<string>> OfAcmeAsync(string sql) =>
            server.Kernel().Db.SystemAsync("test", isWrite: false, tx => tx.QueryAsync<string>(sql), Acme);
    }
}
