using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Server.Features.Cases;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Http;
using Vigil.Server.Tests.Access;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

public class SubjectTests
{
    [Fact(Timeout = 60_000)]
    public async Task An_action_is_a_persons_apart_from_the_decision_told_to_the_platform_and_taken_back()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.OpenAsync("user-1", "known_csam", "US");
        var early = await ActAsync(server, reference, "account_suspended", HttpStatusCode.Conflict);
        Assert.Equal("nothing_confirmed", early.Text("code"));
        await server.DecideAsync(reference);

        var action = await ActAsync(server, reference, "account_suspended");

        Assert.Equal("delayed", action.Text("tell"));
        Assert.Single(await server.LedgerAsync("account.acted"));
        await server.PostAsync(
            $"/v1/account-actions/{action.Text("id")}/reverse",
            new { reason = "A mistake.", person = ReviewWork.Person }
        );
        Assert.Equal(
            ["case.opened", "case.decided", "account.action", "account.action_reversed"],
            await server.OutboxAsync(reference)
        );
        var actions = (await server.GetJsonAsync($"/v1/cases/{reference}/account-actions")).GetProperty(
            "actions"
        );
        Assert.Equal("reversed", actions[0].Text("state"));
        // Of what was taken back nobody is told.
        var tell = $"/v1/account-actions/{action.Text("id")}/tell";
        var told = await server.PostAsync(tell, new { }, HttpStatusCode.Conflict);
        Assert.Equal("action_reversed", told.Text("code"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_the_account_may_be_a_childs_it_is_not_suspended_as_a_routine()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.OpenAsync("user-1", "self_generated");
        await server.DecideAsync(reference);

        var refused = await ActAsync(server, reference, "account_suspended", HttpStatusCode.Conflict);

        Assert.Equal("subject_may_be_a_child", refused.Text("code"));
        await ActAsync(server, reference, "content_hidden");
        await server.PostAsync(
            $"/v1/cases/{reference}/account-actions",
            new
            {
                kind = "account_restricted",
                reason = ReviewWork.Why,
                playbookRead = true,
                person = ReviewWork.Person,
            },
            HttpStatusCode.Created
        );
    }

    [Theory(Timeout = 60_000)]
    [InlineData("CA", "forbidden", "notice_forbidden")]
    [InlineData("US", "delayed", "notice_delayed")]
    [InlineData("DE", "delayed", "notice_delayed")]
    [InlineData("", "delayed", "notice_delayed")]
    public async Task A_user_is_told_as_the_place_permits_and_not_before(
        string place,
        string rule,
        string code
    )
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        var reference = await server.OpenAsync("user-1", "known_csam", place);
        await server.DecideAsync(reference);
        var action = await ActAsync(server, reference, "content_removed");
        Assert.Equal(rule, action.Text("tell"));
        var tell = $"/v1/account-actions/{action.Text("id")}/tell";
        Assert.Equal(code, (await server.PostAsync(tell, new { }, HttpStatusCode.Conflict)).Text("code"));

        time.Advance(TimeSpan.FromDays(31));
        // The first key's time is over too.
        using var later = await server.ClientOfAsync(Scope.Admin);
        if (rule == "forbidden")
        {
            await server.PostAsync(tell, new { }, HttpStatusCode.Conflict, client: later);
            Assert.DoesNotContain("account.notice", await server.OutboxAsync(reference));
        }
        else
        {
            await server.PostAsync(tell, new { }, client: later);
            await server.PostAsync(tell, new { }, client: later);
            Assert.Single(await server.OutboxAsync(reference), type => type == "account.notice");
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task An_appeal_is_decided_by_somebody_who_had_no_part_in_it_and_takes_the_action_back()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var decider = await server.ClientOfAsync(Scope.Cases);
        using var platform = await server.ClientOfAsync(Scope.Scan);
        using var independent = await server.ClientOfAsync(Scope.Admin);
        var reference = await server.OpenAsync("user-1", "known_csam");
        await server.DecideAsync(reference, client: decider);
        var action = (await ActAsync(server, reference, "account_suspended")).Text("id");

        var appeal = await AppealAsync(server, platform, action, HttpStatusCode.Accepted);
        // Sent again it is the same one.
        Assert.Equal(
            appeal.Text("appealId"),
            (await AppealAsync(server, platform, action, HttpStatusCode.Accepted)).Text("appealId")
        );
        await CheckReadersAsync(server, reference, appeal.Text("appealId"), independent, [decider, platform]);
        var path = $"/v1/appeals/{appeal.Text("appealId")}/decision";
        var body = Granted(ReviewWork.Person);
        // The same person through another key, and who decided.
        foreach (var name in (string[])[ReviewWork.Person, ReviewWork.Other])
        {
            var refused = await server.PostAsync(
                path,
                Granted(name),
                HttpStatusCode.Conflict,
                client: independent
            );
            Assert.Equal("not_independent", refused.Text("code"));
        }
        var own = await server.PostAsync(path, body, HttpStatusCode.Conflict);
        Assert.Equal("not_independent", own.Text("code"));
        await server.PostAsync(path, body, HttpStatusCode.Forbidden, client: decider);
        await server.PostAsync(path, Granted("cleo"), client: independent);

        Assert.Contains("account.action_reversed", await server.OutboxAsync(reference));
        Assert.Contains("appeal.decided", await server.OutboxAsync(reference));
        await server.PostAsync(path, body, HttpStatusCode.NotFound, client: independent);
        time.Advance(TimeSpan.FromDays(190));
        using var later = await server.ClientOfAsync(Scope.Scan);
        var late = await AppealAsync(server, later, action, HttpStatusCode.Conflict);
        Assert.Equal("too_late", late.Text("code"));

        static object Granted(string person) =>
            new
            {
                outcome = "granted",
                reason = "Somebody else used the account.",
                person,
            };
    }

    /// <summary>Who decides about appeals, and nobody else; inside the fence of their cases.</summary>
    private static async Task CheckReadersAsync(
        TestServer server,
        string reference,
        string id,
        HttpClient independent,
        HttpClient[] others
    )
    {
        foreach (var other in others)
        {
            await server.GetJsonAsync("/v1/appeals", HttpStatusCode.Forbidden, other);
        }
        var (routes, _) = await MatrixRoute.ReadAsync(server);
        Assert.Equal(
            [
                "GET /console/appeals AppealDecide",
                "GET /console/appeals/{appeal}/words AppealDecide",
                "GET /v1/appeals AppealDecide",
                "POST /console/appeals/{appeal} AppealDecide",
                "POST /console/appeals/{appeal}/words AppealDecide",
                "POST /v1/appeals FlagSubmit",
                "POST /v1/appeals/{appeal}/decision AppealDecide",
                "POST /v1/appeals/{appeal}/words AppealDecide",
            ],
            routes
                .Where(route => route.Path.Contains("/appeals", StringComparison.Ordinal))
                .Select(route => $"{route} {route.Permission}")
                .Order(StringComparer.Ordinal)
        );
        Assert.True(await MayDecideAsync(independent, "somebody-else"));
        Assert.False(await MayDecideAsync(server.Client, ReviewWork.Person));

        var fenced = Fenced.Of(Permission.AppealDecide);
        var decision = new AppealDecisionRequest { Outcome = "upheld", Reason = "Nothing new." };
        Assert.Empty((await ReadAsync()).Appeals);
        var unseen = await Assert.ThrowsAsync<ProblemException>(() =>
            server
                .Kernel()
                .Db.ActAsync(
                    fenced,
                    Permission.AppealDecide,
                    tx => Appeals.DecideAsync(tx, Guid.Parse(id), decision)
                )
        );
        Assert.Equal(404, unseen.Status);
        await server.GrantAsync(fenced, reference);
        Assert.Equal(id, Assert.Single((await ReadAsync()).Appeals).Id.ToString());

        Task<AppealsAnswer> ReadAsync() =>
            server.Kernel().Db.ReadAsync(fenced, Permission.AppealDecide, tx => Appeals.ListAsync(tx));

        async Task<bool> MayDecideAsync(HttpClient client, string person) =>
            (await server.GetJsonAsync($"/v1/appeals?person={person}", client: client))
                .GetProperty("appeals")[0]
                .GetProperty("mayDecide")
                .GetBoolean();
    }

    [Fact(Timeout = 60_000)]
    public async Task Feedback_that_contradicts_the_decision_opens_the_case_again()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.OpenAsync("user-1");
        await server.DecideAsync(reference);
        await FeedbackAsync(server, reference, "confirmed");
        Assert.Equal("decided", (await server.FileAsync(reference)).GetProperty("case").Text("state"));

        await FeedbackAsync(server, reference, "not_csam");

        var file = await server.FileAsync(reference);
        Assert.Equal("open", file.GetProperty("case").Text("state"));
        Assert.Contains("reopened_by_feedback", ReviewWork.TimelineOf(file));
    }

