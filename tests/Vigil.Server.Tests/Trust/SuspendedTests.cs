using System.Net;
using Vigil.Server.Features.Scan.Pending;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Trust;

/// <summary>A suspended tenant is served no more; what was promised about it still happens.</summary>
public class SuspendedTests
{
    private static readonly TenantId Acme = new("acme");

    [Fact(Timeout = 180_000)]
    public async Task What_was_decided_is_told_and_what_is_over_is_removed_while_a_tenant_is_suspended()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var acme = await server.TenantAsync("acme", undoSeconds: 300);
        var reference = await server.OpenInAsync(acme, "user-1");
        await server.DecideAsync(reference, "not_csam", client: acme);
        await server.PostAsync(
            "/v1/tenants/acme/suspend",
            new { reason = "The contract ended." },
            HttpStatusCode.NoContent
        );
        await InAcmeAsync(
            """
            insert into viewing_taken (tenant, id, viewer, at, is_new_material, is_graphic)
            values (@tenant, @id, 'person:x', @old, @no, @no)
            """
        );
        await InAcmeAsync(
            """
            insert into scan_pending (tenant, id, state, surface, fail_mode, owner, lease_until, created_at, expires_at)
            values (@tenant, @id, 'Done', 'comment', 'Open', @id, @old, @old, @old)
            """
        );
        Assert.Equal((1, 1), await LeftAsync());

        // Another process: it took none of the decisions itself.
        await server.RestartAsync();
        time.Advance(TimeSpan.FromSeconds(301));

        await TestServer.EventuallyAsync(
            async () => (await server.OutboxAsync(reference)).Contains("case.decided") ? "" : null,
            "the decision is told",
            deadlineSeconds: 60
        );
        await server.Get<KeepPendingScans>().ForgetAsync(TestContext.Current.CancellationToken);
        await TestServer.EventuallyAsync(
            async () => await LeftAsync() == (0, 0) ? "" : null,
            "what is over is removed"
        );
        time.Advance(TimeSpan.FromDays(31));
        await Purging.RoundAsync(server);
        Assert.Equal([reference], await server.PurgedAsync());

        Task<int> InAcmeAsync(string sql) =>
            server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: true,
                    tx =>
                        tx.ExecuteAsync(
                            sql,
                            new
                            {
                                id = tx.NewId(),
                                old = tx.Now.AddDays(-100),
                                no = false,
                            }
                        ),
                    Acme
                );

        Task<(long, long)> LeftAsync() =>
            server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    async tx =>
                        (
                            await tx.FindAsync<long>(
                                "select count(*) from viewing_taken where tenant = @tenant"
                            ),
                            await tx.FindAsync<long>(
                                "select count(*) from scan_pending where tenant = @tenant"
                            )
                        ),
                    Acme
                );
    }
}
