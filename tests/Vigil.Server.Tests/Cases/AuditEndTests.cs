using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Audits of what was confirmed end too, ring only who can answer them, and are of the decision that stands.</summary>
public class AuditEndTests
{
    [Fact(Timeout = 120_000)]
    public async Task An_audit_that_nobody_else_here_may_answer_says_what_to_do_and_does_not_ring()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.SetAsync("cases.auditPercent", "100");
        using var reviewer = await server.ReviewerAsync();
        using var vendor = await ConsoleUser.InviteAsync(server, "a.vendor", "vendor_reviewer");
        var reference = await server.OpenAsync("user-1");
        var page = $"/console/cases/{reference}";
        await reviewer.PostAsync(
            page,
            $"{page}/decision",
            ("verdict", "confirmed"),
            ("reason", ReviewWork.Why)
        );
        time.Advance(TimeSpan.FromDays(4));

        await AssignedTests.WatchAsync(server);
        await AssignedTests.WatchAsync(server);

        Assert.Empty(await AssignedTests.AlarmsAsync(server));
        Assert.Contains("audit_nobody", await server.AlarmsAsync());
        Assert.Equal(["Decisions to look at again 0"], await WaitingTests.NumbersAsync(server));
        var notes = await WaitingTests.NotesAsync(server);
        Assert.Contains(
            "1 that nobody else here may do: give a second person",
            notes,
            StringComparison.Ordinal
        );
        Assert.EndsWith("False", notes, StringComparison.Ordinal);

        // Who sees granted cases only may, where it is granted.
        await GrantAsync(server, reference, "vendor-reviewer-2");
        await AssignedTests.WatchAsync(server);
        Assert.Equal(["audit_overdue 1"], await AssignedTests.AlarmsAsync(server));
        Assert.DoesNotContain("audit_nobody", await server.AlarmsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task An_audit_of_what_was_confirmed_is_over_after_the_days_set_for_it_and_keeps_no_file_from_anybody()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.SetAsync("cases.auditPercent", "100");
        var reference = await server.OpenAsync("user-1");
        await server.DecideAsync(reference);
        time.Advance(TimeSpan.FromDays(13.9));
        await Purging.RoundAsync(server);
        Assert.Empty(await server.LedgerAsync("case.audit_unanswered"));

        time.Advance(TimeSpan.FromDays(0.2));
        await Purging.RoundAsync(server);
        await Purging.RoundAsync(server);

        Assert.Equal(
            reference,
            Assert.Single(await server.LedgerAsync("case.audit_unanswered")).Text("object")
        );
        Assert.Empty(await WaitingTests.NumbersAsync(server));
        using var later = await server.ClientOfAsync(Scope.Admin);
        var audits = await server.GetJsonAsync($"/v1/audits?person={ReviewWork.Other}", client: later);
        Assert.Equal(1, audits.GetProperty("unanswered").GetInt32());
        Assert.Equal(0, audits.GetProperty("waiting").GetArrayLength());

        // With no days at all it waits until it is overdue.
        await server.SetAsync("cases.auditDays", "0");
        await server.DecideAsync(await server.OpenAsync("user-2"), client: later);
        time.Advance(TimeSpan.FromHours(71));
        await Purging.RoundAsync(server);
        Assert.Single(await server.LedgerAsync("case.audit_unanswered"));
        time.Advance(TimeSpan.FromHours(2));
        await Purging.RoundAsync(server);
        Assert.Equal(2, (await server.LedgerAsync("case.audit_unanswered")).Count);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("100")]
    [InlineData("0")]
    public async Task What_was_drawn_of_a_confirmation_is_gone_with_it_and_back_with_it(string percent)
    {
        await using var server = await TestServer.StartAsync(canUndo: true);
        await server.SetAsync("cases.undoSeconds", "300");
        await server.SetAsync("cases.auditPercent", "100");
        var reference = await server.OpenAsync("user-1");
        Assert.Equal(reference, await server.OpenAsync("user-1"));
        var item = await server.ItemAsync(reference);
        await DecideAsync(server, reference, item, "confirmed", ReviewWork.Person);
        await server.SetAsync("cases.auditPercent", percent);
        await DecideAsync(server, reference, item, "not_csam", ReviewWork.Other);
        Assert.Equal(percent == "0" ? [] : ["NotCsam ben Waiting"], await DrawnAsync(server));

        await server.PostAsync($"/v1/cases/{reference}/undo", new { person = ReviewWork.Other });

        Assert.Equal(["Confirmed anna Waiting"], await DrawnAsync(server));
        // Nothing is back of what there was not.
        await server.PostAsync($"/v1/cases/{reference}/undo", new { person = ReviewWork.Person });
        Assert.Equal("open", (await server.FileAsync(reference)).GetProperty("items")[0].Text("state"));
        Assert.Empty(await DrawnAsync(server));

        // What was answered of one that has left is a number still.
        await server.SetAsync("cases.auditPercent", "100");
        await server.SetAsync("cases.undoSeconds", "0");
        await DecideAsync(server, reference, item, "confirmed", ReviewWork.Person);
        await AnswerAsync(server, item, "confirmed", ReviewWork.Why, HttpStatusCode.OK);
        await server.SetAsync("cases.auditPercent", percent);
        await server.SetAsync("cases.undoSeconds", "300");
        await DecideAsync(server, reference, item, "not_csam", ReviewWork.Other);
        await server.PostAsync($"/v1/cases/{reference}/undo", new { person = ReviewWork.Other });
        Assert.Equal(["Confirmed anna Agreed"], await DrawnAsync(server));
    }

