using System.Net;
using System.Text.Json;
using Vigil.Server.Features.NoticesReceived;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.NoticesReceived;

public class NoticeRepeatTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_notice_that_comes_again_keeps_its_clocks_and_with_more_in_it_begins_anew_by_the_same_deadline()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        var start = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        var deadline = start.AddHours(30);
        var id = await TakeAsync(["post/1"], deadline);
        Assert.Equal(
            (start.AddHours(24), deadline, "waits"),
            (await DueAsync("remove"), await DueAsync("reply"), await OutcomeAsync("reply"))
        );
        await server.PostAsync($"/v1/notices/{id}/reply", new { outcome = "not_found", text = "By mail." });
        // Who is told that it is not there waits for no removal.
        Assert.Equal("not_wanted", await OutcomeAsync("remove"));

        time.Pass(TimeSpan.FromHours(3));
        await TakeAsync(["post/1"], null);
        Assert.Equal(("answered", deadline), (await StateAsync(), await DueAsync("reply")));
        await TakeAsync(["post/2"], null);
        Assert.Equal(("open", deadline), (await StateAsync(), await DueAsync("reply")));
        Assert.Equal("waits", await OutcomeAsync("remove"));
        Assert.InRange((await DueAsync("remove") - start).TotalHours, 26.9, 27.1);
        // What waits already is not given more time by what is named besides.
        time.Pass(TimeSpan.FromHours(2));
        await TakeAsync(["post/4"], null);
        Assert.InRange((await DueAsync("remove") - start).TotalHours, 26.9, 27.1);
        await TakeAsync(["post/3"], start.AddHours(20));
        Assert.Equal(start.AddHours(20), await DueAsync("reply"));

        // Done before it came, or ahead of time: neither was.
        foreach (var at in (DateTimeOffset[])[start.AddHours(-1), time.GetUtcNow().AddHours(1)])
        {
            await server.PostAsync(
                $"/v1/notices/{id}/removal",
                new { state = "removed", at },
                HttpStatusCode.BadRequest
            );
        }
        await FeedbackAsync(server);

        async Task<string> TakeAsync(string[] contents, DateTimeOffset? by) =>
            (
                await server.PostAsync(
                    "/v1/notices",
                    new NoticeRequest
                    {
                        SenderKind = "hotline",
                        Sender = "Example Hotline",
                        Reference = "R-1",
                        ReceivedAt = start,
                        Deadline = by,
                        Category = "suspected_csam",
                        Action = "remove",
                        Contents = contents,
                        Surface = "public_post",
                    },
                    HttpStatusCode.Created
                )
            ).Text("noticeId");

        async Task<JsonElement> StepAsync(string step) =>
            (await server.GetJsonAsync($"/v1/notices/{id}"))
                .GetProperty("steps")
                .EnumerateArray()
                .Single(row => row.Text("step") == step);

        async Task<DateTimeOffset> DueAsync(string step) =>
            (await StepAsync(step)).GetProperty("dueAt").GetDateTimeOffset();

        async Task<string> OutcomeAsync(string step) =>
            (await StepAsync(step)).GetProperty("outcome").GetString() ?? "waits";

        async Task<string> StateAsync() =>
            (await server.GetJsonAsync($"/v1/notices/{id}")).GetProperty("status").Text("state");
    }

    /// <summary>Who only told, and then asks for removal or for a sooner answer, names nothing new and is heard.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_sender_who_asks_for_more_in_a_second_message_is_heard()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        var wanted = new NoticeRequest
        {
            SenderKind = "hotline",
            Sender = "Example Hotline",
            Reference = "R-2",
            Category = "suspected_csam",
            Action = "inform",
            Contents = ["post/1"],
            Surface = "public_post",
        };
        var id = (await TakeAsync(wanted)).Text("noticeId");
        Assert.DoesNotContain("remove", (await DueAsync()).Keys);
        await server.PostAsync($"/v1/notices/{id}/reply", new { outcome = "forwarded", text = "By mail." });
        time.Pass(TimeSpan.FromHours(2));

        Assert.True((await TakeAsync(wanted)).GetProperty("isRepeat").GetBoolean());
        Assert.DoesNotContain("remove", (await DueAsync()).Keys);
        await TakeAsync(wanted with { Action = "remove" });
        var due = await DueAsync();
        Assert.InRange((due["remove"] - time.GetUtcNow()).TotalHours, 23.9, 24.1);
        Assert.Equal(
            "open",
            (await server.GetJsonAsync($"/v1/notices/{id}")).GetProperty("status").Text("state")
        );
        await server.PostAsync(
            $"/v1/notices/{id}/removal-wanted",
            new { reason = "The hotline asks for it." }
        );

        // Sooner, never later; and who told once that it be removed still asks for it.
        var soon = time.GetUtcNow().AddHours(5);
        await TakeAsync(wanted with { Deadline = soon });
        Assert.All(
            (await DueAsync()).Values,
            at => Assert.InRange(at, soon.AddSeconds(-1), soon.AddSeconds(1))
        );
        await TakeAsync(wanted with { Deadline = soon.AddHours(40) });
        Assert.All(
            (await DueAsync()).Values,
            at => Assert.InRange(at, soon.AddSeconds(-1), soon.AddSeconds(1))
        );
        await server.PostAsync("/v1/notices", wanted with { Action = "look" }, HttpStatusCode.BadRequest);

        Task<JsonElement> TakeAsync(NoticeRequest request) =>
            server.PostAsync("/v1/notices", request, HttpStatusCode.Created);

        // Of what is not done.
        async Task<Dictionary<string, DateTimeOffset>> DueAsync() =>
            (await server.GetJsonAsync($"/v1/notices/{id}"))
                .GetProperty("steps")
                .EnumerateArray()
                .Where(step => step.GetProperty("outcome").ValueKind == JsonValueKind.Null)
                .ToDictionary(
                    step => step.Text("step"),
                    step => step.GetProperty("dueAt").GetDateTimeOffset()
                );
    }

    [Fact(Timeout = 120_000)]
    public async Task Clocks_that_cannot_be_looked_at_ring_until_they_can()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.PostAsync(
            "/v1/notices",
            new NoticeRequest
            {
                SenderKind = "hotline",
                Sender = "Example Hotline",
                Category = "suspected_csam",
                Action = "inform",
                Contents = ["post/1"],
                Surface = "public_post",
            },
            HttpStatusCode.Created
        );
        time.Pass(TimeSpan.FromHours(23));
        var watch = server.Get<WatchNotices>();

        // A time that no calendar has.
        await DueAsync(-100_000_000_000_000_000);
        await watch.LookAsync(CancellationToken.None);
        Assert.Contains(WatchNotices.Stuck, await server.AlarmsAsync());
        await DueAsync(time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds());
        await watch.LookAsync(CancellationToken.None);
        Assert.DoesNotContain(WatchNotices.Stuck, await server.AlarmsAsync());

        Task<int> DueAsync(long at) =>
            server.ExecuteAsync(
                "update notice_step set due_at = @at where tenant = @tenant and step = 'Review'",
                new { at }
            );
    }

    /// <summary>What the sender is told is what was decided, and ends no removal of what was confirmed.</summary>
    [Fact(Timeout = 120_000)]
    public async Task That_it_is_not_unlawful_is_told_once_it_was_decided()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var verdict in (string[])["confirmed", "not_csam"])
        {
            var taken = await server.PostAsync(
                "/v1/notices",
                new NoticeRequest
                {
                    SenderKind = "hotline",
                    Sender = "Example Hotline",
                    Category = "suspected_csam",
                    Action = "remove",
                    Contents = [$"post/{verdict}"],
                    Surface = "public_post",
                },
                HttpStatusCode.Created
            );
            var path = $"/v1/notices/{taken.Text("noticeId")}";
            var unlawful = new { outcome = "not_illegal" };
            var refused = await server.PostAsync($"{path}/reply", unlawful, HttpStatusCode.Conflict);
            Assert.Equal("not_decided_so", refused.Text("code"));
            await server.DecideAsync(taken.Text("caseRef"), verdict);
            if (verdict == "confirmed")
            {
                refused = await server.PostAsync($"{path}/reply", unlawful, HttpStatusCode.Conflict);
                Assert.Equal("not_decided_so", refused.Text("code"));
                await server.PostAsync($"{path}/reply", new { outcome = "already_handled" });
                Assert.Null(await RemovalAsync(path));
                // Decided otherwise since: nothing is left to remove, and the clock does not go on for ever.
                await server.PostAsync(
                    $"/v1/cases/{taken.Text("caseRef")}/reopen",
                    new { reason = "Look again.", person = ReviewWork.Person }
                );
                await server.DecideAsync(taken.Text("caseRef"), "not_csam");
                Assert.Equal("not_wanted", await RemovalAsync(path));
            }
            else
            {
                await server.PostAsync($"{path}/reply", unlawful);
                Assert.Equal("not_wanted", await RemovalAsync(path));
            }
        }
        await ConfirmedLaterAsync(server);

        async Task<string?> RemovalAsync(string path) =>
            (await server.GetJsonAsync(path))
                .GetProperty("steps")
                .EnumerateArray()
                .Single(step => step.Text("step") == "remove")
                .GetProperty("outcome")
                .GetString();
    }

    /// <summary>Who was told first that it is not there asked for the removal of what is confirmed since.</summary>
    private static async Task ConfirmedLaterAsync(TestServer server)
    {
        var deadline = DateTimeOffset.UtcNow.AddHours(7);
        var taken = await server.PostAsync(
            "/v1/notices",
            new NoticeRequest
            {
                SenderKind = "hotline",
                Sender = "Example Hotline",
                Category = "suspected_csam",
                Action = "remove",
                Contents = ["post/later"],
                Surface = "public_post",
                Deadline = deadline,
            },
            HttpStatusCode.Created
        );
        var path = $"/v1/notices/{taken.Text("noticeId")}";
        await server.PostAsync($"{path}/reply", new { outcome = "not_found", text = "By mail." });
        var ended = await RemovalAsync();
        Assert.Equal("not_wanted", ended.Text("outcome"));

        await server.DecideAsync(taken.Text("caseRef"));
        var waits = await RemovalAsync();
        Assert.Equal(JsonValueKind.Null, waits.GetProperty("outcome").ValueKind);
        Assert.InRange(
            waits.GetProperty("dueAt").GetDateTimeOffset(),
            deadline.AddSeconds(-1),
            deadline.AddSeconds(1)
        );
        await server.PostAsync($"{path}/removal", new { state = "removed" });
        Assert.Equal("removed", (await RemovalAsync()).Text("outcome"));
        // What the platform took down stays so, whatever is confirmed once more.
        await server.PostAsync(
            $"/v1/cases/{taken.Text("caseRef")}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        await server.DecideAsync(taken.Text("caseRef"));
        Assert.Equal("removed", (await RemovalAsync()).Text("outcome"));

        async Task<JsonElement> RemovalAsync() =>
            (await server.GetJsonAsync(path))
                .GetProperty("steps")
                .EnumerateArray()
                .Single(step => step.Text("step") == "remove");
    }

    /// <summary>A case ends its notices' reviews whatever it is decided; who contradicts it opens it again.</summary>
    private static async Task FeedbackAsync(TestServer server)
    {
        var taken = await server.PostAsync(
            "/v1/notices",
            new NoticeRequest
            {
                SenderKind = "authority",
                Sender = "Example Authority",
                Category = "grooming",
                Action = "inform",
                Surface = "comment",
                Text = "Please look at this.",
            },
            HttpStatusCode.Created
        );
        var (reference, id) = (taken.Text("caseRef"), taken.Text("noticeId"));
        await server.DecideAsync(reference, "not_csam");
        var review = (await server.GetJsonAsync($"/v1/notices/{id}"))
            .GetProperty("steps")
            .EnumerateArray()
            .Single(row => row.Text("step") == "review");
        Assert.Equal("not_csam", review.Text("outcome"));
        foreach (
            var (outcome, state) in ((string, string)[])
                [("informational", "decided"), ("not_csam", "decided"), ("referred", "open")]
        )
        {
            await SayAsync(outcome);
            Assert.Equal(state, (await server.FileAsync(reference)).GetProperty("case").Text("state"));
        }
        // What the platform was told stays: it is not confirmed here, and can only be found to be so again.
        var refused = await server.DecideAsync(reference, expected: HttpStatusCode.Conflict);
        Assert.Equal("already_reversed", refused.Text("code"));
        await server.DecideAsync(reference, "not_csam");
        Assert.Equal("decided", (await server.FileAsync(reference)).GetProperty("case").Text("state"));
        reference = await server.OpenAsync("user-1");
        await server.DecideAsync(reference);
        await SayAsync("arrest");
        Assert.Equal("decided", (await server.FileAsync(reference)).GetProperty("case").Text("state"));
        await SayAsync("not_csam");
        Assert.Equal("open", (await server.FileAsync(reference)).GetProperty("case").Text("state"));

        Task SayAsync(string outcome) =>
            server.PostAsync(
                "/v1/notices/feedback",
                new
                {
                    caseRef = reference,
                    from = "authority",
                    outcome,
                },
                HttpStatusCode.Created
            );
    }
}
