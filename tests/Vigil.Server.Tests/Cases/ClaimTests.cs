using System.Net;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

public class ClaimTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_stalled_reviewer_who_wakes_up_writes_nothing_over_who_took_the_case()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var second = await server.ClientOfAsync(Scope.Cases);
        var reference = await server.OpenAsync();
        var stalled = (await server.ClaimAsync(reference)).GetProperty("lease").GetInt64();

        var refused = await server.ClaimAsync(reference, second, HttpStatusCode.Conflict);
        Assert.Equal("case_claimed", refused.Text("code"));
        time.Advance(TimeSpan.FromMinutes(6));
        var taken = (await server.ClaimAsync(reference, second)).GetProperty("lease").GetInt64();
        Assert.True(taken > stalled);

        var late = await server.DecideAsync(reference, expected: HttpStatusCode.Conflict, lease: stalled);
        Assert.Equal("lease_lost", late.Text("code"));
        Assert.Contains("Nothing of yours was written", late.Text("detail"), StringComparison.Ordinal);
        var open = await server.DecideAsync(reference, expected: HttpStatusCode.Conflict);
        Assert.Equal("case_claimed", open.Text("code"));
        Assert.Equal("open", (await server.FileAsync(reference)).GetProperty("case").Text("state"));

        await server.DecideAsync(reference, "not_csam", client: second, lease: taken);
        Assert.Single(await server.LedgerAsync("case.decided"));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_act_renews_a_claim_and_a_claim_that_nobody_took_over_still_holds()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var second = await server.ClientOfAsync(Scope.Cases);
        var reference = await server.OpenAsync();
        var lease = (await server.ClaimAsync(reference)).GetProperty("lease").GetInt64();
        time.Advance(TimeSpan.FromMinutes(4));
        await server.PostAsync($"/v1/cases/{reference}/type", new { problemType = "grooming", lease });
        time.Advance(TimeSpan.FromMinutes(4));
        await server.ClaimAsync(reference, second, HttpStatusCode.Conflict);

        time.Advance(TimeSpan.FromMinutes(30));
        await server.DecideAsync(reference, lease: lease);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_claim_of_who_closes_a_case_ends_with_it()
    {
        await using var server = await TestServer.StartAsync();
        using var second = await server.ClientOfAsync(Scope.Cases);
        var reference = await server.OpenAsync();
        var lease = (await server.ClaimAsync(reference)).GetProperty("lease").GetInt64();
        await server.PostAsync(
            $"/v1/cases/{reference}/close",
            new
            {
                because = "other",
                reason = "No.",
                lease,
                person = ReviewWork.Person,
            }
        );
        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "It was not.", person = ReviewWork.Other },
            client: second
        );

        var taken = (await server.ClaimAsync(reference, second)).GetProperty("lease").GetInt64();

        Assert.True(taken > lease);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_next_case_is_the_most_pressing_and_one_that_is_claimed_skipped_or_on_hold_is_passed_over()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var second = await server.ClientOfAsync(Scope.Cases);
        var first = await server.OpenAsync("one");
        time.Advance(TimeSpan.FromSeconds(1));
        var next = await server.OpenAsync("two");

        Assert.Equal(first, await NextAsync(server));
        Assert.Equal(next, await NextAsync(server, second));
        await server.PostAsync($"/v1/cases/{first}/skip", new { });
        var nothing = await server.PostAsync("/v1/cases/next", new { }, HttpStatusCode.NotFound);
        Assert.Contains("Nothing waits", nothing.Text("detail"), StringComparison.Ordinal);

        // Skipped by one, offered to another; and after a while to the one again.
        await server.PostAsync($"/v1/cases/{next}/release", new { }, client: second);
        Assert.Equal(first, await NextAsync(server, second));
        time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(first, await NextAsync(server));
        await server.PostAsync(
            $"/v1/cases/{first}/hold",
            new { until = time.GetUtcNow().AddHours(2), reason = "Waits for the platform." }
        );
        Assert.Equal(next, await NextAsync(server));
        Assert.Contains("on_hold", ReviewWork.TimelineOf(await server.FileAsync(first)));
        time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(first, await NextAsync(server));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_case_waits_no_longer_than_it_may_and_never_where_a_child_may_be_in_danger()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.OpenAsync();
        var tooLong = await server.PostAsync(
            $"/v1/cases/{reference}/hold",
            new { until = DateTimeOffset.UtcNow.AddDays(31), reason = "Long." },
            HttpStatusCode.BadRequest
        );
        Assert.Equal("bad_until", tooLong.Text("code"));
        await server.PostAsync($"/v1/cases/{reference}/danger", new { });
        var refused = await server.PostAsync(
            $"/v1/cases/{reference}/hold",
            new { until = DateTimeOffset.UtcNow.AddHours(1), reason = "No." },
            HttpStatusCode.Conflict
        );
        Assert.Equal("cannot_wait", refused.Text("code"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_danger_lane_puts_a_case_first_and_wakes_who_is_on_call_without_a_fact_of_it()
    {
        await using var server = await TestServer.StartAsync();
        await server.MatchAsync(new EntryKey(Guid.NewGuid(), Guid.NewGuid()), account: "first-before");
        var reference = await server.OpenAsync("maria77", "grooming", "DE");

        await server.PostAsync($"/v1/cases/{reference}/danger", new { });

        Assert.Equal(reference, await NextAsync(server));
        Assert.Single(await server.LedgerAsync("case.danger"));
        var alarm = Assert.Single(
            await server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    tx =>
                        tx.QueryAsync<string>(
                            "select severity || ' ' || text || ' ' || about from alert where code = 'child_may_be_in_danger'"
                        )
                )
        );
        Assert.StartsWith("Page", alarm, StringComparison.Ordinal);
        Assert.DoesNotContain("maria77", alarm, StringComparison.Ordinal);
        Assert.DoesNotContain("grooming", alarm, StringComparison.OrdinalIgnoreCase);
        using var page = await server.Client.GetAsync(
            new Uri($"/console/cases/{reference}", UriKind.Relative)
        );
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("Emergency number in Germany: 112 or 110", html, StringComparison.Ordinal);

        await server.PostAsync(
            $"/v1/cases/{reference}/danger/end",
            new { note = "The police of the place has it." }
        );
        var work = (await server.FileAsync(reference)).GetProperty("work");
        Assert.Equal(35, work.GetProperty("priority").GetInt32());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, work.GetProperty("dangerAt").ValueKind);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_case_is_handed_over_with_a_note_and_who_worked_on_it_is_overtaken()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await People.ConsoleUser.SetUpAsync(server);
        using var reviewer = await People.ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var person = await PseudonymAsync(server, "Reviewer");
        var reference = await server.OpenAsync();
        var lease = (await server.ClaimAsync(reference)).GetProperty("lease").GetInt64();

        var unknown = await server.PostAsync(
            $"/v1/cases/{reference}/assign",
            new { to = "person:nobody" },
            HttpStatusCode.BadRequest
        );
        Assert.Equal("unknown_person", unknown.Text("code"));
        await server.PostAsync(
            $"/v1/cases/{reference}/handover",
            new
            {
                to = person,
                note = "Ask the platform first.",
                lease,
            }
        );

        var file = await server.FileAsync(reference);
        Assert.Equal(person, file.GetProperty("work").Text("assignedTo"));
        Assert.Contains("Ask the platform first.", file.ToString(), StringComparison.Ordinal);
        var late = await server.DecideAsync(reference, expected: HttpStatusCode.Conflict, lease: lease);
        Assert.Equal("lease_lost", late.Text("code"));
        // It is offered to its owner, not to others.
        await server.PostAsync("/v1/cases/next", new { }, HttpStatusCode.NotFound);
        var taken = await reviewer.PostAsync("/console/cases", "/console/cases/next");
        Assert.StartsWith($"/console/cases/{reference}", taken.Location, StringComparison.Ordinal);
    }

    internal static async Task<string> PseudonymAsync(TestServer server, string role) =>
        Assert.Single(
            await server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    tx =>
                        tx.QueryAsync<string>(
                            """
                            select 'person:' || p.pseudonym from person p join person_role r on r.tenant = p.tenant and r.person_id = p.id
                            where p.tenant = @tenant and r.role = @role
                            """,
                            new { role }
                        )
                )
        );

    private static async Task<string> NextAsync(TestServer server, HttpClient? client = null) =>
        (await server.PostAsync("/v1/cases/next", new { }, client: client)).Text("caseRef");
}
