using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Access;

/// <summary>Nobody gives themselves, by a key, the cases that they may not read.</summary>
public class KeyMakingTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_key_that_reads_cases_takes_who_may_read_them_or_a_second_person()
    {
        await using var server = await TestServer.StartAsync();
        var (admin, second) = (Person("person:admin-1", Role.Admin), Person("person:admin-2", Role.Admin));
        var both = Person("person:solo-1", Role.Admin, Role.Reviewer);
        var steward = Person("person:steward-1", Role.Admin, Role.ListSteward);
        var noKeeper = Person("person:solo-2", Role.Admin, Role.Reviewer, Role.ListSteward);
        foreach (var scope in Enum.GetValues<Scope>())
        {
            var may = Grants.Of([scope]);
            var (reads, exports) = (may.Contains(Permission.CaseRead), may.Contains(Permission.ListExport));
            Assert.Equal(reads || exports, (await MakeAsync(server, admin, scope)).Key.Waits);
            Assert.Equal(exports, (await MakeAsync(server, both, scope)).Key.Waits);
            Assert.Equal(reads, (await MakeAsync(server, steward, scope)).Key.Waits);
            var ends = may.Contains(Permission.HoldManage);
            Assert.Equal(ends, (await MakeAsync(server, noKeeper, scope)).Key.Waits);
        }
        var (key, secret) = await MakeAsync(server, admin, Scope.Scan, Scope.Cases);
        using var client = server.ClientWith(secret);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(client));

        var own = await Assert.ThrowsAsync<SecondPersonException>(() => ConfirmAsync(server, admin, key.Id));
        Assert.Equal("second_person_needed", own.Code);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(client));
        await ConfirmAsync(server, second, key.Id);

        using var known = await server.KnownAsync(secret);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(known));
        Assert.Single(await server.LedgerAsync("key.confirmed"));
        // What was revoked while it waited is confirmed by nobody.
        var (revoked, _) = await MakeAsync(server, admin, Scope.Admin);
        await ActAsync(server, admin, tx => ApiKeys.RevokeAsync(tx, revoked.Id));
        var gone = await Assert.ThrowsAsync<SecondPersonException>(() =>
            ConfirmAsync(server, second, revoked.Id)
        );
        Assert.Equal("nothing_requested", gone.Code);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_first_key_makes_such_keys_and_an_admins_page_says_that_one_waits()
    {
        await using var server = await TestServer.StartAsync();
        var made = await server.PostAsync(
            "/v1/keys",
            new { label = "review tool", scopes = new[] { "cases" } },
            HttpStatusCode.Created
        );
        Assert.Equal("active", made.GetProperty("key").Text("state"));
        using var admin = await ConsoleUser.SetUpAsync(server);

        var page = await admin.PostAsync(
            "/console/keys",
            "/console/keys",
            ("label", "curious"),
            ("scope", "Cases"),
            ("days", "7")
        );

        Assert.Contains("a second person confirms it", page.Text, StringComparison.Ordinal);
        var waiting = (await server.GetJsonAsync("/v1/keys"))
            .EnumerateArray()
            .Single(key => key.Text("label") == "curious");
        Assert.Equal("waiting", waiting.Text("state"));
        var alone = await admin.PostAsync(
            "/console/keys",
            "/console/keys/confirm",
            ("key", waiting.Text("id"))
        );
        Assert.Equal(HttpStatusCode.Conflict, alone.Status);
        using var second = await ConsoleUser.InviteAsync(server, "second.one", "admin");
        await second.PostAsync("/console/keys", "/console/keys/confirm", ("key", waiting.Text("id")));
        var all = (await server.GetJsonAsync("/v1/keys")).EnumerateArray();
        Assert.Equal("active", all.Single(key => key.Text("label") == "curious").Text("state"));
    }

    private static Actor Person(string name, params Role[] roles) =>
        new(TenantId.Default, ActorKind.Person, name, Grants.Of(roles));

    private static Task<(ApiKey Key, string Secret)> MakeAsync(
        TestServer server,
        Actor maker,
        params Scope[] scopes
    ) => ActAsync(server, maker, tx => ApiKeys.CreateAsync(tx, "test", scopes, TimeSpan.FromDays(1)));

    private static Task<bool> ConfirmAsync(TestServer server, Actor second, string id) =>
        ActAsync(
            server,
            second,
            async tx =>
            {
                await ApiKeys.ConfirmAsync(tx, id, await tx.ReadOfAsync(ApiKeys.Confirmed, id));
                return true;
            }
        );

    private static Task<T> ActAsync<T>(TestServer server, Actor actor, Func<Tx, Task<T>> act) =>
        server.Kernel().Db.ActAsync(actor, Permission.KeyManage, act);

    private static async Task<HttpStatusCode> AskAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("/v1/cases", UriKind.Relative));
        return answer.StatusCode;
    }
}
