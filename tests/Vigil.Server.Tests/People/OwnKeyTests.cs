using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Destinations;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

/// <summary>Nobody does with a key of their own what nobody does for themselves.</summary>
public class OwnKeyTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_key_of_ones_own_gives_its_maker_no_role_no_case_and_no_reset()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var engineer = await ConsoleUser.InviteAsync(server, "an.engineer", "platform_engineer");
        using var senior = await ConsoleUser.InviteAsync(server, "a.senior", "senior_reviewer");
        using var onCall = await ConsoleUser.InviteAsync(server, "on.call", "on_call");
        using var steward = await ConsoleUser.InviteAsync(server, "a.steward", "list_steward");
        var own = await KeyOfAsync(server, "person:platform-engineer-2");
        var reference = CaseRef.New().Value;

        await ActAsync(server, Person("person:admin-1"), tx => AssignAsync(tx, "platform-engineer-2"));
        string[] codes =
        [
            await CodeAsync(() => StandInAsync(own, "platform-engineer-2", "senior-reviewer-3")),
            await CodeAsync(() => GrantAsync(own, "platform-engineer-2")),
            // Nor to the company that they are of.
            await CodeAsync(() => GrantToBlueAsync(own)),
            await CodeAsync(() => ResetAsync(own)),
        ];
        Assert.Equal("own_account own_grant own_grant own_account", string.Join(' ', codes));

        // Of another person no key says who they are: roles that read cases are given by who is signed in.
        Assert.Equal(
            "person_needed",
            await CodeAsync(() => StandInAsync(own, "on-call-4", "senior-reviewer-3"))
        );
        Assert.Equal(
            "person_needed",
            await CodeAsync(() => StandInAsync(own, "on-call-4", "list-steward-5", Role.ListSteward))
        );
        await StandInAsync(own, "list-steward-5", "on-call-4", Role.OnCall);
        await StandInAsync(Person("person:admin-1"), "on-call-4", "senior-reviewer-3");
        await GrantAsync(own, "on-call-4");
        await GrantToBlueAsync(await KeyOfAsync(server, "person:admin-1"));
        await ResetAsync(await KeyOfAsync(server, "person:admin-1"));

        Task<Guid> StandInAsync(Actor by, string person, string absent, Role role = Role.SeniorReviewer) =>
            ActAsync(
                server,
                by,
                async tx =>
                    await StandIns.GiveAsync(
                        tx,
                        (await Vigil.Trust.People.FindByPseudonymAsync(tx, person)).Id,
                        (await Vigil.Trust.People.FindByPseudonymAsync(tx, absent)).Id,
                        role,
                        tx.Now,
                        tx.Now.AddDays(1),
                        "On leave"
                    )
            );
        Task<Guid> GrantAsync(Actor by, string person) =>
            ActAsync(
                server,
                by,
                tx => CaseGrants.GiveAsync(tx, reference, person, tx.Now.AddDays(1), "A hearing")
            );
        Task<Guid> GrantToBlueAsync(Actor by) =>
            ActAsync(
                server,
                by,
                tx => CaseGrants.GiveToVendorAsync(tx, reference, "Blue", tx.Now.AddDays(1), "Their queue")
            );
        Task<SecondPersonRequest> ResetAsync(Actor by) =>
            ActAsync(
                server,
                by,
                async tx =>
                    await Invitations.AskToResetAsync(
                        tx,
                        (await Vigil.Trust.People.FindByPseudonymAsync(tx, "platform-engineer-2")).Id,
                        "Lost"
                    )
            );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_of_ones_own_qualifies_its_maker_for_nothing()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var own = await KeyOfAsync(server, "person:reviewer-2");
        var others = await KeyOfAsync(server, "person:admin-1");

        var refused = await Assert.ThrowsAsync<ProblemException>(() => QualifyAsync(own));
        Assert.Equal("not_to_oneself", refused.Code);
        Assert.Single((await QualifyAsync(others)).People);

        Task<TrainingAnswer> QualifyAsync(Actor by) =>
            ActAsync(
                server,
                by,
                tx =>
                    Qualifications.GiveAsync(
                        tx,
                        new QualifyRequest
                        {
                            Person = "reviewer-2",
                            Track = "review",
                            State = "granted",
                            Reason = "Learned it elsewhere.",
                        }
                    )
            );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_of_ones_own_lifts_no_stop_of_its_maker_and_ends_no_talk_with_them()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var own = await KeyOfAsync(server, "person:reviewer-2");
        var others = await KeyOfAsync(server, "person:wellness-lead-3");
        var talk = Guid.NewGuid();
        await server.ExecuteAsync(
            "insert into viewing_talk (tenant, id, viewer, at) values (@tenant, @talk, 'person:reviewer-2', 1)",
            new { talk }
        );
        var stop = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    await LimitEvents.NoteAsync(tx, "person:reviewer-2", LimitKind.Hard, tx.Now);
                    return (await LimitEvents.ReadAsync(tx)).Single().Id;
                },
                TenantId.Default
            );

        var stopLifted = await ActAsync(server, own, tx => LimitEvents.LiftAsync(tx, stop, "I feel fine."));
        var talkDone = await ActAsync(server, own, tx => Talks.DoneAsync(tx, talk));
        Assert.Equal((false, false), (stopLifted, talkDone));
        Assert.True(await ActAsync(server, others, tx => LimitEvents.LiftAsync(tx, stop, "We talked.")));
        Assert.True(await ActAsync(server, others, tx => Talks.DoneAsync(tx, talk)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_added_a_recipients_key_by_a_key_of_their_own_does_not_verify_it()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var (first, second) = (Person("person:first"), Person("person:second"));
        var own = await KeyOfAsync(server, first.Name);
        var publicKey = $"x25519+{Convert.ToBase64String(SecondReader.NewKeys().Public)}";
        var id = await ActAsync(
            server,
            own,
            tx => Recipients.AddAsync(tx, "police", "SAMPLE office", publicKey, "DE")
        );
        await ActAsync(
            server,
            second,
            async tx =>
            {
                await SecondPerson.WithdrawAsync(tx, Recipients.Verified, $"{id}", "Anew.");
                await Recipients.AskAgainAsync(tx, id);
                return true;
            }
        );

        var refused = await Assert.ThrowsAsync<SecondPersonException>(() => VerifyAsync(first));
        Assert.Equal("second_person_needed", refused.Code);
        Assert.True(await VerifyAsync(Person("person:third")));

        Task<bool> VerifyAsync(Actor by) =>
            ActAsync(
                server,
                by,
                async tx =>
                {
                    var recipient = await Recipients.RequireAsync(tx, id);
                    var read = await tx.ReadOfAsync(Recipients.Verified, $"{id}");
                    await Recipients.VerifyAsync(tx, id, recipient.Fingerprint, "SAMPLE call", "DE", read);
                    return true;
                }
            );
    }

    private static async Task<bool> AssignAsync(Tx tx, string pseudonym)
    {
        var person = await Vigil.Trust.People.FindByPseudonymAsync(tx, pseudonym);
        await Vendors.NameAsync(tx, "Blue", pseudonym);
        await Vendors.AssignAsync(tx, person.Id, "Blue");
        return true;
    }

    private static async Task<string> CodeAsync<T>(Func<Task<T>> act) =>
        await Record.ExceptionAsync(act) is PeopleException refused ? refused.Code : "";

    /// <summary>One that a key of theirs made, so that the row is followed to its beginning.</summary>
    private static async Task<Actor> KeyOfAsync(TestServer server, string person)
    {
        var first = await MakeAsync(Person(person));
        return KeyActor(await MakeAsync(KeyActor(first)));

        Task<string> MakeAsync(Actor by) =>
            ActAsync(
                server,
                by,
                async tx =>
                    (await ApiKeys.CreateAsync(tx, "script", [Scope.Admin], TimeSpan.FromDays(1))).Key.Id
            );
    }

    private static Task<T> ActAsync<T>(TestServer server, Actor by, Func<Tx, Task<T>> work) =>
        server.Kernel().Db.ActAsync(by, Permission.KeyManage, work);

    private static Actor Person(string name) =>
        new(TenantId.Default, ActorKind.Person, name, Grants.Of([Role.Admin, Role.SeniorReviewer]));

    private static Actor KeyActor(string id) =>
        new(TenantId.Default, ActorKind.ApiKey, $"key:{id}", Grants.Of([Scope.Admin]));
}
