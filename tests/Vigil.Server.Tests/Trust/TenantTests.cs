using System.Net;
using System.Text;
using Vigil.Files;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Trust;

public class TenantTests
{
    private static readonly object Why = new { reason = "The contract ended." };

    [Fact(Timeout = 60_000)]
    public async Task A_new_tenant_has_a_first_key_that_works_in_it_and_nowhere_else()
    {
        await using var server = await TestServer.StartAsync();
        var mine = await server.HitAsync("user-1");

        using var other = await CreateAsync(server, "acme");

        await server.GetJsonAsync($"/v1/cases/{mine}", HttpStatusCode.NotFound, other);
        var theirs = await server.GetJsonAsync("/v1/cases", client: other);
        Assert.Empty(theirs.GetProperty("cases").EnumerateArray());
        await server.GetJsonAsync("/v1/tenants", HttpStatusCode.Forbidden, other);
        await server.PostAsync("/v1/tenants/acme/suspend", Why, HttpStatusCode.Forbidden, client: other);
        var refusal = await server.PostAsync(
            "/v1/tenants",
            new { tenant = "acme", title = "Again" },
            HttpStatusCode.Conflict
        );
        Assert.Equal("tenant_exists", refusal.Text("code"));
        Assert.Single(await server.LedgerAsync("tenant.created"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("A")]
    public async Task A_tenant_has_a_name_of_its_own(string tenant)
    {
        await using var server = await TestServer.StartAsync();
        var refusal = await server.PostAsync(
            "/v1/tenants",
            new { tenant, title = "A tenant" },
            HttpStatusCode.BadRequest
        );
        Assert.Equal("bad_tenant", refusal.Text("code"));
        Assert.False(TenantId.IsName(tenant));
        Assert.True(TenantId.IsName($".{tenant.ToLowerInvariant()}a"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_suspended_tenants_keys_are_refused_within_five_seconds_and_taken_again_when_resumed()
    {
        await using var server = await TestServer.StartAsync();
        using var other = await CreateAsync(server, "acme");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(other));

        await server.PostAsync("/v1/tenants/acme/suspend", Why, HttpStatusCode.NoContent);
        await UntilAsync(other, HttpStatusCode.Unauthorized);
        await server.PostAsync("/v1/tenants/acme/resume", Why, HttpStatusCode.NoContent);
        await UntilAsync(other, HttpStatusCode.OK);

        Assert.Single(await server.LedgerAsync("tenant.suspended"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_default_tenant_is_never_suspended_or_destroyed()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var deed in new[] { "suspend", "resume", "destruction" })
        {
            var refusal = await server.PostAsync($"/v1/tenants/default/{deed}", Why, HttpStatusCode.Conflict);
            Assert.Equal("default_tenant", refusal.Text("code"));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_export_holds_what_is_known_and_no_secret()
    {
        await using var server = await TestServer.StartAsync();
        using var other = await CreateAsync(server, "acme");
        await server.PostAsync(
            "/v1/cases",
            new
            {
                account = "quetzal",
                surface = "comment",
                text = "quetzal",
                reason = "A call.",
            },
            HttpStatusCode.Created,
            client: other
        );

        var export = await server.GetJsonAsync("/v1/tenants/acme/export");

        Assert.Equal("acme", export.Text("tenant"));
        Assert.Equal(1, export.GetProperty("rows").GetProperty("case_file").GetInt64());
        Assert.Contains(
            "case.opened_by_hand",
            export.GetProperty("ledger").EnumerateArray().Select(act => act.Text("action"))
        );
        Assert.DoesNotContain("quetzal", export.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("digest", export.GetProperty("apiKeys").ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task In_solo_mode_a_tenant_is_destroyed_a_day_after_it_was_asked_for()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        await SoloAsync(server);
        using var other = await CreateAsync(server, "acme");
        await server.PostAsync(
            "/v1/flags",
            new
            {
                account = "user-1",
                surface = "comment",
                reason = "csam",
                text = "Look.",
            },
            HttpStatusCode.Accepted,
            client: other
        );
        var sealedValue = await SealAsync(server);
        await AskAsync(server);

        await ConfirmAsync(server, "not_ripe");
        time.Advance(TimeSpan.FromHours(23));
        await ConfirmAsync(server, "not_ripe");
        time.Advance(TimeSpan.FromHours(2));
        await ConfirmAsync(server, null);

        var lost = await Assert.ThrowsAsync<KeyRingException>(() => OpenAsync(server, sealedValue));
        Assert.Equal(KeyRingProblem.UnknownTenant, lost.Problem);
        await TestServer.EventuallyAsync(
            async () => await RowsAsync(server) == 0 ? "" : null,
            "the tenant's rows are gone"
        );
        Assert.NotEmpty(await LedgerOfAsync(server));
        var refusal = await server.PostAsync(
            "/v1/tenants",
            new { tenant = "acme", title = "Again" },
            HttpStatusCode.Conflict
        );
        Assert.Equal("tenant_exists", refusal.Text("code"));
        await UntilAsync(other, HttpStatusCode.Unauthorized);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_solo_mode_a_second_person_confirms_and_keys_and_the_asker_do_not_count()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        using var other = await CreateAsync(server, "acme");
        var (asker, second) = (Person("person:asker"), Person("person:second"));
        var (tenants, acme) = (server.Kernel().Tenants, new TenantId("acme"));
        await server.PostAsync("/v1/tenants/acme/suspend", Why, HttpStatusCode.NoContent);
        await tenants.RequestDestructionAsync(asker, acme, "The contract ended.");
        time.Advance(TimeSpan.FromHours(25));

        await ConfirmAsync(server, "second_person_needed");
        var read = await server.ReadOfAsync(Tenants.Destruction, "acme");
        var same = await Assert.ThrowsAsync<SecondPersonException>(() =>
            tenants.DestroyAsync(asker, acme, read)
        );
        Assert.Equal("second_person_needed", same.Code);
        await tenants.DestroyAsync(second, acme, read);

        Assert.Equal("destroyed", await StateAsync(server));
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_made_the_key_that_asked_is_not_the_second_person()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        using var other = await CreateAsync(server, "acme");
        var (maker, second) = (Person("person:maker"), Person("person:second"));
        var kernel = server.Kernel();
        var (key, _) = await kernel.Db.ActAsync(
            maker,
            Permission.SettingsWrite,
            tx => ApiKeys.CreateAsync(tx, "script", [Scope.Admin], TimeSpan.FromDays(3))
        );
        var script = new Actor(
            TenantId.Default,
            ActorKind.ApiKey,
            $"key:{key.Id}",
            new HashSet<Permission> { Permission.SettingsWrite }
        );
        var acme = new TenantId("acme");
        await kernel.Tenants.SuspendAsync(script, acme, "The contract ended.");
        var read = (await kernel.Tenants.RequestDestructionAsync(script, acme, "The contract ended.")).Read;
        time.Advance(TimeSpan.FromHours(25));

        await Assert.ThrowsAsync<SecondPersonException>(() => kernel.Tenants.DestroyAsync(maker, acme, read));
        await kernel.Tenants.DestroyAsync(second, acme, read);

        Assert.Equal("destroyed", await StateAsync(server));
    }

    [Fact(Timeout = 60_000)]
    public async Task Declaring_solo_mode_later_shortens_no_waiting_and_a_request_is_void_after_a_week()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        using var other = await CreateAsync(server, "acme");
        await AskAsync(server);
        time.Advance(TimeSpan.FromHours(25));
        await SoloAsync(server);
        await ConfirmAsync(server, "second_person_needed");

        time.Advance(TimeSpan.FromDays(7));
        await ConfirmAsync(server, "nothing_requested");

        await server.PostAsync("/v1/tenants/acme/destruction", Why, HttpStatusCode.Accepted);
        await ConfirmAsync(server, "not_ripe");
        await server.PostAsync("/v1/tenants/acme/destruction/withdraw", Why, HttpStatusCode.NoContent);
        await ConfirmAsync(server, "nothing_requested");
        Assert.Equal("suspended", await StateAsync(server));
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_a_suspended_tenant_is_destroyed()
    {
        await using var server = await TestServer.StartAsync();
        using var other = await CreateAsync(server, "acme");

        var refusal = await server.PostAsync("/v1/tenants/acme/destruction", Why, HttpStatusCode.Conflict);

        Assert.Equal("wrong_state", refusal.Text("code"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Solo_mode_stands_on_every_page_in_the_installation_and_in_the_ledger()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        Assert.DoesNotContain("Solo mode:", await PageAsync("/console/cases"), StringComparison.Ordinal);

        await SoloAsync(server);

        await TestServer.EventuallyAsync(
            async () =>
                (await PageAsync("/console/cases")).Contains("Solo mode:", StringComparison.Ordinal)
                    ? ""
                    : null,
            "solo mode stands on the page"
        );
        var installation = await server.GetJsonAsync("/v1/installation");
        Assert.True(installation.GetProperty("soloMode").GetBoolean());
        Assert.Equal("platform", installation.Text("profile"));
        Assert.Equal(
            "We are one.",
            Assert.Single(await server.LedgerAsync("solo_mode.declared")).Text("reason")
        );
        Assert.Contains("acme-page", await PageFormAsync(), StringComparison.Ordinal);

        async Task<string> PageAsync(string path)
        {
            using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
            return await response.Content.ReadAsStringAsync();
        }

        async Task<string> PageFormAsync()
        {
            using var form = new FormUrlEncodedContent([
                KeyValuePair.Create("tenant", "acme-page"),
                KeyValuePair.Create("title", "Acme"),
            ]);
            using var response = await server.Client.PostAsync(
                new Uri("/console/tenants", UriKind.Relative),
                form
            );
            var page = await response.Content.ReadAsStringAsync();
            Assert.Contains(ApiKeys.Prefix, page, StringComparison.Ordinal);
            Assert.DoesNotContain(
                ApiKeys.Prefix,
                await PageAsync("/console/tenants"),
                StringComparison.Ordinal
            );
            return page;
        }
    }

    private static Actor Person(string name) =>
        new(TenantId.Default, ActorKind.Person, name, new HashSet<Permission> { Permission.SettingsWrite });

    private static async Task<HttpClient> CreateAsync(TestServer server, string tenant)
    {
        var made = await server.PostAsync(
            "/v1/tenants",
            new { tenant, title = "A tenant" },
            HttpStatusCode.Created
        );
        return await server.KnownAsync(made.Text("firstKey"));
    }

    private static async Task SoloAsync(TestServer server)
    {
        using var response = await server.Client.PutAsync(
            new Uri("/v1/installation/solo-mode", UriKind.Relative),
            new StringContent("""{"on":true,"reason":"We are one."}""", Encoding.UTF8, "application/json")
        );
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task AskAsync(TestServer server)
    {
        await server.PostAsync("/v1/tenants/acme/suspend", Why, HttpStatusCode.NoContent);
        await server.PostAsync("/v1/tenants/acme/destruction", Why, HttpStatusCode.Accepted);
    }

    private static async Task ConfirmAsync(TestServer server, string? refusal)
    {
        var expected = refusal is null ? HttpStatusCode.NoContent : HttpStatusCode.Conflict;
        var answer = await server.PostAsync(
            "/v1/tenants/acme/destruction/confirm",
            new { read = await server.ReadOfAsync(Tenants.Destruction, "acme") },
            expected
        );
        if (refusal is not null)
        {
            Assert.Equal(refusal, answer.Text("code"));
        }
    }

    private static async Task<string> StateAsync(TestServer server) =>
        (await server.GetJsonAsync("/v1/tenants"))
            .EnumerateArray()
            .Single(tenant => tenant.Text("tenant") == "acme")
            .Text("state");

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var response = await client.GetAsync(new Uri("/v1/cases", UriKind.Relative));
        return response.StatusCode;
    }

    private static Task<string> UntilAsync(HttpClient client, HttpStatusCode expected) =>
        TestServer.EventuallyAsync(
            async () => await StatusAsync(client) == expected ? "" : null,
            $"the key is answered with {expected}",
            deadlineSeconds: 5
        );

    private static Task<byte[]> SealAsync(TestServer server) =>
        AcmeAsync(server, tx => Task.FromResult(tx.Secrets.Sealer("test").Seal("value"u8, "place"u8)));

    private static Task<byte[]> OpenAsync(TestServer server, byte[] value) =>
        AcmeAsync(server, tx => Task.FromResult(tx.Secrets.Sealer("test").Open(value, "place"u8)));

    private static Task<long> RowsAsync(TestServer server) =>
        AcmeAsync(
            server,
            async tx =>
                await tx.FindAsync<long>("select count(*) from api_key where tenant = @tenant")
                + await tx.FindAsync<long>("select count(*) from case_file where tenant = @tenant")
                + await tx.FindAsync<long>("select count(*) from case_item where tenant = @tenant")
                + await tx.FindAsync<long>("select count(*) from case_flag where tenant = @tenant")
                + await tx.FindAsync<long>("select count(*) from case_event where tenant = @tenant")
                + await tx.FindAsync<long>("select count(*) from outbox_event where tenant = @tenant")
        );

    private static Task<IReadOnlyList<string>> LedgerOfAsync(TestServer server) =>
        AcmeAsync(
            server,
            tx => tx.QueryAsync<string>("select action from ledger_event where tenant = @tenant")
        );

    private static Task<T> AcmeAsync<T>(TestServer server, Func<Tx, Task<T>> work) =>
        server.Kernel().Db.SystemAsync("test", isWrite: false, work, new TenantId("acme"));
}
