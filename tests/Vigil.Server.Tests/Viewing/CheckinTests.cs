using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Checkins;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Check-ins are a person's own: offered, never forced, read by nobody else.</summary>
public class CheckinTests
{
    private const string Page = "/console/exposure/checkin";
    private const string Lead = "/console/wellness/checkins";
    private const string Offered = "yours to take or to leave";

    [Fact(Timeout = 180_000)]
    public async Task Answers_are_for_the_person_alone_and_stand_in_no_ledger()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var one = await server.ReviewerAsync();
        using var other = await server.ReviewerAsync("some.other");
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        using var admin = await ConsoleUser.InviteAsync(server, "ad.min", "admin");
        var viewer = (await server.SignedInAsync(one)).Actor.Name;
        var acts = (await server.LedgerAllAsync()).Count;

        await AnswerAsync(one, talk: true, ("q-rested", "0"), ("q-amount", "4"));

        Assert.Equal(acts, (await server.LedgerAllAsync()).Count);
        var own = (await one.GetAsync(Page)).Text;
        Assert.Contains("<strong>not at all</strong>", own, StringComparison.Ordinal);
        Assert.Contains("<strong>fully</strong>", own, StringComparison.Ordinal);
        Assert.Contains("You asked to talk to someone", own, StringComparison.Ordinal);
        Assert.DoesNotContain("<strong>", await MineAsync(other), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await lead.GetAsync(Page)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.GetAsync(Page)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.GetAsync(Lead)).Status);
        var told = (await lead.GetAsync(Lead)).Text;
        Assert.Contains(viewer, told, StringComparison.Ordinal);
        Assert.DoesNotContain("slept", told, StringComparison.Ordinal);
        Assert.DoesNotContain("not at all", told, StringComparison.Ordinal);
        // Sealed, bound to the person, and nobody's of another tenant.
        var kept = Assert.Single(await KeptAsync(server));
        Assert.DoesNotContain("rested", Encoding.UTF8.GetString(kept), StringComparison.Ordinal);
        Assert.Single(await OfAsync(server, TenantId.Default, viewer));
        Assert.Empty(await OfAsync(server, new TenantId("another"), viewer));
        await NotTakenAlongAsync(server);

        await one.PostAsync(Page, Page + "/forget");
        Assert.Empty(await KeptAsync(server));
    }

    [Fact(Timeout = 180_000)]
    public async Task One_is_offered_after_days_with_looks_or_a_limit_and_put_off_without_a_reason()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        using var reviewer = await server.ReviewerAsync();
        var viewer = (await server.SignedInAsync(reviewer)).Actor.Name;
        async Task<bool> IsOfferedAsync() =>
            (await reviewer.GetAsync("/console/exposure")).Text.Contains(Offered, StringComparison.Ordinal);
        Task<int> SeeAsync(int daysAgo) =>
            LimitTests.ExposeAsync(
                server,
                viewer,
                Guid.NewGuid(),
                TimeSpan.FromSeconds(5),
                time.GetUtcNow().AddDays(-daysAgo)
            );

        foreach (var day in (int[])[1, 2, 3, 4, 4])
        {
            await SeeAsync(day);
        }
        Assert.False(await IsOfferedAsync());
        await SeeAsync(5);
        Assert.True(await IsOfferedAsync());
        await reviewer.PostAsync("/console/exposure", Page + "/later");
        Assert.False(await IsOfferedAsync());
        Assert.Equal(HttpStatusCode.OK, (await reviewer.GetAsync(Page)).Status);
        time.Advance(TimeSpan.FromHours(25));
        await reviewer.SignInAsync();
        Assert.True(await IsOfferedAsync());
        await AnswerAsync(reviewer, talk: false);
        Assert.False(await IsOfferedAsync());
        time.Advance(TimeSpan.FromSeconds(1));
        await LimitTests.ExposeAsync(server, viewer, Guid.NewGuid(), TimeSpan.FromMinutes(60));
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        Assert.Equal((HttpStatusCode.Conflict, "stopped"), await reviewer.TokenAsync(content));
        Assert.True(await IsOfferedAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task Who_asked_to_talk_is_answered_by_another_person_and_rings_when_it_lasts()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        using var both = await ConsoleUser.InviteAsync(server, "both.roles", "reviewer", "wellness_lead");
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        var viewer = (await server.SignedInAsync(both)).Actor.Name;
        await AnswerAsync(both, talk: true);
        await AnswerAsync(both, talk: true);
        var request = Assert.Single(await RequestsAsync(server));

        await ForgetAsync(server);
        Assert.Equal(0, await AlarmsAsync(server));
        time.Advance(TimeSpan.FromHours(25));
        await ForgetAsync(server);
        await ForgetAsync(server);
        Assert.Equal(1, await AlarmsAsync(server));
        await both.SignInAsync();
        await lead.SignInAsync();
        var own = await both.PostAsync(Lead, $"{Lead}/contacts/{request.Id}/answered");
        Assert.Contains("contact_own", own.Location, StringComparison.Ordinal);
        await lead.PostAsync(Lead, $"{Lead}/contacts/{request.Id}/take");
        Assert.Contains("waits too long", (await lead.GetAsync(Lead)).Text, StringComparison.Ordinal);
        Assert.StartsWith("person:", Assert.Single(await RequestsAsync(server)).Owner!);
        var done = await lead.PostAsync(Lead, $"{Lead}/contacts/{request.Id}/answered");

        Assert.Contains("contact_done", done.Location, StringComparison.Ordinal);
        Assert.Equal(0, await AlarmsAsync(server));
        Assert.Single(await server.LedgerAsync("wellness.contact_taken"));
        var act = Assert.Single(await server.LedgerAsync("wellness.contact_answered"));
        Assert.DoesNotContain(viewer, act.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Of_fewer_than_five_people_no_number_is_told()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        var now = DateTimeOffset.UtcNow;
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddDays(-3);
        async Task<string> TellAsync(string viewer)
        {
            await server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: true,
                    tx => Checkin.AddAsync(tx, viewer, new Dictionary<string, int>()),
                    TenantId.Default
                );
            await server.ExecuteAsync(
                "update viewing_checkin set at = @month where tenant = @tenant and viewer = @viewer",
                new { month, viewer }
            );
            return (await lead.GetAsync(Lead)).Text;
        }

        foreach (var viewer in (string[])["a", "b", "c", "d", "d", "d"])
        {
            Assert.Contains("fewer than 5 people", await TellAsync(viewer), StringComparison.Ordinal);
        }
        Assert.Contains("7 check-ins of 5 people", await TellAsync("e"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Answers_go_after_the_time_that_is_set_and_with_the_person()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        using var one = await server.ReviewerAsync();
        using var other = await server.ReviewerAsync("some.other");
        var left = await server.SignedInAsync(one);
        await AnswerAsync(one, talk: true, ("q-rested", "2"));
        await AnswerAsync(other, talk: false, ("q-rested", "2"));
        await AnswerAsync(other, talk: false, ("q-rested", "2"));
        var saved = await lead.PostAsync(
            Lead,
            $"{Lead}/rules",
            ("exposureDays", "5"),
            ("keepDays", "30"),
            ("answerHours", "24")
        );
        Assert.Contains("saved", saved.Location, StringComparison.Ordinal);
        Assert.Single(
            await server.LedgerAsync("setting.changed"),
            act => act.ToString().Contains("viewing.checkin", StringComparison.Ordinal)
        );
        await ForgetAsync(server);
        Assert.Equal(3, (await KeptAsync(server)).Count);
        await server.ExecuteAsync(
            """
            update viewing_checkin set at = @old where tenant = @tenant and id = (
                select id from viewing_checkin where tenant = @tenant and viewer <> @viewer order by id limit 1)
            """,
            new { old = DateTimeOffset.UtcNow.AddDays(-31), viewer = left.Actor.Name }
        );
        await ForgetAsync(server);
        Assert.Equal(2, (await KeptAsync(server)).Count);

        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    await tx.RaiseAsync(new PersonDisabled(left.Actor.Name));
                    return true;
                },
                TenantId.Default
            );

        Assert.Single(await KeptAsync(server));
        Assert.Empty(await RequestsAsync(server));
    }

    [Fact(Timeout = 120_000)]
    public async Task Helpers_stand_where_they_are_needed_and_their_setting_is_in_the_ledger()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        using var reviewer = await server.ReviewerAsync();
        await lead.PostAsync(
            Lead,
            $"{Lead}/helpers",
            ("name", "SAMPLE helpers"),
            ("phone", "0000"),
            ("hours", "always"),
            ("place", "de"),
            ("language", "DE"),
            ("link", "https://example.com/<help>")
        );
        var bad = await lead.PostAsync(Lead, $"{Lead}/helpers", ("name", "x"), ("place", "Germany"));
        Assert.Equal("bad_helper", bad.Code);

        await reviewer.PostAsync("/console/exposure", "/console/exposure/pause");
        foreach (var page in (string[])["/console/exposure", Page])
        {
            var text = (await reviewer.GetAsync(page)).Text;
            Assert.Contains("SAMPLE helpers", text, StringComparison.Ordinal);
            Assert.Contains(
                "always, DE, de, https://example.com/&lt;help&gt;",
                text,
                StringComparison.Ordinal
            );
            Assert.DoesNotContain("href=\"https://example.com", text, StringComparison.Ordinal);
        }
        var act = Assert.Single(await server.LedgerAsync("wellness.helper_added"));
        Assert.DoesNotContain("SAMPLE", act.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_questions_have_a_source_and_ids_that_answers_can_be_kept_by()
    {
        var known = CheckinQuestions.Known;

        Assert.NotEmpty(known.Source);
        Assert.InRange(known.Questions.Count, 1, 10);
        Assert.InRange(known.Scale.Count, 2, 7);
        Assert.Equal(
            known.Questions.Count,
            known.Questions.Select(question => question.Id).Distinct().Count()
        );
        Assert.All(known.Questions, question => Assert.Matches("^[a-z_]+$", question.Id));
    }

    private static async Task AnswerAsync(ConsoleUser user, bool talk, params (string, string)[] answers)
    {
        var done = await user.PostAsync(Page, Page, talk ? [.. answers, ("talk", "yes")] : answers);
        Assert.Contains("checkin_done", done.Location, StringComparison.Ordinal);
    }

    /// <summary>What a person sees of earlier answers on the page.</summary>
    private static async Task<string> MineAsync(ConsoleUser user)
    {
        var page = await user.GetAsync(Page);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return page.Text;
    }

    /// <summary>The tenant's export counts rows and holds no answer.</summary>
    private static async Task NotTakenAlongAsync(TestServer server)
    {
        using var export = new MemoryStream();
        await server
            .Kernel()
            .Tenants.ExportAsync(
                Actor.Machine(TenantId.Default, "test", Permission.SettingsWrite),
                TenantId.Default,
                export
            );
        var text = Encoding.UTF8.GetString(export.ToArray());
        Assert.Contains("\"viewing_checkin\": 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("rested", text, StringComparison.Ordinal);
        Assert.DoesNotContain("checkin.", text, StringComparison.Ordinal);
    }

    private static Task<bool> ForgetAsync(TestServer server) =>
        ForgetExposure.RunAsync(
            server.Server.Services.GetRequiredService<Db>(),
            TenantId.Default,
            CancellationToken.None
        );

    private static Task<IReadOnlyList<Checkin>> OfAsync(TestServer server, TenantId tenant, string viewer) =>
        server.Kernel().Db.SystemAsync("test", isWrite: false, tx => Checkin.OfAsync(tx, viewer), tenant);

    private static Task<IReadOnlyList<ContactRequest>> RequestsAsync(TestServer server) =>
        server.Kernel().Db.SystemAsync("test", isWrite: false, ContactRequest.ReadAsync, TenantId.Default);

    private static Task<IReadOnlyList<byte[]>> KeptAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<byte[]>(
                        "select answers from viewing_checkin where tenant = @tenant order by id"
                    )
            );

    private static Task<long> AlarmsAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.FindAsync<long>(
                        """
                        select count(*) from alert
                        where tenant = @tenant and code = 'wellness_contact_waits' and state <> 'Closed'
                        """
                    )
            );
}
