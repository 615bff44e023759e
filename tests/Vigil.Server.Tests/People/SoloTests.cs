using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

/// <summary>A team of one is one because it is, not because one admin made it so.</summary>
public class SoloTests
{
    private static readonly Role[] Both = [Role.Admin, Role.SeniorReviewer];

    [Fact(Timeout = 120_000)]
    public async Task Solo_mode_counts_a_day_after_another_admin_went_and_a_role_that_reads_cases_takes_another_day()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        var (admin, second) = (await PersonAsync(server, Role.Admin), await PersonAsync(server, Role.Admin));
        await ActAsync(server, tx => Vigil.Trust.People.SetRolesAsync(tx, second.Id, [Role.OnCall]));
        await DeclareAsync(server);

        time.Advance(TimeSpan.FromHours(23.9));
        Assert.False(await IsOnAsync(server));
        // Declaring it again makes it neither sooner nor later.
        await DeclareAsync(server);
        Assert.Equal("roles_conflict", await CodeAsync(() => GainAsync()));
        time.Advance(TimeSpan.FromHours(0.2));
        Assert.True(await IsOnAsync(server));

        var waits = await GainAsync();
        Assert.NotNull(waits);
        Assert.Equal([Role.Admin], (await FindAsync(server, admin)).Roles);
        Assert.Equal("not_ripe", await CodeAsync(() => GainAsync()));
        // What is asked for otherwise is another wish, and begins anew.
        Assert.NotNull(
            await ActAsync(
                server,
                tx => Vigil.Trust.People.SetRolesAsync(tx, admin.Id, [.. Both, Role.FilingOfficer])
            )
        );
        Assert.NotNull(await GainAsync());
        time.Advance(TimeSpan.FromHours(24.1));
        Assert.Null(await GainAsync());
        Assert.Equal(Both, (await FindAsync(server, admin)).Roles);

