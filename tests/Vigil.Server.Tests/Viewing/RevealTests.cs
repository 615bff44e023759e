using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Seeing a content itself: for a reason, once, on record.</summary>
public class RevealTests
{
    [Fact(Timeout = 120_000)]
    public async Task Nothing_is_shown_until_it_is_asked_for_and_then_it_is_on_record_before_a_byte_comes()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        var reference = await server.CaseAsync();
        var file = ViewingWork.Picture(1);
        var content = await server.SealAsync(reference, file);
        using var reviewer = await server.ReviewerAsync();

        var page = await reviewer.GetAsync($"/console/contents/{content}");
        Assert.DoesNotContain("<img", page.Text, StringComparison.Ordinal);
        Assert.Contains("no-store", page.Raw.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Empty(await server.LedgerAsync("content.opened"));
        Assert.Empty(await server.ViewsAsync());

        // The words stand in the ledger: they name neither the account nor its post.
        Assert.Equal(
            (HttpStatusCode.BadRequest, "reason_names_somebody"),
            await reviewer.TokenAsync(content, text: "User-1 put it there.")
        );
        Assert.Equal(
            "reason_names_somebody",
            (await reviewer.MetadataAsync(content, ("text", "Of POST/4711."))).Code
        );
        var (status, token) = await reviewer.TokenAsync(content);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Empty(await server.ViewsAsync());
        var shown = await reviewer.RevealAsync(content, token);
        Assert.Equal(HttpStatusCode.OK, shown.Status);
        Assert.Equal("image/jpeg", shown.Raw.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-store", shown.Raw.Headers.CacheControl!.ToString());
        Assert.Equal("same-origin", shown.Raw.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        Assert.Equal("same-origin", shown.Raw.Headers.GetValues("Cross-Origin-Opener-Policy").Single());
        Assert.Contains(
            "worker-src 'none'",
            shown.Raw.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );

        var act = Assert.Single(await server.LedgerAsync("content.opened"));
        var view = Assert.Single(await server.ViewsAsync());
        Assert.Equal(content.ToString(), act.Text("object"));
        Assert.Equal($"grade: Grading the case. [view {view.Id}]", act.Text("reason"));
        Assert.Equal(
            (content, reference.Value, "reveal", false),
            (view.ContentId, view.CaseRef, view.Mode, view.ShownWhole)
        );
        Assert.Equal((await server.SignedInAsync(reviewer)).Actor.Name, view.Viewer);
        // What nobody saw the end of counts in full.
        Assert.Equal(10, view.Seconds);
        Assert.False(await server.FileViewedAsync(content));

        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await reviewer.EndAsync(content, shown.ViewOf(), 3500)).Status
        );
        view = Assert.Single(await server.ViewsAsync());
        Assert.Equal((3, true), (view.Seconds, view.ShownWhole));
        Assert.True(await server.FileViewedAsync(content));
        // It ends once.
        Assert.Equal(HttpStatusCode.NotFound, (await reviewer.EndAsync(content, shown.ViewOf(), 1)).Status);
    }