    /// <summary>Who may be refused for one verdict alone reads the other one from it.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData("confirmed")]
    [InlineData("not_csam")]
    public async Task A_refusal_is_the_same_for_either_verdict_and_tells_not_what_was_decided(string decided)
    {
        await using var server = await TestServer.StartAsync(canUndo: true);
        await server.SetAsync("cases.auditPercent", "100");
        await server.SetAsync("cases.undoSeconds", "0");
        var left = await server.OpenAsync("user-1");
        await server.DecideAsync(left, decided);
        await server.SetAsync("cases.undoSeconds", "300");
        var leaving = await server.OpenAsync("user-2");
        await server.DecideAsync(leaving, decided);

        foreach (var verdict in (string[])["confirmed", "not_csam"])
        {
            var item = await server.ItemAsync(left);
            var bad = HttpStatusCode.BadRequest;
            Assert.Equal("missing", await AnswerAsync(server, item, verdict, null, bad));
            Assert.Equal(
                "reason_names_somebody",
                await AnswerAsync(server, item, verdict, "It was user-1.", bad)
            );
            var waits = await server.ItemAsync(leaving);
            Assert.Equal(
                "decision_leaving",
                await AnswerAsync(server, waits, verdict, ReviewWork.Why, HttpStatusCode.Conflict)
            );
        }
        Assert.Equal(
            2,
            (await DrawnAsync(server)).Count(row => row.EndsWith("Waiting", StringComparison.Ordinal))
        );
        Assert.Empty(await server.LedgerAsync("case.audit_agreed"));
        Assert.Empty(await server.LedgerAsync("case.audit_disagreed"));
    }

    /// <summary>The code of a refusal, or none.</summary>
    private static async Task<string> AnswerAsync(
        TestServer server,
        string item,
        string verdict,
        string? reason,
        HttpStatusCode expected
    )
    {
        var answer = await server.PostAsync(
            $"/v1/audits/{item}",
            new
            {
                verdict,
                reason,
                person = "cleo",
            },
            expected
        );
        return answer.TryGetProperty("code", out var code) ? code.GetString() ?? "" : "";
    }

    private static Task<JsonElement> DecideAsync(
        TestServer server,
        string reference,
        string item,
        string verdict,
        string person
    ) =>
        server.PostAsync(
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict,
                reason = ReviewWork.Why,
                items = new[] { item },
                person,
            }
        );

    private static async Task<IEnumerable<string>> DrawnAsync(TestServer server) =>
        (
            await server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    tx =>
                        tx.QueryAsync<string>(
                            """
                            select verdict || '/' || decided_by || '/' || state from case_audit
                            where tenant = @tenant order by item_id
                            """
                        )
                )
        ).Select(row =>
            row.Split('/') is [var verdict, _, var who, var state] ? $"{verdict} {who} {state}" : row
        );

    /// <summary>Who sees granted cases alone sees this one for two days.</summary>
    internal static Task<Guid> GrantAsync(TestServer server, string reference, string person) =>
        server
            .Kernel()
            .Db.ActAsync(
                Actor.Machine(TenantId.Default, "test", Permission.CaseAssign),
                Permission.CaseAssign,
                tx => CaseGrants.GiveAsync(tx, reference, person, tx.Now.AddDays(2), "A second look")
            );
}
