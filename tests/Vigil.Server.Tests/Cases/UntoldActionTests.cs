using System.Net;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Cases;

/// <summary>What was done because of a confirmation that never left is told, or ends where people see it.</summary>
public class UntoldActionTests
{
    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_action_of_a_case_that_was_opened_again_before_anybody_was_told_is_told_or_ends(
        bool isConfirmedAnew
    )
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            change: options => options with { Time = time },
            canUndo: true
        );
        await server.SetAsync("cases.undoSeconds", "600");
        var reference = await server.OpenAsync("user-1", "known_csam", "US");
        await server.DecideAsync(reference);
        await server.RemoveContentAsync(reference);
        await server.DisputeAsync(reference);
        time.Advance(TimeSpan.FromSeconds(601));
        await GoneAsync(server, 1);
        Assert.True((await ActionAsync(server, reference)).GetProperty("waits").GetBoolean());

        if (isConfirmedAnew)
        {
            await server.DecideAsync(reference);
            time.Advance(TimeSpan.FromSeconds(601));
            await GoneAsync(server, 2);
            Assert.Equal("active", (await ActionAsync(server, reference)).Text("state"));
            Assert.Contains("account.action", await server.OutboxAsync(reference));
            return;
        }
        await server.PostAsync(
            $"/v1/cases/{reference}/close",
            new
            {
                because = "not_actionable",
                reason = ReviewWork.Why,
                itemsRead = 1,
                person = ReviewWork.Other,
            }
        );

        var action = await ActionAsync(server, reference);
        Assert.Equal("reversed", action.Text("state"));
        Assert.False(action.GetProperty("waits").GetBoolean());
        Assert.Contains("act anew", action.Text("reversedBecause"), StringComparison.Ordinal);
        Assert.EndsWith($"/{ReviewWork.Other}", action.Text("reversedBy"), StringComparison.Ordinal);
        Assert.Contains("account_action_reversed", ReviewWork.TimelineOf(await server.FileAsync(reference)));
        Assert.Single(await server.LedgerAsync("account.action_reversed"));
        // The platform was told neither.
        Assert.DoesNotContain(
            await server.OutboxAsync(reference),
            type => type.StartsWith("account.", StringComparison.Ordinal)
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_told_stays_when_a_case_is_opened_again_and_closed()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.OpenAsync("user-1", "known_csam", "US");
        await server.DecideAsync(reference);
        await server.RemoveContentAsync(reference);
        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "They wrote.", person = ReviewWork.Other }
        );

        await server.PostAsync(
            $"/v1/cases/{reference}/close",
            new
            {
                because = "duplicate",
                reason = ReviewWork.Why,
                itemsRead = 1,
                person = ReviewWork.Other,
            }
        );

        Assert.Equal("active", (await ActionAsync(server, reference)).Text("state"));
    }

    private static async Task<System.Text.Json.JsonElement> ActionAsync(
        TestServer server,
        string reference
    ) =>
        (await server.GetJsonAsync($"/v1/cases/{reference}/account-actions", HttpStatusCode.OK)).GetProperty(
            "actions"
        )[0];

    /// <summary>So many decisions have left, whatever they told.</summary>
    private static Task<string> GoneAsync(TestServer server, int count) =>
        TestServer.EventuallyAsync(
            async () => (await server.LedgerAsync("case.decision_left")).Count >= count ? "gone" : null,
            "the decision leaves"
        );
}
