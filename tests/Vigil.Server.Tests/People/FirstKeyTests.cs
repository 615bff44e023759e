using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

/// <summary>The first key lies beside the first admin's code: it is nobody's second hand.</summary>
public class FirstKeyTests
{
    [Fact(Timeout = 60_000)]
    public async Task Behind_the_first_key_and_its_keys_stands_the_first_admin()
    {
        await using var server = await TestServer.StartAsync();
        var key = $"key:{server.FirstKey[3..13]}";
        Assert.Equal("machine:first start", await BehindAsync(server, key));
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var second = await ConsoleUser.InviteAsync(server, "second.admin", "admin");

        Assert.Equal("person:admin-1", await BehindAsync(server, key));
        Assert.Equal("person:admin-1", await BehindAsync(server, $"{key}/anna"));
        var made = await server.PostAsync(
            "/v1/keys",
            new { label = "tool", scopes = new[] { "cases" } },
            HttpStatusCode.Created
        );
        Assert.Equal(
            "person:admin-1",
            await BehindAsync(server, $"key:{made.GetProperty("key").Text("id")}")
        );

        // What is asked for with it, the first admin does not confirm.
        await server.PostAsync(
            "/v1/people/invitations",
            new { roles = new[] { "reviewer" } },
            HttpStatusCode.Created
        );
        var own = await admin.PostAsync("/console/people", "/console/people/confirm");
        Assert.Equal("second_person_needed", own.Code);
        var others = await second.PostAsync("/console/people", "/console/people/confirm");
        Assert.Equal(HttpStatusCode.OK, others.Status);
    }

    private static Task<string> BehindAsync(TestServer server, string actor) =>
        server
            .Kernel()
            .Db.SystemAsync("test", isWrite: false, tx => KeyMakers.BehindAsync(tx, actor), TenantId.Default);
}