    [Theory(Timeout = 120_000)]
    // Passed on the server, said by the browser, of the screen: seconds on record, and whether it was shown whole.
    [InlineData(4, 3_000, 640, 480, 3, true)]
    [InlineData(4, 60_000, 640, 480, 4, true)]
    [InlineData(60, 60_000, 640, 480, 10, true)]
    [InlineData(0, 9_000, 640, 480, 0, false)]
    [InlineData(4, 900, 640, 480, 0, false)]
    [InlineData(4, 3_000, 0, 0, 3, false)]
    [InlineData(4, 3_000, 599, 480, 3, false)]
    [InlineData(4, 3_000, 640, 199, 3, false)]
    public async Task What_the_browser_says_of_the_end_holds_within_what_the_server_knows(
        int passed,
        int ms,
        int width,
        int height,
        int seconds,
        bool whole
    )
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1, 900, 700));
        using var reviewer = await server.ReviewerAsync();
        var shown = await reviewer.RevealAsync(content, (await reviewer.TokenAsync(content)).TokenOrCode);

        time.Advance(TimeSpan.FromSeconds(passed));
        await reviewer.EndAsync(content, shown.ViewOf(), ms, width, height);

        var view = Assert.Single(await server.ViewsAsync());
        Assert.InRange(view.Seconds, seconds, seconds + (passed == 0 ? 2 : 0));
        Assert.Equal(whole, view.ShownWhole);
        Assert.Equal(whole, await server.FileViewedAsync(content));
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_is_not_qualified_reveals_nothing_and_is_told_how_to_be()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        await server.SetAsync("training.required", "on");
        using var reviewer = await server.ReviewerAsync();

        var refused = await reviewer.TokenAsync(content);

        Assert.Equal("not_qualified", refused.TokenOrCode);
        Assert.Empty(await server.ViewsAsync());
        Assert.Empty(await server.LedgerAsync("content.opened"));
    }

    [Fact(Timeout = 180_000)]
    public async Task Blurred_grey_tiles_and_equal_copies_never_count_as_viewed()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var file = ViewingWork.Picture(2);
        var content = await server.SealAsync(await server.CaseAsync("user-1"), file);
        var copy = await server.SealAsync(await server.CaseAsync("user-2"), file);
        using var reviewer = await server.ReviewerAsync();

        string[] kinds = ["grey_strong", "grey_light", "grey_small", "edges", "tile"];
        foreach (var kind in kinds)
        {
            var (status, body, raw) = await reviewer.RenditionAsync(content, kind);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal("no-store", raw.Headers.CacheControl!.ToString());
            Assert.NotEmpty(body);
            await reviewer.EndAsync(content, raw.Headers.GetValues("Vigil-View").Single(), 9000);
        }
        Assert.False(await server.FileViewedAsync(content));
        Assert.All(
            await server.ViewsAsync(),
            view => Assert.Equal(("rendition", 0.0), (view.Mode, view.Seconds))
        );
        Assert.Equal(kinds.Length, (await server.LedgerAsync("content.opened")).Count);

        await WholeAsync(server, reviewer, content);
        Assert.True(await server.FileViewedAsync(content));
        Assert.False(await server.FileViewedAsync(copy));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_token_is_of_one_use_one_session_one_content_and_one_minute()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        var reference = await server.CaseAsync();
        var content = await server.SealAsync(reference, ViewingWork.Picture(1));
        var other = await server.SealAsync(reference, ViewingWork.Picture(2));
        using var reviewer = await server.ReviewerAsync();
        using var colleague = await server.ReviewerAsync("col.league");

        async Task RefusedAsync(ConsoleUser user, Guid of, string token)
        {
            var answer = await user.RevealAsync(of, token);
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.DoesNotContain(
                "image",
                answer.Raw.Content.Headers.ContentType!.MediaType!,
                StringComparison.Ordinal
            );
        }
        var token = (await reviewer.TokenAsync(content)).TokenOrCode;
        await RefusedAsync(colleague, content, token);
        await RefusedAsync(reviewer, other, token);
        await RefusedAsync(reviewer, content, token + "x");
        await RefusedAsync(reviewer, content, "");
        Assert.Equal(HttpStatusCode.OK, (await reviewer.RevealAsync(content, token)).Status);
        await RefusedAsync(reviewer, content, token);

        time.Advance(TimeSpan.FromSeconds(11));
        var late = (await reviewer.TokenAsync(content)).TokenOrCode;
        time.Advance(TimeSpan.FromSeconds(61));
        await RefusedAsync(reviewer, content, late);

        // The same person in another session: a stolen token is of no use there.
        var own = (await reviewer.TokenAsync(content)).TokenOrCode;
        await reviewer.PostAsync("/console", "/console/sign-out");
        time.Advance(TimeSpan.FromSeconds(31));
        await reviewer.SignInAsync();
        Assert.True(await reviewer.IsInsideAsync());
        await RefusedAsync(reviewer, content, own);

        Assert.Single(await server.LedgerAsync("content.opened"));
        Assert.Single(await server.ViewsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_reveal_needs_a_reason_of_the_list_and_words()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        using var reviewer = await server.ReviewerAsync();
        Assert.Equal(
            (HttpStatusCode.BadRequest, "bad_reason"),
            await reviewer.TokenAsync(content, reason: "curious")
        );
        Assert.Equal(
            (HttpStatusCode.BadRequest, "reason_missing"),
            await reviewer.TokenAsync(content, text: " ")
        );
        Assert.Equal(
            (HttpStatusCode.BadRequest, "reason_missing"),
            await reviewer.TokenAsync(content, text: new string('x', 121))
        );
        Assert.Empty(await server.LedgerAsync("content.opened"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_may_not_gets_nothing_and_no_other_page_may_ask()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        using var reviewer = await server.ReviewerAsync();
        using var admin = await ConsoleUser.InviteAsync(server, "ad.min", "admin");
        using var nobody = new ConsoleUser(server);

        var path = $"/console/contents/{content}/rendition?as=grey_strong";
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await nobody.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.GetAsync($"/console/contents/{content}")).Status);
        using (var byKey = await server.Client.GetAsync(new Uri(path, UriKind.Relative)))
        {
            // No key has the permission, the first key neither.
            Assert.Equal(HttpStatusCode.Forbidden, byKey.StatusCode);
        }
        foreach (
            var (site, destination) in new[]
            {
                ("cross-site", "image"),
                ("none", "document"),
                ("same-origin", "document"),
            }
        )
        {
            var (status, _, _) = await reviewer.BytesAsync(
                path,
                ("Sec-Fetch-Site", site),
                ("Sec-Fetch-Dest", destination)
            );
            Assert.Equal(HttpStatusCode.Forbidden, status);
        }
        var (own, _, _) = await reviewer.BytesAsync(
            path,
            ("Sec-Fetch-Site", "same-origin"),
            ("Sec-Fetch-Dest", "image")
        );
        Assert.Equal(HttpStatusCode.OK, own);
        // Without the page's own form nothing is revealed.
        var forged = await reviewer.RawPostAsync(
            $"/console/contents/{content}/token",
            ("reason", "grade"),
            ("text", "Grading.")
        );
        Assert.Equal(HttpStatusCode.BadRequest, forged.Status);
        Assert.Single(await server.ViewsAsync());
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await reviewer.GetAsync($"/console/contents/{Guid.NewGuid()}")).Status
        );
        Assert.Equal(HttpStatusCode.NotFound, (await reviewer.RenditionAsync(Guid.NewGuid())).Status);
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_works_inside_fences_sees_contents_of_granted_cases_only_and_proves_who_they_are_again()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        var reference = await server.CaseAsync("user-1");
        var granted = await server.SealAsync(reference, ViewingWork.Picture(1));
        var other = await server.SealAsync(await server.CaseAsync("user-2"), ViewingWork.Picture(2));
        using var investigator = await ConsoleUser.InviteAsync(server, "in.vestigator", "investigator");
        Assert.Equal(HttpStatusCode.NotFound, (await investigator.RenditionAsync(granted)).Status);
        var person = await server.SignedInAsync(investigator);
        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    CaseGrants.GiveAsync(
                        tx,
                        reference.Value,
                        person.Pseudonym,
                        tx.Now.AddDays(1),
                        "A hearing"
                    )
            );

        Assert.Equal(HttpStatusCode.OK, (await investigator.RenditionAsync(granted)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await investigator.RenditionAsync(other)).Status);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await investigator.GetAsync($"/console/contents/{other}")).Status
        );
        var (_, token) = await investigator.TokenAsync(granted);
        Assert.Equal(HttpStatusCode.OK, (await investigator.RevealAsync(granted, token)).Status);

        for (var minute = 0; minute < 15; minute += 5)
        {
            time.Advance(TimeSpan.FromMinutes(5));
            await investigator.GetAsync("/console");
        }
        Assert.Equal(HttpStatusCode.Forbidden, (await investigator.TokenAsync(granted)).Status);
        Assert.Equal(HttpStatusCode.OK, (await investigator.RenditionAsync(granted)).Status);
        Assert.Equal(3, (await server.ViewsAsync()).Count);
    }

    private static async Task WholeAsync(TestServer server, ConsoleUser user, Guid content)
    {
        var shown = await user.RevealAsync(content, (await user.TokenAsync(content)).TokenOrCode);
        Assert.Equal(HttpStatusCode.OK, shown.Status);
        // A second passes on the machine's own clock: less is no look.
        await TestServer.EventuallyAsync(
            async () =>
                (await server.ViewsAsync()).Any(view =>
                    view.Id.ToString() == shown.ViewOf()
                    && DateTimeOffset.UtcNow - view.StartedAt > TimeSpan.FromSeconds(1.1)
                )
                    ? "passed"
                    : null,
            "a second passes"
        );
        await user.EndAsync(content, shown.ViewOf(), 1100);
    }
}
