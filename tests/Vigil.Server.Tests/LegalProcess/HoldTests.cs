using System.Net;
using Vigil.Server.Features.LegalProcess;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Destinations;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.LegalProcess;

public class HoldTests
{
    /// <summary>Taken for an account it would be recorded, and nothing held.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_case_that_is_named_with_a_slip_is_refused_and_of_what_is_not_here_the_page_says_so()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var officer = await ConsoleUser.InviteAsync(server, "filing.officer", "filing_officer");
        var id = LegalDesk.IdOf(
            await server.TakeAsync("preservation_letter", [new { account = "nobody-here" }])
        );
        Assert.Equal(
            "not_found",
            await officer.FormAsync(id, "scope", ("scope", "vc-7k3q-m2zd-9x"), ("reason", "As asked."))
        );
        Assert.Equal(
            "",
            await officer.FormAsync(id, "scope", ("scope", "other-account"), ("reason", "As asked."))
        );
        var page = (await officer.GetAsync($"/console/legal-process/{id}")).Text;
        Assert.Contains("nothing is held yet", page, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_letter_names_is_held_at_once_outlives_the_sweep_and_ends_by_its_time_with_alarms_before()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(Profile.Demo, o => o with { Time = time });
        var reference = await server.HitAsync("user-1", isTest: true);
        var content = await BringAsync(server, reference, [1, 2, 3]);
        var view = await server.TakeAsync("preservation_letter", [new { account = "user-1" }]);
        var id = LegalDesk.IdOf(view);
        // The holds and the request are one act's: the letter, and nothing else, placed the second.
        Assert.Equal(2, (await server.LedgerAsync("hold.placed")).Count);
        Assert.True(view.GetProperty("targets")[0].GetProperty("isHeld").GetBoolean());
        // The same reference again, typed otherwise; refused it holds nothing any more.
        var again = await server.TakeAsync("preservation_letter", [new { account = "user-1" }], "12 / 2026");
        Assert.Equal(id, again.GetProperty("status").Text("duplicateOf"));
        Assert.Single(again.GetProperty("duplicates").EnumerateArray());
        await server.MoveAsync(LegalDesk.IdOf(again), "refused");
        Assert.Single(await server.LedgerAsync("hold.lifted"));
        // A later case of the account is held with its first content.
        await server.PostAsync(
            $"/v1/cases/{reference}/close",
            new
            {
                because = "duplicate",
                reason = "A test.",
                person = ReviewWork.Person,
            }
        );
        var later = await server.HitAsync("user-1", isTest: true);
        Assert.NotEqual(reference, later);
        await BringAsync(server, later, [4, 5, 6]);
        Assert.Equal(2, (await server.ShowAsync(id)).GetProperty("targets").GetArrayLength());

        time.Pass(TimeSpan.FromHours(47));
        await server.LookAsync();
        Assert.Contains("legal_due_soon", await server.AlarmsAsync());
        time.Pass(TimeSpan.FromHours(2));
        await server.LookAsync();
        Assert.Contains("legal_overdue", await server.AlarmsAsync());
        Assert.Equal("overdue", (await server.ShowAsync(id)).GetProperty("status").Text("clock"));
        time.Pass(TimeSpan.FromDays(60));
        await server.Kernel().Retention.SweepAsync(TenantId.Default);
        using var key = await server.ClientOfAsync(Scope.Admin);
        Assert.Equal(
            "sealed",
            (await server.GetJsonAsync($"/v1/contents/{content}", client: key)).Text("state")
        );

        time.Pass(TimeSpan.FromDays(23));
        await server.LookAsync();
        Assert.Contains("legal_hold_ends", await server.AlarmsAsync());
        using var second = await server.ClientOfAsync(Scope.Admin);
        await ExtendAsync(server, second, id, time.GetUtcNow().AddDays(200), HttpStatusCode.Conflict);
        await ExtendAsync(server, second, id, time.GetUtcNow().AddDays(30), HttpStatusCode.OK);
        time.Pass(TimeSpan.FromDays(29));
        using var third = await server.ClientOfAsync(Scope.Admin);
        await server.LookAsync();
        Assert.Contains("legal_hold_ends", await server.AlarmsAsync());
        await server.Kernel().Retention.SweepAsync(TenantId.Default);
        Assert.Equal(
            "sealed",
            (await server.GetJsonAsync($"/v1/contents/{content}", client: third)).Text("state")
        );
        time.Pass(TimeSpan.FromDays(2));
        await server.LookAsync();
        await server.Kernel().Retention.SweepAsync(TenantId.Default);
        using var last = await server.ClientOfAsync(Scope.Admin);
        var done = await server.ShowAsync(id, last);
        Assert.Equal("done", LegalDesk.StateOf(done));
        // Its holds are over with it, not only by their own time.
        Assert.All(
            done.GetProperty("targets").EnumerateArray(),
            target => Assert.False(target.GetProperty("isHeld").GetBoolean())
        );
        Assert.DoesNotContain("legal_hold_ends", await server.AlarmsAsync());
        Assert.NotEqual(
            "sealed",
            (await server.GetJsonAsync($"/v1/contents/{content}", client: last)).Text("state")
        );
        Assert.DoesNotContain("legal_overdue", await server.AlarmsAsync());
    }

