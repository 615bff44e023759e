using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Features.Viewing.Seeing;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>What protects the people who must look.</summary>
public class LimitTests
{
    [Fact(Timeout = 240_000)]
    public async Task The_200th_view_of_an_hour_is_shown_and_the_201st_is_not()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        using var reviewer = await server.ReviewerAsync();
        await AskManyAsync(server, await server.SignedInAsync(reviewer), content, 197);

        // Many at once: no race lets one more through.
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => reviewer.RenditionAsync(content))
        );

        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests));
        Assert.Equal(200, (await server.ViewsAsync()).Count);
        Assert.Equal(3, (await server.LedgerAsync("content.opened")).Count);
        var refused = answers.First(answer => answer.Status == HttpStatusCode.TooManyRequests);
        Assert.NotNull(refused.Raw.Headers.RetryAfter);
        Assert.Equal((HttpStatusCode.TooManyRequests, "view_cap"), await reviewer.TokenAsync(content));
        var limit = Assert.Single(await LimitsAsync(server));
        Assert.Equal(LimitKind.Hour, limit.Kind);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_hard_stop_is_lifted_by_another_person_only()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        using var both = await ConsoleUser.InviteAsync(server, "both.roles", "reviewer", "wellness_lead");
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        var viewer = (await server.SignedInAsync(both)).Actor.Name;
        Assert.Equal(HttpStatusCode.OK, (await both.RenditionAsync(content)).Status);
        await ExposeAsync(server, viewer, content, TimeSpan.FromMinutes(60));

        Assert.Equal((HttpStatusCode.Conflict, "stopped"), await both.TokenAsync(content));
        Assert.Equal(HttpStatusCode.Conflict, (await both.RenditionAsync(content)).Status);
        var stop = Assert.Single(await LimitsAsync(server));
        Assert.Equal((LimitKind.Hard, viewer), (stop.Kind, stop.Viewer));
        var action = $"/console/wellness/stops/{stop.Id}/lift";
        var own = await both.PostAsync("/console/wellness", action, ("reason", "I feel fine."));
        Assert.Contains("stop_own", own.Location, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Conflict, "stopped"), await both.TokenAsync(content));

        var page = await lead.GetAsync("/console/wellness");
        Assert.Contains(viewer, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(content.ToString(), page.Text, StringComparison.Ordinal);
        // The reason stands in the ledger: it names nobody whose case they worked on.
        var named = await lead.PostAsync("/console/wellness", action, ("reason", "USER-1 was too much."));
        Assert.Equal("reason_names_somebody", named.Code);
        var lifted = await lead.PostAsync("/console/wellness", action, ("reason", "We talked."));
        Assert.Contains("stop_lifted", lifted.Location, StringComparison.Ordinal);
        Assert.Single(await server.LedgerAsync("viewing.stop_lifted"));
        Assert.Equal(HttpStatusCode.OK, (await both.RenditionAsync(content)).Status);
        Assert.Equal(HttpStatusCode.OK, (await both.TokenAsync(content)).Status);
        // A quarter more, not the whole day again.
        await ExposeAsync(server, viewer, content, TimeSpan.FromMinutes(15));
        Assert.Equal((HttpStatusCode.Conflict, "stopped"), await both.TokenAsync(content));
    }

    /// <summary>Own grades count at once, others' when nobody is still to judge; the lead learns that it was reached.</summary>
    [Fact(Timeout = 120_000)]
    public async Task What_was_graded_as_severe_has_a_limit_of_its_own()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.CaseAsync();
        var item = (await server.FileAsync(reference.Value))
            .GetProperty("items")[0]
            .GetProperty("id")
            .GetGuid();
        var content = await server.SealAsync(reference, ViewingWork.Picture(1), item);
        using var reviewer = await server.ReviewerAsync();
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        var viewer = (await server.SignedInAsync(reviewer)).Actor.Name;
        await ExposeAsync(server, viewer, content, TimeSpan.FromMinutes(20));
        Assert.Equal(HttpStatusCode.OK, (await reviewer.TokenAsync(content)).Status);
        Assert.Contains(
            "not graded",
            (await reviewer.GetAsync("/console/exposure")).Text,
            StringComparison.Ordinal
        );

        // Somebody else's, while a second opinion is waited for: not told.
        await server.PostAsync(
            $"/v1/cases/{reference}/items/{item}/grade",
            new
            {
                age = "prepubescent",
                activity = "penetrative",
                depiction = "real",
                reasons = new[] { "by_the_facts" },
                secondOpinion = true,
                person = ReviewWork.Person,
            }
        );
        Assert.Equal(HttpStatusCode.OK, (await reviewer.TokenAsync(content)).Status);
        await server.ExecuteAsync(
            "update case_opinion set state = 'Dropped' where tenant = @tenant",
            new { }
        );

        Assert.Equal((HttpStatusCode.Conflict, "stopped"), await reviewer.TokenAsync(content));
        var own = (await reviewer.GetAsync("/console/exposure")).Text;
        Assert.Contains("20:00 min of 20", own, StringComparison.Ordinal);
        Assert.Contains("20 minutes of severe material today", own, StringComparison.Ordinal);
        var stop = Assert.Single(await LimitsAsync(server));
        Assert.Equal((LimitKind.Severe, viewer), (stop.Kind, stop.Viewer));
        var page = (await lead.GetAsync("/console/wellness")).Text;
        Assert.Contains("the limit of the day for severe material", page, StringComparison.Ordinal);
        Assert.DoesNotContain(content.ToString(), page, StringComparison.Ordinal);
        Assert.DoesNotContain(reference.Value, page, StringComparison.Ordinal);
        await lead.PostAsync(
            "/console/wellness",
            $"/console/wellness/stops/{stop.Id}/lift",
            ("reason", "We talked.")
        );
        Assert.Equal(HttpStatusCode.OK, (await reviewer.TokenAsync(content)).Status);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_pause_shows_nothing_asks_nothing_and_leaves_no_trace_in_the_ledger()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        using var reviewer = await server.ReviewerAsync();
        var acts = (await server.LedgerAllAsync()).Count;

        var paused = await reviewer.PostAsync("/console/exposure", "/console/exposure/pause");
        Assert.Contains("viewing_paused", paused.Location, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Conflict, "paused"), await reviewer.TokenAsync(content));
        Assert.Equal(HttpStatusCode.Conflict, (await reviewer.RenditionAsync(content)).Status);
        Assert.Equal("paused", (await MayTakeAsync(server, reviewer)).Code);
        await reviewer.PostAsync("/console/exposure", "/console/exposure/resume");
        Assert.Equal(HttpStatusCode.OK, (await reviewer.TokenAsync(content)).Status);
        Assert.Equal(acts, (await server.LedgerAllAsync()).Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_stronger_setting_of_ones_own_is_kept_from_everybody_and_holds()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        using var reviewer = await server.ReviewerAsync();
        await reviewer.PostAsync(
            "/console/exposure",
            "/console/exposure/settings",
            ("reveal", "never"),
            ("renditions", "strong_only"),
            ("seconds", "3"),
            ("shiftEnds", ""),
            ("optOut", nameof(HarmKind.Infants))
        );

        Assert.Equal((HttpStatusCode.Conflict, "own_setting"), await reviewer.TokenAsync(content));
        Assert.Equal(HttpStatusCode.OK, (await reviewer.RenditionAsync(content, "grey_strong")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await reviewer.RenditionAsync(content, "grey_small")).Status);
        Assert.Equal("opted_out", (await MayTakeAsync(server, reviewer, HarmKind.Infants)).Code);
        Assert.True((await MayTakeAsync(server, reviewer, HarmKind.Violence)).May);
        // Sealed in the table, and in no page of anybody else.
        var rows = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.QueryAsync<byte[]>("select own from viewing_person")
            );
        Assert.Equal(-1, Assert.Single(rows).AsSpan().IndexOf("Infants"u8));
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        Assert.DoesNotContain(
            "infants",
            (await lead.GetAsync("/console/wellness")).Text,
            StringComparison.OrdinalIgnoreCase
        );
        Assert.Equal(HttpStatusCode.Forbidden, (await lead.GetAsync("/console/exposure")).Status);
        // A grey reveal is no view.
        await reviewer.PostAsync(
            "/console/exposure",
            "/console/exposure/settings",
            ("reveal", "grey"),
            ("renditions", "any"),
            ("seconds", "3"),
            ("shiftEnds", "")
        );
        var shown = await reviewer.RevealAsync(content, (await reviewer.TokenAsync(content)).TokenOrCode);
        Assert.Equal("3", shown.Raw.Headers.GetValues("Vigil-View-Seconds").Single());
        await reviewer.EndAsync(content, shown.ViewOf(), 3000);
        Assert.False(await server.FileViewedAsync(content));
    }

    [Fact]
    public void Breaks_quiet_hours_and_limits_fall_where_the_rules_say()
    {
        var noon = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        var rules = new ViewingRules();
        var person = new ViewingPerson(new OwnSettings(), null, null);
        string? Code(ViewingRules with, DateTimeOffset now, ViewMode mode, params Seen[] seen) =>
            MayView.Decide(with, person, Exposure.Of(seen, with, now, isStopped: false), mode)?.Code;
        Seen At(double minutes, int seconds = 10) =>
            new()
            {
                StartedAt = noon.AddMinutes(minutes),
                EndedAt = noon.AddMinutes(minutes).AddSeconds(seconds),
                UnblurredMs = 1000L * seconds,
                Mode = ViewMode.Reveal,
            };

        Seen[] block = [.. Enumerable.Range(0, 7).Select(i => At(4 * i))];
        Assert.Null(Code(rules, noon.AddMinutes(24.9), ViewMode.Reveal, block[..6]));
        Assert.Equal("break_due", Code(rules, noon.AddMinutes(25), ViewMode.Reveal, block));
        Assert.Equal("break_due", Code(rules, noon.AddMinutes(29.1), ViewMode.Rendition, block));
        // Five minutes after the last one ended.
        Assert.Null(Code(rules, noon.AddMinutes(29.2), ViewMode.Reveal, block));
        // A pause between two views begins a new block.
        Assert.Null(Code(rules, noon.AddMinutes(33), ViewMode.Reveal, [At(0), At(8), At(20), At(31)]));

        Assert.Null(Code(rules, noon.AddMinutes(10), ViewMode.Reveal, At(0, 3599 % 600)));
        Seen[] hour = [.. Enumerable.Range(0, 6).Select(i => At(-60 * (i + 1), 600))];
        Assert.Equal("stopped", Code(rules, noon, ViewMode.Reveal, [.. hour.Reverse()]));
        Assert.Null(Code(rules, noon, ViewMode.Rendition, [.. hour.Reverse()]));
        Assert.Null(Code(rules, noon, ViewMode.Reveal, [.. hour.Reverse().Skip(1)]));
        // Yesterday's does not count, by the house's clock.
        Assert.Null(Code(rules with { UtcOffsetMinutes = 720 }, noon, ViewMode.Reveal, [.. hour.Reverse()]));

        var night = rules with { QuietFrom = 21 * 60, QuietTo = 6 * 60 };
        Assert.Null(Code(night, noon, ViewMode.Rendition));
        Assert.Null(Code(night, noon.AddHours(8).AddMinutes(59), ViewMode.Rendition));
        Assert.Equal("quiet_hours", Code(night, noon.AddHours(9), ViewMode.Rendition));
        Assert.Equal("quiet_hours", Code(night, noon.AddHours(17).AddMinutes(59), ViewMode.Rendition));
        Assert.Null(Code(night, noon.AddHours(18), ViewMode.Rendition));
    }

    [Fact]
    public void A_case_is_given_only_when_it_is_fair()
    {
        var noon = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        var rules = new ViewingRules { QuietFrom = 21 * 60, QuietTo = 6 * 60 };
        var person = new ViewingPerson(new OwnSettings { OptOuts = [HarmKind.Animals] }, null, null);
        var wanted = new MayTakeCaseWanted("person:x", IsNewMaterial: true, IsGraphic: true, []);
        Taken New() =>
            new()
            {
                At = noon,
                IsNewMaterial = true,
                IsGraphic = true,
            };
        Taken Known() => new() { At = noon, IsGraphic = true };
        Taken Light() => new() { At = noon };
        string Code(MayTakeCaseWanted asked, DateTimeOffset now, params Taken[] taken) =>
            TakeCase.Decide(rules, person, Exposure.Of([], rules, now, false), taken, asked).Code;

        Assert.Equal("", Code(wanted, noon));
        Assert.Equal("", Code(wanted, noon, New()));
        Assert.Equal("variety_due", Code(wanted, noon, New(), New()));
        Assert.Equal("", Code(wanted with { IsNewMaterial = false }, noon, New(), New()));
        Assert.Equal("", Code(wanted, noon, Known(), New(), New()));
        Assert.Equal(
            "variety_due",
            Code(wanted with { IsNewMaterial = false }, noon, Known(), Known(), Known(), Known(), Known())
        );
        Assert.Equal("", Code(wanted, noon, Light(), New(), New(), Known(), Known(), Known()));
        Assert.Equal("", Code(wanted with { IsGraphic = false }, noon, New(), New()));
        Assert.Equal("opted_out", Code(wanted with { Harms = [HarmKind.Animals, HarmKind.Violence] }, noon));
        // The last half hour before quiet hours, and of a shift.
        Assert.Equal("", Code(wanted, noon.AddHours(8).AddMinutes(29)));
        Assert.Equal("shift_ends", Code(wanted, noon.AddHours(8).AddMinutes(30)));
        person = person with { ShiftEndsAt = noon.AddHours(2) };
        Assert.Equal("", Code(wanted, noon.AddMinutes(89)));
        Assert.Equal("shift_ends", Code(wanted, noon.AddMinutes(90)));
        person = person with { PausedAt = noon };
        Assert.Equal("paused", Code(wanted with { IsGraphic = false }, noon));
    }

    [Fact(Timeout = 120_000)]
    public async Task After_90_days_durations_are_sums_of_the_day_and_what_was_shown_stays()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        var old = DateTimeOffset.UtcNow.AddDays(-92);
        await ExposeAsync(server, "person:reviewer-1", content, TimeSpan.FromSeconds(30), old);
        await ExposeAsync(
            server,
            "person:reviewer-2",
            content,
            TimeSpan.FromSeconds(12),
            old.AddMilliseconds(1)
        );
        await ExposeAsync(
            server,
            "person:reviewer-1",
            content,
            TimeSpan.FromSeconds(7),
            DateTimeOffset.UtcNow.AddDays(-80)
        );
        var db = server.Server.Services.GetRequiredService<Db>();

        await ForgetExposure.RunAsync(db, TenantId.Default, CancellationToken.None);
        await ForgetExposure.RunAsync(db, TenantId.Default, CancellationToken.None);

        var views = await server.ViewsAsync();
        Assert.Equal(3, views.Count);
        Assert.All(
            views.Take(2),
            view => Assert.True(view.Seconds <= 0 && view.EndedAt == view.StartedAt && view.ShownWhole)
        );
        Assert.Equal(7, views[2].Seconds);
        var days = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<(long, long, long)>("select reveals, unblurred_ms, people from viewing_day")
            );
        Assert.Equal((2L, 42_000L, 2L), Assert.Single(days));
    }

    private static async Task AskManyAsync(TestServer server, SignedIn person, Guid content, int count)
    {
        var db = server.Server.Services.GetRequiredService<Db>();
        for (var i = 0; i < count; i++)
        {
            var asked = await db.WriteAsync(
                person.Actor,
                Permission.ContentRender,
                tx => AskView.ForRenditionAsync(tx, person, content, RenditionKind.GreyStrong)
            );
            Assert.NotNull(asked.View);
        }
    }

    /// <summary>As if a person had seen so much in one go.</summary>
    internal static Task<int> ExposeAsync(
        TestServer server,
        string viewer,
        Guid content,
        TimeSpan unblurred,
        DateTimeOffset? at = null
    ) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    tx.ExecuteAsync(
                        """
                        insert into viewing_record (tenant, id, content_id, case_ref, viewer, session_id, mode, shown_as,
                            state, started_at, ended_at, unblurred_ms, is_readable, source_width, source_height,
                            is_ended, shown_whole)
                        values (@tenant, @id, @content, 'VC-0', @viewer, @id, 'Reveal', 'reveal', 'Shown', @at, @at,
                            @ms, @yes, 1, 1, @yes, @yes)
                        """,
                        new
                        {
                            id = tx.NewId(),
                            content,
                            viewer,
                            at = at ?? tx.Now,
                            ms = (long)unblurred.TotalMilliseconds,
                            yes = true,
                        }
                    )
            );

    private static Task<IReadOnlyList<LimitEvent>> LimitsAsync(TestServer server) =>
        server.Kernel().Db.SystemAsync("test", isWrite: false, LimitEvents.ReadAsync);

    private static async Task<MayTakeCase> MayTakeAsync(
        TestServer server,
        ConsoleUser user,
        params HarmKind[] harms
    )
    {
        var viewer = (await server.SignedInAsync(user)).Actor.Name;
        return await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.AskAsync<MayTakeCaseWanted, MayTakeCase>(
                        new MayTakeCaseWanted(viewer, IsNewMaterial: true, IsGraphic: true, harms)
                    )
            );
    }
}
