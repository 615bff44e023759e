using System.Net;
using System.Text.Json;
using Vigil.Server.Features.NoticesReceived;
using Vigil.Server.Tests.Cases;
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