    [Fact(Timeout = 120_000)]
    public async Task Not_CSAM_drafts_a_correction_for_whoever_was_told()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.OpenAsync(
            new
            {
                account = "maria77",
                surface = "comment",
                text = "An address.",
                reason = "A notice came.",
                notice = new { from = "A hotline", reference = "H-17" },
            }
        );
        await server.DecideAsync(reference, "not_csam");

        var drafts = (await server.GetJsonAsync("/v1/corrections")).GetProperty("corrections");

        var draft = Assert.Single(drafts.EnumerateArray());
        Assert.Equal(("notice_sender", "A hotline H-17"), (draft.Text("kind"), draft.Text("whom")));
        var fenced = Fenced.Of(Permission.AppealDecide);
        Assert.Empty((await ReadAsync()).Corrections);
        await server.GrantAsync(fenced, reference);
        Assert.Single((await ReadAsync()).Corrections);
        var end = $"/v1/corrections/{draft.Text("id")}";
        var naming = new { state = "sent", reason = "Maria77 asked for it." };
        var refused = await server.PostAsync(end, naming, HttpStatusCode.BadRequest);
        Assert.Equal("reason_names_somebody", refused.Text("code"));
        await server.PostAsync(end, new { state = "sent", reason = "By mail." });
        Assert.Empty(
            (await server.GetJsonAsync("/v1/corrections")).GetProperty("corrections").EnumerateArray()
        );

