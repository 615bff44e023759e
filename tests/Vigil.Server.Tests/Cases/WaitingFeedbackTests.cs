using System.Text.Json;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What is said against a decision that can still be undone is not lost.</summary>
public class WaitingFeedbackTests
{
    [Fact(Timeout = 120_000)]
    public async Task Feedback_against_a_decision_that_has_not_left_opens_the_case_when_it_has()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            change: options => options with { Time = time },
            canUndo: true
        );
        var (against, agreed, cleared, undone, again) = (
            await DecidedAsync(server, "user-1"),
            await DecidedAsync(server, "user-2"),
            await DecidedAsync(server, "user-3", "not_csam"),
            await DecidedAsync(server, "user-4"),
            await DecidedAsync(server, "user-5")
        );
        time.Pass(TimeSpan.FromSeconds(1));
        await SayAsync(server, against, "not_csam");
        await SayAsync(server, agreed, "confirmed");
        await SayAsync(server, cleared, "confirmed");
        await SayAsync(server, undone, "not_csam");
        await SayAsync(server, again, "more_found");
        // It can still be undone: it stands as it is, and so does what was said.
        Assert.Equal("decided", await StateAsync(server, against));
        time.Pass(TimeSpan.FromSeconds(1));
        await server.PostAsync($"/v1/cases/{undone}/undo", new { person = ReviewWork.Person });
        time.Pass(TimeSpan.FromSeconds(1));
        await server.DecideAsync(undone);

        time.Advance(TimeSpan.FromSeconds(45));
        await LeftAsync(server, [against, agreed, cleared, undone, again]);
        Assert.Equal(
            ("open", "decided", "open", "decided", "open"),
            (
                await StateAsync(server, against),
                await StateAsync(server, agreed),
                await StateAsync(server, cleared),
                // Who decided anew had it before them.
                await StateAsync(server, undone),
                await StateAsync(server, again)
            )
        );
        // The confirmation left first: the platform was told, and reports are due.
        Assert.Contains("case.decided", await server.OutboxAsync(against));
        Assert.Single(await server.LedgerAsync("case.reopened"), act => act.Text("object") == against);

        // Heard once: the next decision stands.
        using var later = await server.ClientOfAsync(Scope.Cases);
        await server.DecideAsync(against, client: later);
        time.Advance(TimeSpan.FromSeconds(45));
        await LeftAsync(server, [against]);
        Assert.Equal("decided", await StateAsync(server, against));
    }

    private static async Task<string> DecidedAsync(
        TestServer server,
        string account,
        string verdict = "confirmed"
    )
    {
        var reference = await server.OpenAsync(account, "suspected_csam");
        await server.DecideAsync(reference, verdict);
        return reference;
    }

    private static Task<JsonElement> SayAsync(TestServer server, string reference, string outcome) =>
        server.PostAsync($"/v1/cases/{reference}/feedback", new { from = "authority", outcome });

    private static Task<string?> StateAsync(TestServer server, string reference) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                async tx =>
                    (
                        await tx.FindAsync<string>(
                            "select state from case_file where tenant = @tenant and ref = @reference",
                            new { reference }
                        )
                    )?.ToLowerInvariant()
            );

    private static async Task LeftAsync(TestServer server, IReadOnlyList<string> references)
    {
        foreach (var reference in references)
        {
            await TestServer.EventuallyAsync(
                async () =>
                    await server
                        .Kernel()
                        .Db.SystemAsync(
                            "test",
                            isWrite: false,
                            tx =>
                                tx.FindAsync<long>(
                                    """
                                    select count(*) from case_effect e
                                    join case_file f on f.tenant = e.tenant and f.id = e.case_id
                                    where e.tenant = @tenant and f.ref = @reference
                                    """,
                                    new { reference }
                                )
                        ) == 0
                        ? "so"
                        : null,
                $"{reference} left"
            );
        }
    }
}
