using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

public class FenceTests
{
    private static readonly Actor Lead = Actor.Machine(
        TenantId.Default,
        "test",
        Permission.CaseAssign,
        Permission.PeopleManage
    );

    [Fact(Timeout = 60_000)]
    public async Task A_fenced_person_sees_a_case_from_its_grant_to_its_end_and_nobody_elses()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        var one = (await server.HitAsync("user-1")).Value;
        var other = (await server.HitAsync("user-2")).Value;
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var investigator = await ConsoleUser.InviteAsync(server, "an.investigator", "investigator");
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        Assert.False(await SeesAsync(server, "investigator-2", one));
        Assert.True(await SeesAsync(server, "reviewer-3", one));

        var id = await ActAsync(
            server,
            tx => CaseGrants.GiveAsync(tx, one, "investigator-2", tx.Now.AddDays(2), "A hearing")
        );
        Assert.True(await SeesAsync(server, "investigator-2", one));
        Assert.False(await SeesAsync(server, "investigator-2", other));
        Assert.Equal([one], await VisibleAsync(server, "investigator-2"));
        Assert.Null(await VisibleAsync(server, "reviewer-3"));

        await ActAsync(server, tx => CaseGrants.EndAsync(tx, id));
        Assert.False(await SeesAsync(server, "investigator-2", one));