        Task<CorrectionsAnswer> ReadAsync() =>
            server.Kernel().Db.ReadAsync(fenced, Permission.AppealDecide, DraftCorrections.ListAsync);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_names_a_cleared_person_goes_when_its_time_is_over_and_not_before()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        // Older, and held: it is passed over, however few are looked at in one go.
        var held = await server.OpenAsync("held-one");
        await server.DecideAsync(held, "not_csam");
        await server.PostAsync(
            "/v1/holds",
            ContentWork.HoldOn(new { caseRef = held.ToString() }),
            HttpStatusCode.Created
        );
        var cleared = await server.OpenAsync("maria77");
        var confirmed = await server.OpenAsync("other-one");
        await server.PostAsync($"/v1/cases/{cleared}/notes", new { text = "Maria says it is a painting." });
        await server.PostAsync(
            "/v1/flags",
            new
            {
                account = "maria77",
                surface = "comment",
                reason = "other",
                text = "Maria wrote it.",
                reporter = "bob-5",
            },
            HttpStatusCode.Accepted
        );
        await server.DecideAsync(cleared, "not_csam");
        await server.DecideAsync(confirmed);
        using var purge = new PurgeDue(
            server.Get<TrustKernel>(),
            server.Get<Vigil.Trust.Alarms>(),
            NullLogger<PurgeDue>.Instance
        )
        {
            PageRows = 1,
        };
        var stop = TestContext.Current.CancellationToken;
        time.Advance(TimeSpan.FromDays(29));
        Assert.Equal(0, await purge.RunAsync(TenantId.Default, stop));
        time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(1, await purge.RunAsync(TenantId.Default, stop));

        using var later = await server.ClientOfAsync(Scope.Admin);
        var file = await server.FileAsync(cleared, later);
        Assert.Equal(JsonValueKind.Null, file.GetProperty("account").ValueKind);
        Assert.DoesNotContain("Maria", file.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("bob-5", file.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("What somebody said", file.ToString(), StringComparison.Ordinal);
        Assert.Equal("not_csam", file.GetProperty("case").Text("outcome"));
        var found = await server.PostAsync("/v1/cases/search", new { account = "maria77" }, client: later);
        Assert.Empty(found.GetProperty("cases").EnumerateArray());
        Assert.Equal("other-one", (await server.FileAsync(confirmed, later)).Text("account"));
        Assert.Equal(0, await purge.RunAsync(TenantId.Default, stop));
        var refused = await server.PostAsync(
            $"/v1/cases/{confirmed}/purge",
            new { reason = "They asked." },
            HttpStatusCode.Conflict,
            client: later
        );
        Assert.Equal("not_to_be_purged", refused.Text("code"));
    }

    private static Task<JsonElement> ActAsync(
        TestServer server,
        string reference,
        string kind,
        HttpStatusCode expected = HttpStatusCode.Created
    ) =>
        server.PostAsync(
            $"/v1/cases/{reference}/account-actions",
            new
            {
                kind,
                reason = ReviewWork.Why,
                person = ReviewWork.Person,
            },
            expected
        );

    private static Task<JsonElement> AppealAsync(
        TestServer server,
        HttpClient client,
        string actionId,
        HttpStatusCode expected
    ) => server.PostAsync("/v1/appeals", new { actionId, text = "It was not me." }, expected, client: client);

    private static Task<JsonElement> FeedbackAsync(TestServer server, string reference, string outcome) =>
        server.PostAsync($"/v1/cases/{reference}/feedback", new { from = "authority", outcome });
}
