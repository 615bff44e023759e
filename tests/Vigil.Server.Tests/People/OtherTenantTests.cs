using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.People;

/// <summary>People sign in to the default tenant: another says so, and gives no code that opens nothing.</summary>
public class OtherTenantTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_tenant_in_which_nobody_signs_in_invites_nobody_and_says_what_to_do()
    {
        await using var server = await TestServer.StartAsync();
        var made = await server.PostAsync(
            "/v1/tenants",
            new { tenant = "acme", title = "Acme" },
            HttpStatusCode.Created
        );
        using var acme = await server.KnownAsync(made.Text("firstKey"));
        var roles = new { roles = new[] { "reviewer" } };

        var refused = await server.PostAsync(
            "/v1/people/invitations",
            roles,
            HttpStatusCode.UnprocessableEntity,
            client: acme
        );

        Assert.Equal("no_people_here", refused.Text("code"));
        Assert.Contains("API keys", refused.Text("detail"), StringComparison.Ordinal);
        await server.PostAsync("/v1/people/invitations", roles, HttpStatusCode.Created);
    }
}
