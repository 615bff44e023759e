using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

/// <summary>Ways by which one person could stand for two, or see what they gave themselves.</summary>
public class OneIsNotTwoTests
{
    private const string People = "/console/people";

    [Fact(Timeout = 60_000)]
    public async Task Who_made_the_key_that_made_the_key_is_no_second_person()
    {
        await using var server = await TestServer.StartAsync();
        var db = server.Kernel().Db;
        var (asker, second) = (Person("person:asker"), Person("person:second"));
        var first = await MakeAsync(asker);
        var grandchild = await MakeAsync(KeyOf(await MakeAsync(KeyOf(first))));
        await db.ActAsync(
            KeyOf(grandchild),
            Permission.SettingsWrite,
            tx => SecondPerson.RequestAsync(tx, "test.act", "it", "Because.", TimeSpan.Zero)
        );

        var refused = await Assert.ThrowsAsync<SecondPersonException>(() => ConfirmAsync(asker));
        Assert.Equal("second_person_needed", refused.Code);
        Assert.True(await ConfirmAsync(second));

        Task<string> MakeAsync(Actor by) =>
            db.ActAsync(
                by,
                Permission.KeyManage,
                async tx =>
                    (await ApiKeys.CreateAsync(tx, "upload", [Scope.Admin], TimeSpan.FromDays(1))).Key.Id
            );
        Task<bool> ConfirmAsync(Actor by) =>
            db.ActAsync(
                by,
                Permission.SettingsWrite,
                async tx =>
                {
                    await SecondPerson.ConfirmAsync(
                        tx,
                        "test.act",
                        "it",
                        await tx.ReadOfAsync("test.act", "it")
                    );
                    await tx.RecordAsync(new LedgerAct("test.act", "it"));
                    return true;
                }
            );
    }

    [Fact(Timeout = 60_000)]
    public async Task Nobody_confirms_another_request_than_they_read_nor_another_plan()
    {
        await using var server = await TestServer.StartAsync();
        var db = server.Kernel().Db;
        var (asker, second) = (Person("person:asker"), Person("person:second"));
        var first = await AskAsync("To give A.", [1]);
        Assert.Equal("read_missing", await CodeAsync(null, [1]));
        Assert.Equal("asked_anew", await CodeAsync($"{Guid.NewGuid():n}", [1]));
        Assert.Equal("plan_changed", await CodeAsync(first.Read, [2]));
        Assert.Equal("plan_changed", await CodeAsync(first.Read, null));
        await db.ActAsync(
            asker,
            Permission.SettingsWrite,
            async tx =>
            {
                await SecondPerson.WithdrawAsync(tx, "test.act", "it", "Anew.");
                return true;
            }
        );
        Assert.Equal("nothing_requested", await CodeAsync(first.Read, [1]));
        var again = await AskAsync("To give B.", [2]);

        var refused = await Assert.ThrowsAsync<SecondPersonException>(() => ConfirmAsync(first.Read, [2]));
        Assert.Equal("asked_anew", refused.Code);
        Assert.Contains("called off by person:asker", refused.Message, StringComparison.Ordinal);
        Assert.Contains("To give B.", refused.Message, StringComparison.Ordinal);
        Assert.True(await ConfirmAsync(again.Read, [2]));

        Task<SecondPersonRequest> AskAsync(string why, byte[] plan) =>
            db.ActAsync(
                asker,
                Permission.SettingsWrite,
                tx => SecondPerson.RequestAsync(tx, "test.act", "it", why, TimeSpan.Zero, plan)
            );
        async Task<string> CodeAsync(string? read, byte[]? plan) =>
            (await Assert.ThrowsAsync<SecondPersonException>(() => ConfirmAsync(read, plan))).Code;
        Task<bool> ConfirmAsync(string? read, byte[]? plan) =>
            db.ActAsync(
                second,
                Permission.SettingsWrite,
                async tx =>
                {
                    await SecondPerson.ConfirmAsync(tx, "test.act", "it", read, plan);
                    await tx.RecordAsync(new LedgerAct("test.act", "it"));
                    return true;
                }
            );
    }

    [Fact(Timeout = 60_000)]
    public async Task The_first_admin_is_no_second_person_for_the_first_key()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var second = await ConsoleUser.InviteAsync(server, "second.admin", "admin");
        await server.PostAsync(
            "/v1/people/invitations",
            new { roles = new[] { "reviewer" } },
            HttpStatusCode.Created
        );

