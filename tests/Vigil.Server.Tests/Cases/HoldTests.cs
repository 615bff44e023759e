using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Cases;

/// <summary>A case waits for what it waits for; what comes meanwhile is offered at once.</summary>
public class HoldTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_flag_that_joins_a_case_on_hold_ends_the_hold_and_a_repeat_does_not()
    {
        await using var server = await TestServer.StartAsync();
        var reference = (await JoiningFlagTests.FlagAsync(server, "other", "One.")).Text("caseRef");
        await HoldAsync(server, reference);

        await JoiningFlagTests.FlagAsync(server, "other", "One.");
        Assert.True(await IsHeldAsync(server, reference));
        await server.PostAsync("/v1/cases/next", new { }, HttpStatusCode.NotFound);
        await JoiningFlagTests.FlagAsync(server, "other", "One.", "another");

        Assert.False(await IsHeldAsync(server, reference));
        Assert.Single(await EndedAsync(server, reference));
        Assert.Equal(reference, (await server.PostAsync("/v1/cases/next", new { })).Text("caseRef"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_match_that_joins_a_case_on_hold_ends_the_hold()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.OpenAsync("user-1");
        await HoldAsync(server, reference);

        Assert.Equal(reference, (await server.HitAsync("user-1")).Value);

        Assert.False(await IsHeldAsync(server, reference));
        Assert.Single(await EndedAsync(server, reference));
        await server.HitAsync("user-1");
        Assert.Single(await EndedAsync(server, reference));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_person_ends_a_hold_on_the_page_of_the_case()
    {
        await using var server = await TestServer.StartAsync();
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var reference = await server.OpenAsync("user-1");
        var (page, form) = ($"/console/cases/{reference}", $"/console/cases/{reference}/resume");
        Assert.False(await reviewer.HasFormAsync(page, form));
        await HoldAsync(server, reference);

        var resumed = await reviewer.PostAsync(page, form);

        Assert.Equal($"{page}?notice=case_resumed", resumed.Location);
        Assert.False(await IsHeldAsync(server, reference));
        Assert.False(await reviewer.HasFormAsync(page, form));
        Assert.Contains("resumed", ReviewWork.TimelineOf(await server.FileAsync(reference)));
        Assert.Single(await server.LedgerAsync("case.resumed"));
    }

    private static Task<JsonElement> HoldAsync(TestServer server, string reference) =>
        server.PostAsync(
            $"/v1/cases/{reference}/hold",
            new { until = DateTimeOffset.UtcNow.AddDays(29), reason = "Waits for the platform." }
        );

    private static async Task<bool> IsHeldAsync(TestServer server, string reference) =>
        (await server.FileAsync(reference)).GetProperty("work").GetProperty("holdUntil").ValueKind
        != JsonValueKind.Null;

    private static async Task<IEnumerable<string>> EndedAsync(TestServer server, string reference) =>
        ReviewWork.TimelineOf(await server.FileAsync(reference)).Where(what => what == "hold_ended");
}
