using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>In a team of one nobody else can lift a stop.</summary>
public class SoloStopTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_hard_stop_in_a_team_of_one_ends_a_day_later_and_its_end_is_recorded()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(Profile.Demo, o => o with { Time = time });
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        using var both = await ConsoleUser.InviteAsync(server, "both.roles", "reviewer", "wellness_lead");
        var viewer = (await server.SignedInAsync(both)).Actor.Name;
        await LimitTests.ExposeAsync(server, viewer, content, TimeSpan.FromMinutes(60), time.GetUtcNow());
        Assert.Equal((HttpStatusCode.Conflict, "stopped"), await both.TokenAsync(content));

        // Another day and still not, and declaring solo mode frees nobody at once.
        time.Advance(TimeSpan.FromHours(25));
        await both.SignInAsync();
        Assert.Equal((HttpStatusCode.Conflict, "stopped"), await both.TokenAsync(content));
        await SoloReleaseTests.DeclareAsync(server);
        Assert.Equal((HttpStatusCode.Conflict, "stopped"), await both.TokenAsync(content));
        var page = (await both.GetAsync("/console/exposure")).Text;
        Assert.Contains("it ends by itself on", page, StringComparison.Ordinal);
        Assert.Empty(await server.LedgerAsync("viewing.stop_ended"));

        time.Advance(TimeSpan.FromHours(24.1));
        await both.SignInAsync();
        Assert.DoesNotContain(
            "it ends by itself on",
            (await both.GetAsync("/console/exposure")).Text,
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.OK, (await both.TokenAsync(content)).Status);
        Assert.Single(await server.LedgerAsync("viewing.stop_ended"));
        Assert.Contains(
            "ended by itself after 24 hours",
            (await both.GetAsync("/console/wellness")).Text,
            StringComparison.Ordinal
        );
        // The next day's limit is a limit again, of a day.
        await LimitTests.ExposeAsync(server, viewer, content, TimeSpan.FromMinutes(60), time.GetUtcNow());
        Assert.Equal((HttpStatusCode.Conflict, "stopped"), await both.TokenAsync(content));
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_another_person_may_lift_a_stop_it_ends_by_nobody_else_in_solo_mode_too()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(Profile.Demo, o => o with { Time = time });
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        using var both = await ConsoleUser.InviteAsync(server, "both.roles", "reviewer", "wellness_lead");
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        using var admin = await ConsoleUser.InviteAsync(server, "an.admin", "admin");
        var viewer = (await server.SignedInAsync(both)).Actor.Name;
        await SoloReleaseTests.DeclareAsync(server);
        await LimitTests.ExposeAsync(server, viewer, content, TimeSpan.FromMinutes(60), time.GetUtcNow());
        Assert.Equal((HttpStatusCode.Conflict, "stopped"), await both.TokenAsync(content));
        var page = (await both.GetAsync("/console/exposure")).Text;
        Assert.DoesNotContain("ends by itself", page, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromHours(49));
        await both.SignInAsync();
        await lead.SignInAsync();
        Assert.Equal((HttpStatusCode.Conflict, "stopped"), await both.TokenAsync(content));
        Assert.Empty(await server.LedgerAsync("viewing.stop_ended"));

        // Once they are gone, nobody else may: a day later, for one admin sent them away.
        await server.DisableAsync("wellness-lead-2");
        Assert.Equal((HttpStatusCode.Conflict, "stopped"), await both.TokenAsync(content));
        Assert.Empty(await server.LedgerAsync("viewing.stop_ended"));
        time.Advance(TimeSpan.FromHours(24.1));
        await both.SignInAsync();
        Assert.Equal(HttpStatusCode.OK, (await both.TokenAsync(content)).Status);
        Assert.Single(await server.LedgerAsync("viewing.stop_ended"));
    }
}