        var own = await admin.PostAsync(People, $"{People}/confirm");
        Assert.Equal(HttpStatusCode.Conflict, own.Status);
        Assert.Contains("second person", own.Text, StringComparison.Ordinal);
        var confirmed = await second.PostAsync(People, $"{People}/confirm");
        Assert.Equal(HttpStatusCode.OK, confirmed.Status);
        Assert.Equal(
            "person:admin-1",
            Assert.Single((await server.GetJsonAsync("/v1/keys")).EnumerateArray()).Text("createdBy")
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Nobody_gives_themselves_a_role_that_reads_cases()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var second = await ConsoleUser.InviteAsync(server, "second.admin", "admin");
        var own = await PageOfAsync(server, "admin-1");

        var refused = await admin.PostAsync(own, $"{own}/roles", ("role", "SeniorReviewer"));
        Assert.Equal("own_account", refused.Code);
        // Who takes the values of lists out is made by another, too.
        var exports = await admin.PostAsync(own, $"{own}/roles", ("role", "Admin"), ("role", "ListSteward"));
        Assert.Equal("own_account", exports.Code);
        // So is who ends what an authority has kept.
        var keeps = await admin.PostAsync(own, $"{own}/roles", ("role", "Admin"), ("role", "Custodian"));
        Assert.Equal("own_account", keeps.Code);
        var harmless = await admin.PostAsync(own, $"{own}/roles", ("role", "Admin"), ("role", "OnCall"));
        Assert.EndsWith("notice=saved", harmless.Location, StringComparison.Ordinal);
        // Who has a key is known to nobody: it gives no such role, to whomever.
        using var form = new FormUrlEncodedContent([new("role", "SeniorReviewer")]);
        using var byKey = await server.Client.PostAsync($"{own}/roles", form);
        Assert.Contains(
            "who has a key is known to nobody",
            await byKey.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
        // Another admin may.
        var kept = await second.PostAsync(own, $"{own}/roles", ("role", "Admin"), ("role", "Custodian"));
        Assert.EndsWith("notice=saved", kept.Location, StringComparison.Ordinal);
        var given = await second.PostAsync(own, $"{own}/roles", ("role", "SeniorReviewer"));
        Assert.EndsWith("notice=saved", given.Location, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_who_is_disabled_requests_are_called_off_and_an_alarm_names_the_keys()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var second = await ConsoleUser.InviteAsync(server, "second.admin", "admin");
        await second.PostAsync(
            "/console/keys",
            "/console/keys",
            ("label", "upload service"),
            ("scope", "Scan"),
            ("days", "7")
        );
        await second.PostAsync(People, $"{People}/invite", ("role", "Reviewer"));
        var page = await PageOfAsync(server, "admin-2");

        await admin.PostAsync(page, $"{page}/state", ("state", "disabled"));

        Assert.Equal(
            "Who asked for it was disabled.",
            Assert.Single(await server.LedgerAsync("second_person.withdrawn")).Text("reason")
        );
        var alarm = Assert.Single(
            (await server.GetJsonAsync("/v1/alarms")).GetProperty("alarms").EnumerateArray(),
            alarm => alarm.Text("code") == Vigil.Trust.People.KeysOfDisabled
        );
        var key = (await server.GetJsonAsync("/v1/keys"))
            .EnumerateArray()
            .Single(key => key.Text("createdBy") == "person:admin-2");
        Assert.Contains(key.Text("id"), alarm.Text("text"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_admins_are_not_alone()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var second = await ConsoleUser.InviteAsync(server, "second.admin", "admin");
        Assert.Equal(HttpStatusCode.Conflict, await DeclareAsync());

        var page = await PageOfAsync(server, "admin-2");
        await admin.PostAsync(page, $"{page}/state", ("state", "disabled"));
        Assert.Equal(HttpStatusCode.OK, await DeclareAsync());
        // Who made themselves alone is not alone yet: the other is told first.
        var alarm = (await server.GetJsonAsync("/v1/alarms"))
            .GetProperty("alarms")
            .EnumerateArray()
            .Single(alarm => alarm.Text("code") == SoloMode.DeclaredAlarm);
        Assert.Equal("urgent", alarm.Text("severity"));
        Assert.Contains("admin-2", alarm.Text("text"), StringComparison.Ordinal);
        var installation = await server.GetJsonAsync("/v1/installation");
        Assert.False(installation.GetProperty("soloMode").GetBoolean());
        Assert.NotEqual(JsonValueKind.Null, installation.GetProperty("soloModeFrom").ValueKind);
        var own = await PageOfAsync(server, "admin-1");
        var early = await admin.PostAsync(own, $"{own}/roles", ("role", "Admin"), ("role", "SeniorReviewer"));
        Assert.Equal("roles_conflict", early.Code);

        async Task<HttpStatusCode> DeclareAsync()
        {
            using var put = ConsoleUser.JsonContent(new { on = true, reason = "I am alone." });
            using var answer = await server.Client.PutAsync("/v1/installation/solo-mode", put);
            return answer.StatusCode;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_of_before_sessions_were_bound_ends_in_silence()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        Assert.True(await admin.IsInsideAsync());
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx => tx.ExecuteAsync("update person_session set client_digest = null")
            );
        server.Kernel().Sessions.Forget();

        Assert.False(await admin.IsInsideAsync());
        Assert.Empty(await server.LedgerAsync("session.used_elsewhere"));
    }

    private static async Task<string> PageOfAsync(TestServer server, string pseudonym)
    {
        var person = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => Vigil.Trust.People.FindByPseudonymAsync(tx, pseudonym),
                TenantId.Default
            );
        return $"{People}/{person.Id}";
    }

    private static Actor Person(string name) =>
        new(TenantId.Default, ActorKind.Person, name, Grants.Of([Role.Admin, Role.Reviewer]));

    private static Actor KeyOf(string id) =>
        new(TenantId.Default, ActorKind.ApiKey, $"key:{id}", Grants.Of([Scope.Admin]));
}
