using System.Text.Json;
using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>An audit that nobody answers is a number and an alarm, and stays a number when it is over.</summary>
public class AuditNumberTests
{
    [Fact(Timeout = 120_000)]
    public async Task Audits_wait_ring_when_overdue_and_are_counted_as_unanswered_when_their_days_are_over()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.SetAsync("cases.auditPercent", "100");
        await server.DecideAsync(await server.OpenAsync("user-1"), "not_csam");
        Assert.Equal(["Decisions to look at again 1"], await WaitingTests.NumbersAsync(server));
        time.Advance(TimeSpan.FromHours(71));
        await AssignedTests.WatchAsync(server);
        Assert.Empty(await AssignedTests.AlarmsAsync(server));

        time.Advance(TimeSpan.FromHours(2));
        await AssignedTests.WatchAsync(server);

        Assert.Equal(["audit_overdue 1"], await AssignedTests.AlarmsAsync(server));
        Assert.Contains(
            "overdue after 72 hours True",
            await WaitingTests.NotesAsync(server),
            StringComparison.Ordinal
        );
        time.Advance(TimeSpan.FromDays(12));
        await Purging.RoundAsync(server);
        await AssignedTests.WatchAsync(server);
        Assert.Empty(await WaitingTests.NumbersAsync(server));
        Assert.Empty(await AssignedTests.AlarmsAsync(server));
        using var later = await server.ClientOfAsync(Scope.Admin);
        var audits = await server.GetJsonAsync($"/v1/audits?person={ReviewWork.Other}", client: later);
        Assert.Equal((0, 0, 1), NumbersOf(audits));
        Assert.Contains(
            "1 looked at by nobody in time",
            await later.GetStringAsync(new Uri("/console/opinions", UriKind.Relative)),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_sees_granted_cases_only_is_told_numbers_of_these()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("cases.auditPercent", "100");
        var (granted, other) = (await server.OpenAsync("user-1"), await server.OpenAsync("user-2"));
        foreach (var (reference, verdict) in new[] { (granted, "confirmed"), (other, "not_csam") })
        {
            await server.DecideAsync(reference);
            await server.PostAsync(
                $"/v1/audits/{await server.ItemAsync(reference)}",
                new
                {
                    verdict,
                    reason = "Seen otherwise.",
                    person = ReviewWork.Other,
                }
            );
        }
        var all = await server.GetJsonAsync($"/v1/audits?person={ReviewWork.Other}");
        Assert.Equal((1, 1, 0), NumbersOf(all));
        var fenced = Fenced.Of(Permission.CaseGrade);
        Assert.Equal((0, 0), await SeenAsync());

        await server.GrantAsync(fenced, granted);

        Assert.Equal((1, 0), await SeenAsync());

        async Task<(long, long)> SeenAsync()
        {
            var audits = await server
                .Kernel()
                .Db.ReadAsync(fenced, Permission.CaseGrade, tx => DrawAudits.ListAsync(tx));
            return (audits.Agreed, audits.Disagreed);
        }
    }

    private static (int Agreed, int Disagreed, int Unanswered) NumbersOf(JsonElement audits) =>
        (
            audits.GetProperty("agreed").GetInt32(),
            audits.GetProperty("disagreed").GetInt32(),
            audits.GetProperty("unanswered").GetInt32()
        );
}