        await ActAsync(
            server,
            tx => CaseGrants.GiveAsync(tx, one, "investigator-2", tx.Now.AddDays(2), "A hearing")
        );
        time.Advance(TimeSpan.FromDays(2.1));
        Assert.False(await SeesAsync(server, "investigator-2", one));
        Assert.Equal(2, (await server.LedgerAsync("case.granted")).Count);
        Assert.Single(await server.LedgerAsync("case.grant_ended"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_vendors_reviewers_see_what_their_company_was_granted_and_no_other_company_does()
    {
        await using var server = await TestServer.StartAsync();
        var one = (await server.HitAsync("user-1")).Value;
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var first = await ConsoleUser.InviteAsync(server, "first.vendor", "vendor_reviewer");
        using var second = await ConsoleUser.InviteAsync(server, "second.vendor", "vendor_reviewer");
        using var alone = await ConsoleUser.InviteAsync(server, "third.vendor", "vendor_reviewer");
        await admin.PostAsync(
            "/console/vendors",
            "/console/vendors",
            ("name", "Blue"),
            ("supervisor", "vendor-reviewer-2")
        );
        await admin.PostAsync(
            "/console/vendors",
            "/console/vendors",
            ("name", "Red"),
            ("supervisor", "vendor-reviewer-3")
        );
        await AssignAsync(server, "vendor-reviewer-2", "Blue");
        await AssignAsync(server, "vendor-reviewer-3", "Red");
        await ActAsync(
            server,
            tx => CaseGrants.GiveToVendorAsync(tx, one, "Blue", tx.Now.AddDays(1), "Their queue")
        );

        Assert.True(await SeesAsync(server, "vendor-reviewer-2", one));
        Assert.False(await SeesAsync(server, "vendor-reviewer-3", one));
        Assert.False(await SeesAsync(server, "vendor-reviewer-4", one));
        // The supervisor sees what the company sees, and takes it away; another's sees nothing of it.
        var own = await first.GetAsync("/console/vendor");
        Assert.Contains(one, own.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(one, (await second.GetAsync("/console/vendor")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await alone.GetAsync("/console/vendor")).Status);
        await first.PostAsync("/console/vendor", "/console/vendor/end");
        Assert.False(await SeesAsync(server, "vendor-reviewer-2", one));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_senior_reviewer_grants_by_page_with_a_reason_and_an_end()
    {
        await using var server = await TestServer.StartAsync();
        var one = (await server.HitAsync("user-1")).Value;
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var senior = await ConsoleUser.InviteAsync(server, "a.senior", "senior_reviewer");
        using var investigator = await ConsoleUser.InviteAsync(server, "an.investigator", "investigator");

        var given = await senior.PostAsync(
            "/console/grants",
            "/console/grants",
            ("case", one),
            ("person", "investigator-3"),
            ("days", "7"),
            ("reason", "A hearing")
        );
        Assert.Equal("/console/grants?notice=created", given.Location);
        Assert.True(await SeesAsync(server, "investigator-3", one));
        foreach (
            var (name, value) in ((string, string)[])
                [
                    ("case", CaseRef.New().Value),
                    ("days", "91"),
                    ("reason", ""),
                    ("person", "senior-reviewer-2"),
                ]
        )
        {
            var fields = new Dictionary<string, string>
            {
                ["case"] = one,
                ["person"] = "investigator-3",
                ["days"] = "7",
                ["reason"] = "A hearing",
                [name] = value,
            };
            var refused = await senior.PostAsync(
                "/console/grants",
                "/console/grants",
                [.. fields.Select(field => (field.Key, field.Value))]
            );
            Assert.True((int)refused.Status is 404 or 422, $"{name}: {refused.Status}");
        }
        Assert.Equal(HttpStatusCode.Forbidden, (await investigator.GetAsync("/console/grants")).Status);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_filing_officer_has_a_substitute_for_the_days_that_were_said()
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var officer = await ConsoleUser.InviteAsync(server, "an.officer", "filing_officer");
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var page = await admin.GetAsync("/console/stand-ins");
        Assert.Contains("One person alone may file", page.Text, StringComparison.Ordinal);

        await StandInAsync(server, Lead, "reviewer-3", "filing-officer-2", Role.FilingOfficer, minutes: 10);
        server.Kernel().Sessions.Forget();
        Assert.True(await MayAsync(server, reviewer, Permission.ReportFile));
        time.Forward(TimeSpan.FromMinutes(11));
        Assert.False(await MayAsync(server, reviewer, Permission.ReportFile));
        Assert.True(await MayAsync(server, reviewer, Permission.CaseRead));

        // Not before its day; and ended it opens nothing.
        var id = await StandInAsync(
            server,
            Lead,
            "reviewer-3",
            "filing-officer-2",
            Role.FilingOfficer,
            minutes: 60,
            inMinutes: 5
        );
        server.Kernel().Sessions.Forget();
        Assert.False(await MayAsync(server, reviewer, Permission.ReportFile));
        time.Forward(TimeSpan.FromMinutes(6));
        Assert.True(await MayAsync(server, reviewer, Permission.ReportFile));
        await ActAsync(server, tx => StandIns.EndAsync(tx, id));
        server.Kernel().Sessions.Forget();
        Assert.False(await MayAsync(server, reviewer, Permission.ReportFile));
        await CheckRefusedAsync(server);
    }

    /// <summary>An admin has no stand-in, nobody gives a role to themselves, and roles that must not meet do not.</summary>
    private static async Task CheckRefusedAsync(TestServer server)
    {
        var watch = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx => Vigil.Trust.People.CreateAsync(tx, tx.NewId(), "a.watch", "Ada", [Role.OnCall])
            );
        var itself = new Actor(TenantId.Default, ActorKind.Person, "person:reviewer-3", Lead.Permissions);
        foreach (
            var (actor, person, absent, role, days, code) in ((Actor, string, string, Role, int, string)[])
                [
                    (Lead, watch.Pseudonym, "admin-1", Role.Admin, 1, "bad_stand_in"),
                    (Lead, "reviewer-3", "filing-officer-2", Role.SeniorReviewer, 1, "bad_stand_in"),
                    (Lead, "admin-1", "filing-officer-2", Role.FilingOfficer, 1, "roles_conflict"),
                    (Lead, "reviewer-3", "filing-officer-2", Role.FilingOfficer, 91, "bad_until"),
                    (itself, "reviewer-3", "filing-officer-2", Role.FilingOfficer, 1, "own_account"),
                ]
        )
        {
            var refused = await Assert.ThrowsAsync<PeopleException>(() =>
                StandInAsync(server, actor, person, absent, role, days * 24 * 60)
            );
            Assert.Equal(code, refused.Code);
        }
        Assert.Equal(2, (await server.LedgerAsync("person.stands_in")).Count);

        // Nor does who stands in become an admin meanwhile.
        var id = await StandInAsync(server, Lead, watch.Pseudonym, "reviewer-3", Role.Reviewer, minutes: 60);
        var conflict = await Assert.ThrowsAsync<PeopleException>(BecomeAdminAsync);
        Assert.Equal("roles_conflict", conflict.Code);
        await ActAsync(server, tx => StandIns.EndAsync(tx, id));
        Assert.True(await BecomeAdminAsync());

        Task<bool> BecomeAdminAsync() =>
            ActAsync(
                server,
                async tx =>
                {
                    await Vigil.Trust.People.SetRolesAsync(tx, watch.Id, [Role.OnCall, Role.Admin]);
                    return true;
                }
            );
    }

    private static Task<Guid> StandInAsync(
        TestServer server,
        Actor actor,
        string person,
        string absent,
        Role role,
        int minutes,
        int inMinutes = 0
    ) =>
        server
            .Kernel()
            .Db.ActAsync(
                actor,
                Permission.PeopleManage,
                async tx =>
                    await StandIns.GiveAsync(
                        tx,
                        (await Vigil.Trust.People.FindByPseudonymAsync(tx, person)).Id,
                        (await Vigil.Trust.People.FindByPseudonymAsync(tx, absent)).Id,
                        role,
                        tx.Now.AddMinutes(inMinutes),
                        tx.Now.AddMinutes(minutes),
                        "On leave"
                    )
            );

    private static Task<T> ActAsync<T>(TestServer server, Func<Tx, Task<T>> work) =>
        server.Kernel().Db.ActAsync(Lead, Permission.CaseAssign, work);

    private static Task<bool> AssignAsync(TestServer server, string pseudonym, string vendor) =>
        ActAsync(
            server,
            async tx =>
            {
                var person = await Vigil.Trust.People.FindByPseudonymAsync(tx, pseudonym);
                await Vendors.AssignAsync(tx, person.Id, vendor);
                return true;
            }
        );

    private static async Task<bool> MayAsync(TestServer server, ConsoleUser user, Permission permission)
    {
        var found = await server
            .Kernel()
            .Sessions.FindAsync(
                user.Cookies.GetCookies(server.Address)["vigil-session"]!.Value,
                new(
                    "Test",
                    Vigil.Server.Ui.Browser.DigestOf(
                        user.Cookies.GetCookies(server.Address)["vigil-browser"]!.Value,
                        ConsoleUser.Agent
                    )
                )
            );
        return found!.Actor.May(permission);
    }

    private static Task<bool> SeesAsync(TestServer server, string pseudonym, string caseRef) =>
        AsAsync(server, pseudonym, tx => tx.MaySeeCaseAsync(caseRef));

    private static Task<IReadOnlySet<string>?> VisibleAsync(TestServer server, string pseudonym) =>
        AsAsync(server, pseudonym, tx => tx.VisibleCasesAsync());

    /// <summary>As the person's session would have it.</summary>
    private static async Task<T> AsAsync<T>(TestServer server, string pseudonym, Func<Tx, Task<T>> work)
    {
        var db = server.Kernel().Db;
        var person = await db.ReadAsync(
            Lead,
            Permission.PeopleManage,
            tx => Vigil.Trust.People.FindByPseudonymAsync(tx, pseudonym)
        );
        var actor = new Actor(
            TenantId.Default,
            ActorKind.Person,
            $"person:{pseudonym}",
            Grants.Of(person.Roles)
        )
        {
            Fence = Grants.SeesAllCases(person.Roles) ? null : new CaseFence(person.Id, person.Vendor),
        };
        return await db.ReadAsync(actor, Permission.CaseRead, work);
    }
}