        Task<SecondPersonRequest?> GainAsync() =>
            ActAsync(server, tx => Vigil.Trust.People.SetRolesAsync(tx, admin.Id, Both));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_admin_ends_it_by_being_there_and_it_is_not_back_at_once_when_they_are_gone()
    {
        await using var server = await TestServer.StartAsync();
        await PersonAsync(server, Role.Admin);
        var second = await PersonAsync(server, Role.OnCall);
        await DeclareAsync(server);
        Assert.True(await IsOnAsync(server));

        await ActAsync(server, tx => Vigil.Trust.People.SetRolesAsync(tx, second.Id, [Role.Admin]));
        Assert.False(await IsOnAsync(server));
        await ActAsync(
            server,
            async tx =>
            {
                await Vigil.Trust.People.SetStateAsync(tx, second.Id, PersonState.Disabled);
                return true;
            }
        );
        await DeclareAsync(server);
        Assert.False(await IsOnAsync(server));
        // Nor does a third who joins leave it on.
        await PersonAsync(server, Role.Admin);
        Assert.Equal(2, (await server.LedgerAsync("solo_mode.ended")).Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_always_was_the_only_admin_is_alone_at_once()
    {
        await using var server = await TestServer.StartAsync();
        var admin = await PersonAsync(server, Role.Admin);
        await DeclareAsync(server);

        Assert.True(await IsOnAsync(server));
        // As long as nobody else ever was here.
        Role[] keeps = [Role.Admin, Role.Custodian];
        Assert.Null(await ActAsync(server, tx => Vigil.Trust.People.SetRolesAsync(tx, admin.Id, keeps)));
        Assert.Null(await ActAsync(server, tx => Vigil.Trust.People.SetRolesAsync(tx, admin.Id, Both)));
        Assert.Equal(Both, (await FindAsync(server, admin)).Roles);
        var other = await PersonAsync(server, Role.OnCall);
        Assert.NotNull(
            await ActAsync(server, tx => Vigil.Trust.People.SetRolesAsync(tx, other.Id, [Role.Reviewer]))
        );
        Assert.NotNull(
            await ActAsync(
                server,
                tx => Vigil.Trust.People.SetRolesAsync(tx, admin.Id, [.. Both, Role.Custodian])
            )
        );
        Assert.Equal(Both, (await FindAsync(server, admin)).Roles);
        Assert.Equal([Role.OnCall], (await FindAsync(server, other)).Roles);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_admin_of_long_ago_holds_nobody_up()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        await PersonAsync(server, Role.Admin);
        var second = await PersonAsync(server, Role.Admin);
        await ActAsync(server, tx => Vigil.Trust.People.SetRolesAsync(tx, second.Id, [Role.OnCall]));

        time.Advance(TimeSpan.FromDays(30.1));
        await DeclareAsync(server);

        Assert.True(await IsOnAsync(server));
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_was_an_admin_withdraws_it_until_it_counts()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var second = await ConsoleUser.InviteAsync(server, "second.admin", "admin");
        var other = await ActAsync(server, tx => Vigil.Trust.People.FindByPseudonymAsync(tx, "admin-2"));
        await ActAsync(server, tx => Vigil.Trust.People.SetRolesAsync(tx, other.Id, [Role.Auditor]));
        await DeclareAsync(server);

        var withdrawn = await second.PostAsync("/console", "/console/solo-mode/withdraw");

        Assert.EndsWith("notice=solo_withdrawn", withdrawn.Location, StringComparison.Ordinal);
        var installation = await server.GetJsonAsync("/v1/installation");
        Assert.Equal(JsonValueKind.Null, installation.GetProperty("soloModeFrom").ValueKind);
        Assert.Equal(
            "person:admin-2",
            Assert.Single(await server.LedgerAsync("solo_mode.ended")).Text("actor")
        );
        Assert.DoesNotContain(
            (await server.GetJsonAsync("/v1/alarms")).GetProperty("alarms").EnumerateArray(),
            alarm => alarm.Text("code") == SoloMode.DeclaredAlarm
        );
        // Once it counts it is the admin's to end.
        time.Advance(TimeSpan.FromDays(31));
        await DeclareAsync(server);
        Assert.Equal("nothing_requested", await CodeAsync(() => WithdrawAsync()));

        Task<bool> WithdrawAsync() =>
            ActAsync(
                server,
                async tx =>
                {
                    await SoloMode.WithdrawAsync(tx, "No.");
                    return true;
                }
            );
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_asked_for_in_solo_mode_takes_a_second_person_once_it_ended()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        var (asker, second) = (Person("person:asker"), Person("person:second"));
        await DeclareAsync(server);
        await ActAsync(server, tx => SecondPerson.RequestAsync(tx, "test.act", "it", "Why.", default), asker);
        time.Advance(TimeSpan.FromHours(25));
        await ActAsync(server, DeclareOffAsync);

        Assert.Equal("second_person_needed", await CodeAsync(() => ConfirmAsync(asker)));
        Assert.True(await ConfirmAsync(second));

        Task<bool> ConfirmAsync(Actor by) =>
            ActAsync(
                server,
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
                },
                by
            );
    }

    [Fact(Timeout = 60_000)]
    public async Task An_invitation_of_solo_mode_gives_no_roles_that_must_not_meet_once_it_ended()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        await DeclareAsync(server);
        var made = await server.PostAsync(
            "/v1/people/invitations",
            new { roles = new[] { "admin", "reviewer" } },
            HttpStatusCode.Created
        );
        await ActAsync(server, DeclareOffAsync);
        var kernel = server.Kernel();
        var joiner = new Joiner
        {
            Code = made.Text("code"),
            PersonId = Guid.CreateVersion7(),
            UserName = "late.comer",
            DisplayName = "Grace Example",
            Client = new SessionClient("Test", new byte[32]),
        };
        var secret = Joining.NewAppSecret();
        var code = Totp.CodeAt(secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30);

        var refused = await Assert.ThrowsAsync<PeopleException>(() =>
            kernel.Joining.WithPasswordAsync(joiner, ConsoleUser.Password, secret, code)
        );

        Assert.Equal("roles_conflict", refused.Code);
        // In solo mode too: with a second admin it would end by this, and the roles would stay.
        await DeclareAsync(server);
        refused = await Assert.ThrowsAsync<PeopleException>(() =>
            kernel.Joining.WithPasswordAsync(joiner, ConsoleUser.Password, secret, code)
        );
        Assert.Equal("roles_conflict", refused.Code);
        Assert.True(await IsOnAsync(server));
    }

    private static async Task<string> CodeAsync<T>(Func<Task<T>> act) =>
        await Record.ExceptionAsync(act) switch
        {
            PeopleException e => e.Code,
            SecondPersonException e => e.Code,
            var e => $"{e}",
        };

    private static Task<bool> IsOnAsync(TestServer server) =>
        server.Kernel().Db.SystemAsync("test", isWrite: false, SoloMode.IsOnAsync, TenantId.Default);

    private static Task<bool> DeclareAsync(TestServer server) =>
        ActAsync(
            server,
            async tx =>
            {
                await SoloMode.DeclareAsync(tx, true, "We are one.");
                return true;
            }
        );

    private static async Task<bool> DeclareOffAsync(Tx tx)
    {
        await SoloMode.DeclareAsync(tx, false, "We are two.");
        return true;
    }

    internal static Task<Person> PersonAsync(TestServer server, Role role) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                {
                    var id = tx.NewId();
                    return Vigil.Trust.People.CreateAsync(tx, id, $"a.{id:n}", "Ada", [role]);
                },
                TenantId.Default
            );

    private static Task<Person> FindAsync(TestServer server, Person person) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => Vigil.Trust.People.FindAsync(tx, person.Id),
                TenantId.Default
            );

    private static Task<T> ActAsync<T>(TestServer server, Func<Tx, Task<T>> work, Actor? by = null) =>
        server
            .Kernel()
            .Db.ActAsync(
                by ?? Person("person:admin-1"),
                Permission.SettingsWrite,
                async tx =>
                {
                    var result = await work(tx);
                    await tx.RecordAsync(new LedgerAct("test.act", "it"));
                    return result;
                }
            );

    private static Actor Person(string name) =>
        new(TenantId.Default, ActorKind.Person, name, Grants.Of([Role.Admin]));
}
