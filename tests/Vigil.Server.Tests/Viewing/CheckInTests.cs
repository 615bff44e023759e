using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Asked how they are: when, and that nobody learns what they say.</summary>
public class CheckInTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_person_is_asked_after_seven_days_with_looks_once_and_not_for_how_many_looks()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        using var reviewer = await server.ReviewerAsync();
        for (var day = 1; day <= 6; day++)
        {
            await reviewer.LookAsync(content);
            await reviewer.LookAsync(content);
            await server.DayPassesAsync();
        }
        Assert.Empty(await server.CheckInsAsync());
        Assert.DoesNotContain(
            CheckInWork.Question,
            (await reviewer.GetAsync(CheckInWork.Own)).Text,
            StringComparison.Ordinal
        );

        await reviewer.LookAsync(content);
        await reviewer.LookAsync(content);

        Assert.Equal(("Days", "Open"), Assert.Single(await server.CheckInsAsync()));
        Assert.Contains(
            CheckInWork.Question,
            (await reviewer.GetAsync(CheckInWork.Own)).Text,
            StringComparison.Ordinal
        );
        Assert.Contains("How are you?", (await reviewer.GetAsync("/console")).Text, StringComparison.Ordinal);
        using var other = await server.ReviewerAsync("oth.er");
        Assert.DoesNotContain(
            "How are you?",
            (await other.GetAsync("/console")).Text,
            StringComparison.Ordinal
        );
        // Nothing is held back from who does not answer, and it goes away by itself.
        var skipped = await reviewer.AnswerAsync("skip", "on");
        Assert.Contains("check_in_skipped", skipped.Location, StringComparison.Ordinal);
        await reviewer.LookAsync(content);
        Assert.Equal(HttpStatusCode.OK, (await reviewer.TokenAsync(content)).Status);
        Assert.Equal(("Days", "Skipped"), Assert.Single(await server.CheckInsAsync()));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_somebody_answers_is_sealed_in_one_length_in_no_ledger_and_on_no_page_of_others()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.AskDailyAsync();
        using var reviewer = await server.ReviewerAsync();
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        foreach (var answer in new[] { "fine", "talk", "strained" })
        {
            await reviewer.LookAsync(content);
            var acts = (await server.LedgerAllAsync()).Count;
            var kept = await reviewer.AnswerAsync("answer", answer);
            Assert.Contains("check_in_kept", kept.Location, StringComparison.Ordinal);
            Assert.Equal(acts, (await server.LedgerAllAsync()).Count);
            Assert.Contains(
                "Nobody waits for a talk.",
                (await lead.GetAsync("/console/wellness")).Text,
                StringComparison.Ordinal
            );
            await server.DayPassesAsync();
        }

        var own = (await reviewer.GetAsync(CheckInWork.Own)).Text;
        Assert.Contains("I would like to talk to somebody", own, StringComparison.Ordinal);
        // The last word counts: no talk is offered any more.
        Assert.DoesNotContain("id=\"talk\"", own, StringComparison.Ordinal);
        var early = await reviewer.FieldsAsync(content, $"{CheckInWork.Own}/talk");
        Assert.Equal((HttpStatusCode.Conflict, "no_talk_offered"), (early.Status, early.Code));
        var kinds = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.QueryAsync<byte[]>("select answer from viewing_check_in")
            );
        Assert.Equal(3, kinds.Count);
        Assert.Single(kinds.Select(answer => answer.Length).Distinct());
        Assert.All(kinds, answer => Assert.True(answer.Length > 16));
        Assert.DoesNotContain(
            (await server.SignedInAsync(reviewer)).Actor.Name,
            (await lead.GetAsync("/console/wellness")).Text,
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_talk_is_told_of_by_a_press_of_their_own_and_ended_by_another_person()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.AskDailyAsync();
        using var both = await ConsoleUser.InviteAsync(server, "both.roles", "reviewer", "wellness_lead");
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        var viewer = (await server.SignedInAsync(both)).Actor.Name;
        const string page = "/console/wellness";
        await both.LookAsync(content);
        await both.AnswerAsync("answer", "talk");
        Assert.DoesNotContain(viewer, (await lead.GetAsync(page)).Text, StringComparison.Ordinal);

        await both.PostAsync(CheckInWork.Own, $"{CheckInWork.Own}/talk");
        Assert.Contains(viewer, (await lead.GetAsync(page)).Text, StringComparison.Ordinal);
        await both.PostAsync(CheckInWork.Own, $"{CheckInWork.Own}/talk/withdraw");
        Assert.DoesNotContain(viewer, (await lead.GetAsync(page)).Text, StringComparison.Ordinal);
        await both.PostAsync(CheckInWork.Own, $"{CheckInWork.Own}/talk");
        var again = await both.FieldsAsync(content, $"{CheckInWork.Own}/talk");
        Assert.Equal("no_talk_offered", again.Code);
        Assert.Contains("Talks asked for", (await lead.GetAsync("/console")).Text, StringComparison.Ordinal);

        var talk = Assert.Single(
            await server.Kernel().Db.SystemAsync("test", isWrite: false, Talks.WaitingAsync)
        );
        Assert.Equal(viewer, talk.Viewer);
        var mine = await both.PostAsync(page, $"{page}/talks/{talk.Id}/done");
        Assert.Contains("talk_own", mine.Location, StringComparison.Ordinal);
        var done = await lead.PostAsync(page, $"{page}/talks/{talk.Id}/done");
        Assert.Contains("talk_done", done.Location, StringComparison.Ordinal);
        Assert.Single(await server.LedgerAsync("viewing.talk_done"));
        Assert.DoesNotContain(viewer, (await lead.GetAsync(page)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "id=\"talk\"",
            (await both.GetAsync(CheckInWork.Own)).Text,
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_limit_asks_too_and_a_rule_of_zero_asks_nobody()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("viewing.rules", """{"checkInDays":0}""");
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        using var reviewer = await server.ReviewerAsync();
        var viewer = (await server.SignedInAsync(reviewer)).Actor.Name;
        await reviewer.LookAsync(content);
        await LimitTests.ExposeAsync(server, viewer, content, TimeSpan.FromMinutes(60));
        Assert.Equal("stopped", (await reviewer.TokenAsync(content)).TokenOrCode);
        Assert.Empty(await server.CheckInsAsync());

        await server.ExecuteAsync("delete from viewing_limit where tenant = @tenant", new { });
        await server.SetAsync("viewing.rules", """{"checkInDays":7}""");
        Assert.Equal("stopped", (await reviewer.TokenAsync(content)).TokenOrCode);
        Assert.Equal("stopped", (await reviewer.TokenAsync(content)).TokenOrCode);

        Assert.Equal(("Limit", "Open"), Assert.Single(await server.CheckInsAsync()));
        Assert.Contains(
            "You reached a limit.",
            (await reviewer.GetAsync(CheckInWork.Own)).Text,
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task How_many_answered_is_told_of_five_people_and_more_within_30_days()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        var now = DateTimeOffset.UtcNow;
        for (var one = 1; one <= 4; one++)
        {
            await server.AskedAsync($"person:reviewer-{one}", now.AddDays(-one), "Answered");
            await server.AskedAsync($"person:reviewer-{one}", now.AddDays(-one - 10));
        }
        await server.AskedAsync("person:reviewer-5", now.AddDays(-31), "Answered");
        var few = (await lead.GetAsync("/console/wellness")).Text;
        Assert.Contains("is shown from 5 people up", few, StringComparison.Ordinal);
        Assert.DoesNotContain("offered", few, StringComparison.Ordinal);

        await server.AskedAsync("person:reviewer-5", now.AddDays(-29), "Skipped");
        var enough = (await lead.GetAsync("/console/wellness")).Text;
        Assert.Contains("9 offered, 4 answered", enough, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task After_90_days_answers_are_forgotten_and_who_waits_for_a_talk_waits_on()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.AskDailyAsync();
        using var reviewer = await server.ReviewerAsync();
        await reviewer.LookAsync(content);
        await reviewer.AnswerAsync("answer", "talk");
        await reviewer.PostAsync(CheckInWork.Own, $"{CheckInWork.Own}/talk");
        var now = DateTimeOffset.UtcNow;
        await server.AskedAsync("person:reviewer-2", now.AddDays(-92), "Answered");
        await server.AskedAsync("person:reviewer-2", now.AddDays(-80));
        foreach (var doneAt in new DateTimeOffset?[] { null, now })
        {
            await server.ExecuteAsync(
                """
                insert into viewing_talk (tenant, id, viewer, at, done_at)
                values (@tenant, @id, 'person:reviewer-2', @at, @doneAt)
                """,
                new
                {
                    id = Guid.NewGuid(),
                    at = now.AddDays(-92),
                    doneAt,
                }
            );
        }

        await ForgetExposure.RunAsync(
            server.Server.Services.GetRequiredService<Db>(),
            TenantId.Default,
            CancellationToken.None
        );

        Assert.Equal([("Days", "Open"), ("Days", "Answered")], await server.CheckInsAsync());
        Assert.Equal(
            2,
            (await server.Kernel().Db.SystemAsync("test", isWrite: false, Talks.WaitingAsync)).Count
        );
        Assert.Equal(
            2L,
            await server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    tx => tx.FindAsync<long>("select count(*) from viewing_talk")
                )
        );
    }
}