    /// <summary>An account may come to more cases than a person may name: none of them is lost, and sealing goes on.</summary>
    [Fact(Timeout = 120_000)]
    public async Task However_many_cases_come_of_an_account_each_is_held_and_let_go_again()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var view = await server.TakeAsync("court_order", [new { account = "user-1" }]);
        var id = LegalDesk.IdOf(view);
        await server.ExecuteAsync(
            $"""
            insert into legal_target (tenant, request_id, place, case_ref, added_at)
            with recursive n(i) as (select 1 union all select i + 1 from n where i < {LegalLimits.Targets})
            select @tenant, @id, 'SAMPLE ' || i, 'SAMPLE ' || i, 1 from n
            """,
            new { id = Guid.Parse(id) }
        );
        var reference = await server.HitAsync("user-1", isTest: true);
        await BringAsync(server, reference, [1, 2, 3]);
        var full = await server.ShowAsync(id);
        var count = full.GetProperty("targetCount");
        Assert.Equal(
            (LegalLimits.Targets + 1, 1),
            (count.GetProperty("here").GetInt32(), count.GetProperty("held").GetInt32())
        );
        Assert.Equal(LegalLimits.Targets, full.GetProperty("targets").GetArrayLength());
        Assert.Contains(
            $"{LegalLimits.Targets + 1} cases and contents are here, 1 of them held",
            await server.Client.GetStringAsync($"/console/legal-process/{id}"),
            StringComparison.Ordinal
        );
        // What a person adds is bounded, and says so.
        var more = await server.HitAsync("user-2", isTest: true);
        var refused = await server.PostAsync(
            $"/v1/legal-process/{id}/scope",
            new { scope = new[] { new { caseRef = more.Value } }, reason = "A test." },
            HttpStatusCode.Conflict
        );
        Assert.Equal("scope_too_large", refused.Text("code"));
        // An order whose hold is over holds nothing more, and what is sealed is sealed all the same.
        await server.ExecuteAsync(
            "update legal_request set hold_until = 1 where tenant = @tenant and id = @id",
            new { id = Guid.Parse(id) }
        );
        await server.PostAsync(
            $"/v1/cases/{reference}/close",
            new
            {
                because = "duplicate",
                reason = "A test.",
                person = ReviewWork.Person,
            }
        );
        await BringAsync(server, await server.HitAsync("user-1", isTest: true), [4, 5, 6]);
        count = (await server.ShowAsync(id)).GetProperty("targetCount");
        Assert.Equal(
            (LegalLimits.Targets + 2, 1),
            (count.GetProperty("here").GetInt32(), count.GetProperty("held").GetInt32())
        );
        await server.MoveAsync(id, "withdrawn");
        Assert.Single(await server.LedgerAsync("hold.lifted"));
    }

    /// <summary>More than a page of them; over the limit nothing is held in part, and it is said what to do.</summary>
    [Fact(Timeout = 120_000)]
    public async Task All_cases_of_an_account_are_held_or_the_request_is_refused_and_says_how_many_there_are()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);
        await CopyAsync(server, reference, 249);
        var view = await server.TakeAsync("court_order", [new { account = "user-1" }]);
        var count = view.GetProperty("targetCount");
        Assert.Equal(
            (250, 250),
            (count.GetProperty("here").GetInt32(), count.GetProperty("held").GetInt32())
        );

        await CopyAsync(server, reference, LegalLimits.Targets - 249);
        var refused = await server.PostAsync(
            "/v1/legal-process",
            LegalDesk.Request("court_order", [new { account = "user-1" }], "13/2026"),
            HttpStatusCode.Conflict
        );
        Assert.Equal("scope_too_large", refused.Text("code"));
        Assert.Contains($"{LegalLimits.Targets + 1} cases", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("'caseRef'", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(250, (await server.LedgerAsync("hold.placed")).Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task Under_an_order_not_to_tell_no_user_is_told_and_what_is_asked_badly_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        // Where the place permits it a user is told at once, but for an order.
        var reference = await server.OpenAsync("user-9", "known_csam", "US");
        await server.DecideAsync(reference);
        var id = LegalDesk.IdOf(
            await server.TakeAsync("warrant", [new { account = "user-9" }], secret: true)
        );
        var action = await server.RemoveContentAsync(reference);
        await server.ExecuteAsync(
            "update account_action set tell = 'Allowed', tell_at = 0 where tenant = @tenant"
        );
        var tell = $"/v1/account-actions/{action}/tell";
        Assert.Equal(
            "nondisclosure",
            (await server.PostAsync(tell, new { }, HttpStatusCode.Conflict)).Text("code")
        );
        // A refused request's order may bind all the same; only a person's word ends it.
        await server.MoveAsync(id, "refused");
        await server.PostAsync(tell, new { }, HttpStatusCode.Conflict);
        Assert.DoesNotContain("account.notice", await server.OutboxAsync(reference));
        await server.PostAsync(
            $"/v1/legal-process/{id}/nondisclosure",
            new { nondisclosure = false, reason = "The court lifted it." }
        );
        await server.PostAsync(tell, new { });
        Assert.Single(await server.OutboxAsync(reference), type => type == "account.notice");

        var now = TimeProvider.System.GetUtcNow();
        foreach (
            var (wanted, code) in new (object, string)[]
            {
                (LegalDesk.Request("warrant", [], receivedAt: now.AddMinutes(6)), "bad_received_at"),
                (LegalDesk.Request("warrant", [], receivedAt: now.AddDays(-366)), "bad_received_at"),
                (LegalDesk.Request("warrant", [], deadline: now.AddMinutes(-1)), "bad_deadline"),
                (LegalDesk.Request("letter", []), "bad_kind"),
                (new { kind = "warrant" }, "missing"),
                (LegalDesk.Request("warrant", [new { }]), "bad_scope"),
                (LegalDesk.Request("warrant", [new { account = "a", caseRef = reference }]), "bad_scope"),
            }
        )
        {
            var problem = await server.PostAsync("/v1/legal-process", wanted, HttpStatusCode.BadRequest);
            Assert.Equal(code, problem.Text("code"));
        }
        await server.PostAsync(
            "/v1/legal-process",
            LegalDesk.Request("warrant", [new { caseRef = CaseRef.New().Value }]),
            HttpStatusCode.NotFound
        );
        // What was refused left nothing, and no name of an authority stands in the ledger.
        var all = await server.GetJsonAsync("/v1/legal-process?state=all");
        Assert.Single(all.GetProperty("requests").EnumerateArray());
        var rows = await server.LedgerAsync("legal.received");
        Assert.DoesNotContain("Example Police", Assert.Single(rows).ToString(), StringComparison.Ordinal);
        await NothingElseIsToldAsync(server, reference, action);
    }

    /// <summary>Who was told before, and appeals, learns no outcome and gets no correction under a new order.</summary>
    private static async Task NothingElseIsToldAsync(TestServer server, string reference, string action)
    {
        using var independent = await server.ClientOfAsync(Scope.Admin);
        var id = LegalDesk.IdOf(
            await server.TakeAsync("warrant", [new { account = "user-9" }], secret: true)
        );
        var appeal = await server.PostAsync(
            "/v1/appeals",
            new { actionId = action, text = "It was not me." },
            HttpStatusCode.Accepted
        );
        var decision = $"/v1/appeals/{appeal.Text("appealId")}/decision";
        var granted = new
        {
            outcome = "upheld",
            reason = "Nothing new.",
            person = ReviewWork.Other,
        };
        var refused = await server.PostAsync(decision, granted, HttpStatusCode.Conflict, client: independent);
        Assert.Equal("nondisclosure", refused.Text("code"));
        var shown = (await server.GetJsonAsync("/v1/appeals", client: independent)).GetProperty("appeals")[0];
        Assert.True(shown.GetProperty("nondisclosure").GetBoolean());
        Assert.False(shown.GetProperty("mayDecide").GetBoolean());

        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        await server.DecideAsync(reference, "not_csam");
        var corrections = (await server.GetJsonAsync("/v1/corrections")).GetProperty("corrections");
        var draft = corrections.EnumerateArray().Single(one => one.Text("kind") == "user");
        Assert.True(draft.GetProperty("nondisclosure").GetBoolean());
        var send = $"/v1/corrections/{draft.Text("id")}";
        var sent = new { state = "sent", reason = "By mail." };
        Assert.Equal(
            "nondisclosure",
            (await server.PostAsync(send, sent, HttpStatusCode.Conflict)).Text("code")
        );
        Assert.DoesNotContain("appeal.decided", await server.OutboxAsync(reference));

        await server.PostAsync(
            $"/v1/legal-process/{id}/nondisclosure",
            new { nondisclosure = false, reason = "The court lifted it." }
        );
        await server.PostAsync(decision, granted, client: independent);
        await server.PostAsync(send, sent);
    }

    [Fact(Timeout = 120_000)]
    public async Task Two_persons_have_contents_destroyed_with_a_certificate_and_a_team_of_one_releases_no_media()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);
        var content = await BringAsync(server, reference, [1, 2, 3]);
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var first = await ConsoleUser.InviteAsync(server, "first.custodian", "custodian");
        using var second = await ConsoleUser.InviteAsync(server, "second.custodian", "custodian");
        var id = LegalDesk.IdOf(await server.TakeAsync("destruction", [new { contentId = content }]));
        await first.CallAsync(id);
        await server.MoveAsync(id, "scope_review");
        (string, string)[] ask = [("content", content), ("reason", "The authority asks for it.")];
        Assert.Equal("nothing_to_release", await first.FormAsync(id, "release", ask));
        Assert.Equal("", await first.FormAsync(id, "destruction", ask));
        Assert.Equal("second_person_needed", await first.FormAsync(id, "destruction/approve"));
        // The authority's last word counts, also between the two persons.
        Assert.Equal("", await first.CallAsync(id, "denied"));
        Assert.Equal("no_call_back", await second.FormAsync(id, "destruction/approve"));
        Assert.Equal("no_call_back", await first.FormAsync(id, "destruction", ask));
        Assert.Equal("", await first.CallAsync(id));
        Assert.Equal("nothing_requested", await second.FormAsync(id, "destruction/approve"));
        Assert.Equal("", await first.FormAsync(id, "destruction", ask));
        // What another authority has kept is not destroyed, whoever approves, until that is over.
        var keep = LegalDesk.IdOf(
            await server.TakeAsync("warrant", [new { contentId = content }], "13/2026")
        );
        Assert.Equal("content_held", await second.FormAsync(id, "destruction/approve"));
        await server.MoveAsync(keep, "withdrawn");
        Assert.Equal("", await second.FormAsync(id, "destruction/approve"));
        await server.Kernel().Retention.SweepAsync(TenantId.Default);
        await server.LookAsync();

        Assert.Equal("done", LegalDesk.StateOf(await server.ShowAsync(id)));
        var certificate = await server.GetJsonAsync($"/v1/legal-process/{id}/certificate");
        Assert.Equal(content, certificate.GetProperty("contents")[0].Text("contentId"));
        Assert.NotEqual("", certificate.GetProperty("contents")[0].Text("removedAt"));
        Assert.NotEqual(certificate.Text("askedBy"), certificate.Text("approvedBy"));
        Assert.Single(await server.LedgerAsync("legal.destroyed"));

        var kept = await BringAsync(server, reference, [4, 5, 6]);
        var order = LegalDesk.IdOf(
            await server.TakeAsync("court_order", [new { caseRef = reference.Value }])
        );
        await first.CallAsync(order, key: SecondReader.NewKeys().Public);
        await server.MoveAsync(order, "scope_review");
        await server.SetAsync("solo_mode", "on");
        Assert.Equal(
            "solo_mode",
            await first.FormAsync(order, "release", ("content", kept), ("reason", "The order names it."))
        );
        // A call that the authority denies: told at once.
        Assert.Equal("", await first.CallAsync(order, "denied"));
        Assert.Contains("legal_forged", await server.AlarmsAsync());
    }

    /// <summary>Closed cases of the same account.</summary>
    private static Task<int> CopyAsync(TestServer server, CaseRef of, int count) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    tx.ExecuteManyAsync(
                        """
                        insert into case_file (tenant, id, ref, state, origin, account_digest, surface, jurisdiction,
                            opened_at, last_item_at, updated_at, item_count, is_test, names_no_suspect,
                            is_contradiction, priority, takes_items)
                        select tenant, @id, @ref, 'Closed', origin, account_digest, surface, jurisdiction, opened_at,
                            last_item_at, updated_at, 0, is_test, names_no_suspect, is_contradiction, priority, @no
                        from case_file where tenant = @tenant and ref = @of
                        """,
                        Enumerable.Range(0, count),
                        (row, _) =>
                        {
                            row.Set("id", tx.NewId());
                            row.Set("ref", CaseRef.New().Value);
                            row.Set("of", of.Value);
                            row.Set("no", false);
                        }
                    )
            );

    private static async Task<string> BringAsync(TestServer server, CaseRef reference, byte[] bytes) =>
        (await ContentWork.BringAsync(server, reference, bytes, HttpStatusCode.Created)).Text("contentId");

    private static Task<System.Text.Json.JsonElement> ExtendAsync(
        TestServer server,
        HttpClient client,
        string id,
        DateTimeOffset until,
        HttpStatusCode expected
    ) =>
        server.PostAsync(
            $"/v1/legal-process/{id}/holds",
            new { until, reason = "They asked for more." },
            expected,
            client: client
        );
}
