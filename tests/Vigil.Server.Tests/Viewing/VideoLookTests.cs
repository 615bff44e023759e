using System.Globalization;
using System.Net;
using Vigil.Server.Tests.Access;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Going through a video, and listening to it: each for a reason, once, on record, for some time.</summary>
public class VideoLookTests
{
    private static readonly Lazy<byte[]> Clip = new(() => VideoWork.Clip(4));

    [Fact(Timeout = 180_000)]
    public async Task Frames_come_in_one_answer_with_their_times_for_one_act_and_one_record()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time);
        var reference = await server.CaseAsync();
        var content = await server.SealAsync(reference, Clip.Value);
        using var reviewer = await server.ReviewerAsync();

        (await reviewer.StripAsync(content, reason: "curious")).IsRefused(
            HttpStatusCode.BadRequest,
            "bad_reason"
        );
        (await reviewer.StripAsync(content, text: " ")).IsRefused(
            HttpStatusCode.BadRequest,
            "reason_missing"
        );
        (await reviewer.StripAsync(content, text: "User-1 put it there.")).IsRefused(
            HttpStatusCode.BadRequest,
            "reason_names_somebody"
        );
        (await reviewer.StripAsync(content, "sheet_strong")).IsRefused(
            HttpStatusCode.BadRequest,
            "wrong_kind"
        );
        // Not by an address that could be opened again.
        var picture = await server.SealAsync(reference, ViewingWork.Picture(1));
        foreach (var one in new[] { content, picture })
        {
            Assert.Equal(
                HttpStatusCode.BadRequest,
                (await reviewer.RenditionAsync(one, "strip_small")).Status
            );
        }
        (await reviewer.StripAsync(picture)).IsRefused(HttpStatusCode.BadRequest, "not_a_video");
        (await reviewer.SoundAsync(picture)).IsRefused(HttpStatusCode.BadRequest, "not_a_video");
        Assert.Empty(await server.LedgerAsync("content.opened"));
        Assert.Empty(await server.ViewsAsync());

        var shown = await reviewer.StripAsync(content, "strip_small");
        Assert.Equal(HttpStatusCode.OK, shown.Status);
        Assert.Equal("image/jpeg", shown.Raw.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-store", shown.Raw.Headers.CacheControl!.ToString());
        Assert.Equal("same-origin", shown.HeaderOf("Cross-Origin-Resource-Policy"));
        Assert.Contains(
            "worker-src 'none'",
            shown.HeaderOf("Content-Security-Policy"),
            StringComparison.Ordinal
        );
        Assert.StartsWith("4x160x", shown.HeaderOf("Vigil-Frame-Grid"), StringComparison.Ordinal);
        Assert.Equal("0,1,2,3", shown.HeaderOf("Vigil-Frame-Times"));
        Assert.Equal("3.9", shown.HeaderOf("Vigil-Video-Seconds"));
        Assert.Equal("120", shown.HeaderOf("Vigil-View-Seconds"));
        var act = Assert.Single(await server.LedgerAsync("content.opened"));
        var view = Assert.Single(await server.ViewsAsync());
        Assert.Equal(content.ToString(), act.Text("object"));
        Assert.Equal($"strip_small, grade: Grading the case. [view {view.Id}]", act.Text("reason"));
        // Nobody told of its end: it counts in full, and never as the file.
        Assert.Equal(("scrub", 120.0, false), (view.Mode, view.Seconds, view.ShownWhole));

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await reviewer.EndAsync(content, shown.ViewOf(), 20_000)).Status
        );
        view = Assert.Single(await server.ViewsAsync());
        Assert.Equal((20.0, false), (view.Seconds, view.ShownWhole));
        Assert.False(await server.FileViewedAsync(content));
        Assert.Contains("1 gone through, 0 heard", (await reviewer.GetAsync("/console/exposure")).Text);
        Assert.Contains(
            "<dd>once, never</dd>",
            (await reviewer.GetAsync($"/console/contents/{content}")).Text
        );
    }

    [Fact(Timeout = 180_000)]
    public async Task Sound_is_off_until_somebody_who_may_reveal_turns_it_on_for_one_time()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time);
        var reference = await server.CaseAsync();
        var content = await server.SealAsync(reference, Clip.Value);
        using var reviewer = await server.ReviewerAsync();
        var page = await reviewer.GetAsync($"/console/contents/{content}");
        Assert.DoesNotContain("<audio", page.Text, StringComparison.Ordinal);
        Assert.Contains("There is no transcript", page.Text, StringComparison.Ordinal);

        (await reviewer.SoundAsync(content, on: "")).IsRefused(HttpStatusCode.BadRequest, "sound_off");
        (await reviewer.SoundAsync(content, text: "x")).IsRefused(
            HttpStatusCode.BadRequest,
            "reason_missing"
        );
        await server.SetAsync("training.required", "on");
        (await reviewer.SoundAsync(content)).IsRefused(HttpStatusCode.Conflict, "not_qualified");
        await server.SetAsync("training.required", "off");
        Assert.Empty(await server.LedgerAsync("content.opened"));

        var heard = await reviewer.SoundAsync(content);
        Assert.Equal(HttpStatusCode.OK, heard.Status);
        Assert.Equal("audio/wav", heard.Raw.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-store", heard.Raw.Headers.CacheControl!.ToString());
        Assert.Equal(
            ("no", "120"),
            (heard.HeaderOf("Vigil-Sound-Cut"), heard.HeaderOf("Vigil-View-Seconds"))
        );
        Assert.StartsWith("RIFF", heard.Text, StringComparison.Ordinal);
        Assert.InRange(heard.Raw.Content.Headers.ContentLength!.Value, 44 + 3 * 32_000, 44 + 5 * 32_000);
        var act = Assert.Single(await server.LedgerAsync("content.opened"));
        var view = Assert.Single(await server.ViewsAsync());
        Assert.Equal($"sound, grade: Grading the case. [view {view.Id}]", act.Text("reason"));
        Assert.Equal(("sound", 120.0, false), (view.Mode, view.Seconds, view.ShownWhole));
        time.Advance(TimeSpan.FromSeconds(9));
        await reviewer.EndAsync(content, heard.ViewOf(), 60_000);
        // No longer than since it was sent.
        Assert.Equal(9, Assert.Single(await server.ViewsAsync()).Seconds, 1.0);
        Assert.False(await server.FileViewedAsync(content));
        // Hearing is no look at what can be shown of it.
        Assert.False(Assert.Single((await server.StandingAsync(reference)).Contents).IsLookedAt);

        var silent = await server.SealAsync(reference, Scan.VideoTests.Clip.Value);
        var none = await reviewer.SoundAsync(silent);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, none.Status);
        Assert.Contains("no sound in it", none.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await server.ViewsAsync())[^1].Seconds);
        // A sound that was not there says nothing of the pictures.
        Assert.Equal(
            ShowObstacle.Video,
            (await server.StandingAsync(reference)).Contents.Single(one => one.ContentId == silent).Obstacle
        );
    }

    [Fact(Timeout = 180_000)]
    public async Task A_fresh_proof_is_asked_for_before_the_sound_and_not_before_grey_frames()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time);
        var content = await server.SealAsync(await server.CaseAsync(), Clip.Value);
        using var reviewer = await server.ReviewerAsync();
        for (var minute = 0; minute < 20; minute += 5)
        {
            time.Advance(TimeSpan.FromMinutes(5));
            await reviewer.GetAsync("/console");
        }
        var refused = await reviewer.SoundAsync(content);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("Verify that it is you", refused.Text, StringComparison.Ordinal);
        Assert.Empty(await server.ViewsAsync());
        Assert.Equal(HttpStatusCode.OK, (await reviewer.StripAsync(content)).Status);
    }

    [Fact(Timeout = 180_000)]
    public async Task Limits_and_own_settings_hold_for_both()
    {
        await using var server = await StartAsync(new ManualTime());
        var content = await server.SealAsync(await server.CaseAsync(), Clip.Value);
        using var reviewer = await server.ReviewerAsync();
        var viewer = (await server.SignedInAsync(reviewer)).Actor.Name;

        await SettingsAsync(reviewer, ("renditions", "strong_only"), ("videoSeconds", "15"));
        var page = (await reviewer.GetAsync($"/console/contents/{content}")).Text;
        Assert.Contains("strip_strong", page, StringComparison.Ordinal);
        Assert.DoesNotContain("strip_small", page, StringComparison.Ordinal);
        (await reviewer.StripAsync(content, "strip_small")).IsRefused(HttpStatusCode.Conflict, "own_setting");
        var strong = await reviewer.StripAsync(content);
        Assert.Equal("15", strong.HeaderOf("Vigil-View-Seconds"));
        await reviewer.EndAsync(content, strong.ViewOf(), 0);

        await SettingsAsync(reviewer, ("renditions", "none"), ("noSound", "on"));
        (await reviewer.StripAsync(content)).IsRefused(HttpStatusCode.Conflict, "own_setting");
        (await reviewer.SoundAsync(content)).IsRefused(HttpStatusCode.Conflict, "own_setting");
        await SettingsAsync(reviewer, ("reveal", "never"));
        (await reviewer.SoundAsync(content)).IsRefused(HttpStatusCode.Conflict, "own_setting");
        await SettingsAsync(reviewer);

        // Of the 60 minutes of a day 40 s are left: a look lasts no longer.
        await LimitTests.ExposeAsync(server, viewer, content, TimeSpan.FromSeconds(3560));
        var last = await reviewer.StripAsync(content);
        Assert.InRange(
            double.Parse(last.HeaderOf("Vigil-View-Seconds"), CultureInfo.InvariantCulture),
            39.0,
            40.0
        );
        (await reviewer.StripAsync(content)).IsRefused(HttpStatusCode.Conflict, "stopped");
        (await reviewer.SoundAsync(content)).IsRefused(HttpStatusCode.Conflict, "stopped");
        Assert.Equal(2, (await server.LedgerAsync("content.opened")).Count);
        await reviewer.PostAsync("/console/exposure", "/console/exposure/pause");
        (await reviewer.SoundAsync(content)).IsRefused(HttpStatusCode.Conflict, "paused");
    }

    [Fact(Timeout = 180_000)]
    public async Task Who_may_not_gets_nothing_nor_does_another_tenant_or_another_page()
    {
        await using var server = await StartAsync(new ManualTime());
        var made = new { tenant = MatrixWorld.Other.Value, title = "Another" };
        await server.PostAsync("/v1/tenants", made, HttpStatusCode.Created);
        var content = await server.SealAsync(await server.CaseAsync(), Clip.Value);
        using var reviewer = await MatrixCaller.PersonAsync(server, TenantId.Default, "one", [Role.Reviewer]);
        using var admin = await MatrixCaller.PersonAsync(server, TenantId.Default, "two", [Role.Admin]);
        using var other = await MatrixCaller.PersonAsync(server, MatrixWorld.Other, "three", [Role.Reviewer]);
        foreach (
            var path in new[] { $"/console/contents/{content}/strip", $"/console/contents/{content}/sound" }
        )
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(reviewer, path)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(admin, path)).Status);
            var (foreign, unknown) = (
                await SendAsync(other, path),
                await SendAsync(
                    other,
                    path.Replace($"{content}", $"{Guid.NewGuid()}", StringComparison.Ordinal)
                )
            );
            Assert.Equal(
                (HttpStatusCode.NotFound, unknown.Status),
                (foreign.Status, HttpStatusCode.NotFound)
            );
        }
        Assert.Equal(2, (await server.LedgerAsync("content.opened")).Count);

        static Task<MatrixAnswer> SendAsync(MatrixCaller caller, string path) =>
            caller.SendAsync(
                new MatrixRoute("POST", path, null, null),
                path,
                ("as", "strip_strong"),
                ("on", "on"),
                ("reason", "grade"),
                ("text", "Grading the case.")
            );
    }

    private static Task<TestServer> StartAsync(ManualTime time) =>
        TestServer.StartAsync(Profile.Demo, options => options with { Time = time });

    private static async Task SettingsAsync(ConsoleUser user, params (string Name, string Value)[] changed)
    {
        (string Name, string Value)[] usual =
        [
            ("reveal", "as_it_is"),
            ("renditions", "any"),
            ("seconds", "10"),
            ("videoSeconds", "120"),
            ("shiftEnds", ""),
        ];
        const string page = "/console/exposure";
        var others = usual.Where(one => changed.All(other => other.Name != one.Name));
        var saved = await user.PostAsync(page, $"{page}/settings", [.. changed, .. others]);
        Assert.Contains("saved", saved.Location, StringComparison.Ordinal);
    }
}
