using System.Net;
using System.Text.Json;
using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

public class TrainingTests
{
    [Fact(Timeout = 120_000)]
    public async Task Right_answers_to_samples_qualify_and_nothing_of_a_sample_leaves()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var person = await ClaimTests.PseudonymAsync(server, "Reviewer");
        await SamplesAsync(server, 12);
        Assert.False((await QualifiedAsync(server, person, QualificationTrack.Review)).IsQualified);

        string last = "";
        for (var answered = 0; answered < 10; answered++)
        {
            var begun = await reviewer.PostAsync("/console/training", "/console/training/next");
            last = begun.Location.Split('?')[0];
            await DecideAsync(reviewer, last, answered < 2 ? "confirmed" : "not_csam");
        }

        Assert.True((await QualifiedAsync(server, person, QualificationTrack.Review)).IsQualified);
        var filing = await QualifiedAsync(server, person, QualificationTrack.Filing);
        Assert.False(filing.IsQualified);
        Assert.Contains("by who trains here", filing.Advice, StringComparison.Ordinal);
        Assert.Single(await server.LedgerAsync("training.earned"));
        var row = (await server.GetJsonAsync("/v1/training/people")).GetProperty("people")[0];
        Assert.Equal((10, 8, 0), (Number(row, "answers"), Number(row, "right"), Number(row, "blind")));
        // Nothing left: no webhook, no case of anybody else's.
        Assert.Empty(await server.OutboxAsync(last.Split('/')[^1]));
        await server.GetJsonAsync($"/v1/cases/{last.Split('/')[^1]}/file", HttpStatusCode.NotFound);
        Assert.Empty((await server.GetJsonAsync("/v1/cases")).GetProperty("cases").EnumerateArray());
        var page = await reviewer.GetAsync(last);
        Assert.Contains("Yours was right", page.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sample_is_mixed_into_the_queue_unannounced_and_looks_like_any_other_case()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("training.blindPercent", "100");
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        await SamplesAsync(server, 1);
        var real = await server.OpenAsync("user-1");

        var first = (await reviewer.PostAsync("/console/cases", "/console/cases/next")).Location.Split('?')[
            0
        ];

        Assert.DoesNotContain(real, first, StringComparison.Ordinal);
        var page = await reviewer.GetAsync(first);
        Assert.DoesNotContain("sample", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("tag\">test<", page.Text, StringComparison.Ordinal);
        await DecideAsync(reviewer, first, "not_csam");
        Assert.Contains("known answer", (await reviewer.GetAsync(first)).Text, StringComparison.Ordinal);
        // It was asked once; the next is the real one.
        var second = (await reviewer.PostAsync("/console/cases", "/console/cases/next")).Location;
        Assert.Contains(real, second, StringComparison.Ordinal);
        var row = (await server.GetJsonAsync("/v1/training/people")).GetProperty("people")[0];
        Assert.Equal(1, Number(row, "blind"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_trains_others_grants_and_withdraws_and_nobody_qualifies_themselves()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var senior = await ConsoleUser.InviteAsync(server, "a.senior", "senior_reviewer");
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var (own, person) = (
            await ClaimTests.PseudonymAsync(server, "SeniorReviewer"),
            await ClaimTests.PseudonymAsync(server, "Reviewer")
        );
        var refused = await QualifyAsync(senior, own, "granted");
        Assert.Contains("Nobody qualifies themselves", refused.Text, StringComparison.Ordinal);

        await QualifyAsync(senior, person, "granted");
        Assert.True((await QualifiedAsync(server, person, QualificationTrack.Review)).IsQualified);
        await QualifyAsync(senior, person, "withdrawn");
        Assert.False((await QualifiedAsync(server, person, QualificationTrack.Review)).IsQualified);
        // What a person took, right answers do not give back; who trains others does.
        await RightAnswersAsync(server, person);
        Assert.False((await QualifiedAsync(server, person, QualificationTrack.Review)).IsQualified);
        Assert.True((await QualifiedAsync(server, person, QualificationTrack.Filing)).IsQualified);
        await server.SetAsync("training.required", "off");
        Assert.True((await QualifiedAsync(server, person, QualificationTrack.Review)).IsQualified);
    }

    private static Task<bool> RightAnswersAsync(TestServer server, string person) =>
        server
            .Kernel()
            .Db.ActAsync(
                Actor.Machine(TenantId.Default, "test", Permission.CaseDecide),
                Permission.CaseDecide,
                async tx =>
                {
                    for (var i = 0; i < Qualifications.Window; i++)
                    {
                        await tx.ExecuteAsync(
                            """
                            insert into training_answer (tenant, id, sample_id, person, case_id, is_blind, is_right,
                                facts_right, facts_asked, at)
                            values (@tenant, @id, @id, @person, @id, @no, @yes, 1, 1, @now)
                            """,
                            new
                            {
                                id = tx.NewId(),
                                person,
                                no = false,
                                yes = true,
                                now = tx.Now,
                            }
                        );
                    }
                    await Qualifications.FollowAsync(tx, person);
                    return true;
                }
            );

    [Fact(Timeout = 60_000)]
    public async Task A_decision_made_without_a_view_is_looked_at_by_another_and_opened_again_where_they_differ()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("cases.auditPercent", "100");
        using var second = await server.ClientOfAsync(Scope.Cases);
        var (same, differs) = (await server.OpenAsync("a"), await server.OpenAsync("b"));
        await server.DecideAsync(same);
        await server.DecideAsync(differs);
        Assert.Empty(
            (await server.GetJsonAsync($"/v1/audits?person={ReviewWork.Person}"))
                .GetProperty("waiting")
                .EnumerateArray()
        );

        var waiting = (await server.GetJsonAsync("/v1/audits", client: second)).GetProperty("waiting");

        Assert.Equal(2, waiting.GetArrayLength());
        Assert.DoesNotContain("confirmed", waiting.ToString(), StringComparison.Ordinal);
        var own = await server.PostAsync(
            $"/v1/audits/{waiting[0].Text("itemId")}",
            new { verdict = "confirmed", person = ReviewWork.Person },
            HttpStatusCode.Conflict
        );
        Assert.Equal("own_decision", own.Text("code"));
        foreach (var audit in waiting.EnumerateArray())
        {
            await server.PostAsync(
                $"/v1/audits/{audit.Text("itemId")}",
                new
                {
                    verdict = audit.Text("caseRef") == same ? "confirmed" : "not_csam",
                    reason = "Seen otherwise.",
                    person = ReviewWork.Other,
                },
                client: second
            );
        }
        Assert.Equal("decided", await StateAsync(server, same));
        Assert.Equal("open", await StateAsync(server, differs));
        var after = await server.GetJsonAsync("/v1/audits");
        Assert.Equal((1, 1), (Number(after, "agreed"), Number(after, "disagreed")));
        // Who decided before it was opened again looks at no later decision either.
        await server.DecideAsync(differs, "not_csam", client: second);
        var offered = await server.GetJsonAsync($"/v1/audits?person={ReviewWork.Person}");
        Assert.Equal(0, offered.GetProperty("waiting").GetArrayLength());
        var drawn = await server.GetJsonAsync("/v1/audits?person=cleo");
        var earlier = await server.PostAsync(
            $"/v1/audits/{Assert.Single(drawn.GetProperty("waiting").EnumerateArray()).Text("itemId")}",
            new { verdict = "confirmed", person = ReviewWork.Person },
            HttpStatusCode.Conflict
        );
        Assert.Equal("own_decision", earlier.Text("code"));
    }

    [Fact(Timeout = 60_000)]
    public async Task About_so_many_decisions_are_drawn_as_the_setting_says_and_none_when_it_is_nought()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("cases.auditPercent", "0");
        using var second = await server.ClientOfAsync(Scope.Cases);
        for (var number = 0; number < 10; number++)
        {
            await server.DecideAsync(await server.OpenAsync($"user-{number}"));
        }
        var none = await server.GetJsonAsync("/v1/audits", client: second);
        Assert.Equal(0, none.GetProperty("waiting").GetArrayLength());
    }

    private static async Task SamplesAsync(TestServer server, int count)
    {
        for (var number = 0; number < count; number++)
        {
            await server.PostAsync(
                "/v1/training/samples",
                new
                {
                    title = $"Made {number}",
                    problemType = "other",
                    surface = "comment",
                    summary = "Flagged by a user: other.",
                    text = "A drawing of a house.",
                    verdict = "not_csam",
                    explanation = "A house.",
                },
                HttpStatusCode.Created
            );
        }
    }

    private static Task<ConsoleUser.Answer> DecideAsync(ConsoleUser user, string casePath, string verdict) =>
        user.PostAsync(casePath, $"{casePath}/decision", ("verdict", verdict), ("reason", ReviewWork.Why));

    private static Task<ConsoleUser.Answer> QualifyAsync(ConsoleUser user, string person, string state) =>
        user.PostAsync(
            "/console/training",
            "/console/training/qualifications",
            ("person", person),
            ("track", "review"),
            ("state", state),
            ("reason", "Learned it elsewhere.")
        );

    private static Task<Qualification> QualifiedAsync(
        TestServer server,
        string person,
        QualificationTrack track
    )
    {
        var actor = new Actor(
            TenantId.Default,
            ActorKind.Person,
            person,
            new HashSet<Permission> { Permission.ContentReveal }
        );
        return server
            .Kernel()
            .Db.ReadAsync(
                actor,
                Permission.ContentReveal,
                tx => tx.AskAsync<QualificationWanted, Qualification>(new QualificationWanted(track))
            );
    }

    private static async Task<string> StateAsync(TestServer server, string reference) =>
        (await server.FileAsync(reference)).GetProperty("case").Text("state");

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
