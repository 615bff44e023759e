using System.Net;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

public class UndoTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_decision_is_told_to_nobody_until_it_can_no_longer_be_undone()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            change: options => options with { Time = time },
            canUndo: true
        );
        using var platform = await server.ClientOfAsync(Scope.Scan);
        var reference = await server.OpenAsync("user-1");

        var answer = await server.DecideAsync(reference);

        Assert.InRange(
            (answer.GetProperty("undoUntil").GetDateTimeOffset() - time.GetUtcNow()).TotalSeconds,
            20,
            31
        );
        Assert.Equal(["case.opened"], await server.OutboxAsync(reference));
        Assert.Equal(
            "open",
            (await server.GetJsonAsync($"/v1/cases/{reference}", client: platform)).Text("state")
        );
        Assert.Equal("decided", (await server.FileAsync(reference)).GetProperty("case").Text("state"));
        time.Advance(TimeSpan.FromSeconds(31));
        await LeftAsync(server, reference);
        Assert.Equal(["case.opened", "case.decided"], await server.OutboxAsync(reference));
        Assert.Equal(
            "decided",
            (await server.GetJsonAsync($"/v1/cases/{reference}", client: platform)).Text("state")
        );
        var late = await server.PostAsync(
            $"/v1/cases/{reference}/undo",
            new { person = ReviewWork.Person },
            HttpStatusCode.Conflict
        );
        Assert.Equal("nothing_to_undo", late.Text("code"));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_decided_or_put_off_by_a_clock_that_was_ahead_leaves_when_it_is_right()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            change: options => options with { Time = time },
            canUndo: true
        );
        var (decided, putOff) = (await server.OpenAsync("user-1"), await server.OpenAsync("user-2"));
        await server.DecideAsync(putOff);
        time.Advance(TimeSpan.FromDays(20));
        await server.DecideAsync(decided);
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                true,
                tx =>
                    tx.ExecuteAsync(
                        """
                        update case_effect set tries = 1, due_at = @due where tenant = @tenant and at < @due - 1000000000
                        """,
                        new { due = tx.Now + TimeSpan.FromMinutes(5) }
                    )
            );
        time.Advance(TimeSpan.FromDays(-20));
        // Looked for every half minute.
        time.Pass(TimeSpan.FromSeconds(31));
        await LeftAsync(server, decided);
        await LeftAsync(server, putOff);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_undone_decision_never_leaves_and_the_ledger_keeps_both()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            change: options => options with { Time = time },
            canUndo: true
        );
        using var other = await server.ClientOfAsync(Scope.Cases);
        // Scanning knows no such decision: were it told, it would fail.
        var reference = (await server.HitAsync("user-1")).Value;
        await server.DecideAsync(reference, "not_csam");
        var notYours = await server.PostAsync(
            $"/v1/cases/{reference}/undo",
            new { person = ReviewWork.Other },
            HttpStatusCode.Conflict,
            client: other
        );
        Assert.Equal("not_yours", notYours.Text("code"));
        var leaving = await server.PostAsync(
            $"/v1/cases/{reference}/close",
            new
            {
                because = "other",
                reason = "No.",
                person = ReviewWork.Person,
            },
            HttpStatusCode.Conflict
        );
        Assert.Equal("decision_leaving", leaving.Text("code"));

        await server.PostAsync($"/v1/cases/{reference}/undo", new { person = ReviewWork.Person });

        var again = await server.PostAsync(
            $"/v1/cases/{reference}/undo",
            new { person = ReviewWork.Person },
            HttpStatusCode.Conflict
        );
        Assert.Equal("nothing_to_undo", again.Text("code"));
        var file = await server.FileAsync(reference);
        Assert.Equal("open", file.GetProperty("case").Text("state"));
        Assert.Equal("open", file.GetProperty("items")[0].Text("state"));
        time.Advance(TimeSpan.FromMinutes(5));
        // Another decision leaves meanwhile: the service ran.
        var second = await server.OpenAsync("user-2");
        await server.DecideAsync(second);
        time.Advance(TimeSpan.FromMinutes(5));
        await LeftAsync(server, second);
        Assert.Equal(["case.opened"], await server.OutboxAsync(reference));
        Assert.Equal(2, (await server.LedgerAsync("case.decided")).Count);
        Assert.Single(await server.LedgerAsync("case.decision_undone"));
        // The account's case takes items again.
        Assert.Equal(reference, (await server.HitAsync("user-1")).Value);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_decision_that_waited_while_the_server_was_down_leaves_when_it_is_back()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            change: options => options with { Time = time },
            canUndo: true
        );
        var reference = await server.OpenAsync("user-1");
        await server.DecideAsync(reference);
        time.Advance(TimeSpan.FromMinutes(1));

        await server.RestartAsync();

        await LeftAsync(server, reference);
        Assert.Single(await server.LedgerAsync("case.decision_left"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_decision_that_cannot_be_told_raises_an_alarm_and_stays()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            change: options => options with { Time = time },
            canUndo: true
        );
        // Scanning knows no such decision, so it cannot reverse it.
        var reference = (await server.HitAsync("user-1")).Value;
        await server.DecideAsync(reference, "not_csam");

        await TestServer.EventuallyAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                await server.DecideAsync(await server.OpenAsync());
                return
                    (
                        await server
                            .Kernel()
                            .Db.SystemAsync(
                                "test",
                                isWrite: false,
                                tx =>
                                    tx.QueryAsync<string>(
                                        "select code from alert where code = 'decision_not_left'"
                                    )
                            )
                    ).Count > 0
                    ? "raised"
                    : null;
            },
            "an alarm",
            deadlineSeconds: 40
        );
        await server.PostAsync($"/v1/cases/{reference}/undo", new { person = ReviewWork.Person });
        Assert.Equal("open", (await server.FileAsync(reference)).GetProperty("case").Text("state"));
        // Nothing is stuck any more: it is looked for every half minute.
        time.Pass(TimeSpan.FromSeconds(31));
        await TestServer.EventuallyAsync(
            async () => (await server.OpenAlarmsAsync()).Contains("decision_not_left") ? null : "ended",
            "the alarm ends"
        );
    }

    private static Task<string> LeftAsync(TestServer server, string reference) =>
        TestServer.EventuallyAsync(
            async () => (await server.OutboxAsync(reference)).Contains("case.decided") ? "left" : null,
            "the decision leaves"
        );
}
