using System.Net;
using Vigil.Server.Features.LegalProcess;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Destinations;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Trust;

/// <summary>An authority's request to a suspended tenant: its clock rings, its package waits.</summary>
public class SuspendedRequestTests
{
    private static readonly TenantId Acme = new("acme");

    [Fact(Timeout = 120_000)]
    public async Task An_authoritys_clock_rings_and_its_package_is_made_when_somebody_can_take_it()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        using var acme = await server.TenantAsync("acme");
        var reference = await server.OpenInAsync(acme, "user-1");
        var view = await server.PostAsync(
            "/v1/legal-process",
            LegalDesk.Request(
                "court_order",
                [new { caseRef = reference }],
                deadline: time.GetUtcNow().AddDays(2)
            ),
            HttpStatusCode.Created,
            client: acme
        );
        var id = Guid.Parse(LegalDesk.IdOf(view));
        await server.PostAsync(
            "/v1/tenants/acme/suspend",
            new { reason = "The contract ended." },
            HttpStatusCode.NoContent
        );
        // As two persons' release leaves it; no call-back says yes, so that whoever looks at it drops it.
        await InAcmeAsync(async tx =>
        {
            var key = SecondReader.NewKeys().Public;
            return await tx.ExecuteAsync(
                """
                update legal_request set state = 'Releasing', released = @plan, recipient_key = @key,
                    asked_by = 'person:one', approved_by = 'person:two', approved_at = @now
                where tenant = @tenant and id = @id
                """,
                new
                {
                    id,
                    key,
                    plan = LegalSecrets.Seal(tx, new ReleasePlan([], Facts: false), id),
                    now = tx.Now,
                }
            );
        });
        time.Advance(TimeSpan.FromDays(3));

        await server.LookAsync();

        Assert.Contains(
            WatchClocks.Overdue,
            await InAcmeAsync(tx =>
                tx.QueryAsync<string>("select code from alert where tenant = @tenant and state <> 'Closed'")
            )
        );
        Assert.Equal("Releasing", await StateAsync());
        await server.PostAsync(
            "/v1/tenants/acme/resume",
            new { reason = "It was renewed." },
            HttpStatusCode.NoContent
        );
        await server.LookAsync();
        Assert.Equal("ScopeReview", await StateAsync());

        Task<string?> StateAsync() =>
            InAcmeAsync(tx =>
                tx.FindAsync<string>(
                    "select state from legal_request where tenant = @tenant and id = @id",
                    new { id }
                )
            );

        Task<T> InAcmeAsync<T>(Func<Tx, Task<T>> work) =>
            server.Kernel().Db.SystemAsync("test", isWrite: true, work, Acme);
    }
}
