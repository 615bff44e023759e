using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Words of people are shown as pictures are: for a reason, within limits, on record.</summary>
public class WordsTests
{
    [Fact(Timeout = 180_000)]
    public async Task Words_are_shown_for_a_reason_and_each_look_is_one_act_and_one_record()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.FlaggedAsync();
        var byHand = await server.OpenAsync("user-2");
        using var reviewer = await server.ReviewerAsync();
        var viewer = (await server.SignedInAsync(reviewer)).Actor.Name;
        var path = $"/console/cases/{reference}/words";
        var item = await server.ItemAsync(byHand);
        string[] plain =
        [
            (await reviewer.GetAsync($"/console/cases/{reference}")).Text,
            (await reviewer.GetAsync(path)).Text,
            (await reviewer.GetAsync($"/console/cases/{byHand}")).Text,
            (await reviewer.GetAsync($"/console/cases/{byHand}/items/{item}/grade")).Text,
            (await server.FileAsync(reference)).ToString(),
            (await server.FileAsync(byHand)).ToString(),
        ];

        Assert.All(plain, text => Assert.DoesNotContain("quetzal", text, StringComparison.Ordinal));
        Assert.All(plain, text => Assert.DoesNotContain("somebody said", text, StringComparison.Ordinal));
        Assert.Contains(
            "A conversation of 2 messages, 18 characters, from 2026-01-02 03:04 to 2026-01-02 03:09 UTC.",
            plain[0],
            StringComparison.Ordinal
        );
        Assert.Equal("reason_missing", (await reviewer.ReadWordsAsync(path, text: "")).Code);
        var named = await reviewer.ReadWordsAsync(path, text: "USER-1 wrote it.");
        Assert.Equal("reason_names_somebody", named.Code);
        Assert.Empty(await server.WordsAsync());
        Assert.Empty(await server.LedgerAsync("words.read"));

        var shown = await reviewer.ReadWordsAsync(path);

        Assert.Equal(HttpStatusCode.OK, shown.Status);
        Assert.Contains(WordsWork.Said, shown.Text, StringComparison.Ordinal);
        Assert.Contains(WordsWork.Message, shown.Text, StringComparison.Ordinal);
        Assert.True(shown.Raw.Headers.CacheControl!.NoStore);
        var row = Assert.Single(await server.WordsAsync());
        Assert.Equal((reference, "case", viewer, "Shown"), (row.CaseRef, row.About, row.Viewer, row.State));
        Assert.Equal((20_000, false), (row.ReadMs, row.IsEnded));
        var act = Assert.Single(await server.LedgerAsync("words.read")).ToString();
        Assert.Contains($"decide: To decide the case. [view {row.Id}]", act, StringComparison.Ordinal);
        Assert.DoesNotContain("quetzal", act, StringComparison.Ordinal);
        Assert.Contains($"{viewer}, words", (await reviewer.GetAsync($"/console/cases/{reference}")).Text);
        await EndAsync(server, reviewer, path, row);
    }

    /// <summary>The browser tells of the end, once, and never more than the server saw.</summary>
    private static async Task EndAsync(TestServer server, ConsoleUser reviewer, string path, WordsRow row)
    {
        using var other = await server.ReviewerAsync("some.other");
        async Task<HttpStatusCode> TellAsync(ConsoleUser user, string ms) =>
            (
                await user.RawPostAsync(
                    $"/console/views/{row.Id}/ended",
                    ("ms", ms),
                    ("__RequestVerificationToken", await user.ForgeryAsync(path))
                )
            ).Status;

        Assert.Equal(HttpStatusCode.NotFound, await TellAsync(other, "5"));
        Assert.Equal(HttpStatusCode.NoContent, await TellAsync(reviewer, "5"));
        Assert.Equal(HttpStatusCode.NotFound, await TellAsync(reviewer, "5000"));
        var ended = Assert.Single(await server.WordsAsync());
        Assert.Equal((5, true), (ended.ReadMs, ended.IsEnded));
        Assert.Contains(
            "words read 1 times",
            (await reviewer.GetAsync("/console/exposure")).Text,
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_program_names_who_reads_and_reads_by_an_operation_of_its_own()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.FlaggedAsync();
        var path = $"/v1/cases/{reference}/words";
        using var platform = await server.ClientOfAsync(Scope.Scan);
        using var cases = await server.ClientOfAsync(Scope.Cases);
        object By(string? person, string? text = "To decide the case.") =>
            new
            {
                reason = "decide",
                text,
                person,
            };

        await server.PostAsync(path, By("anna"), HttpStatusCode.Forbidden, client: platform);
        var nobody = await server.PostAsync(path, By(null), HttpStatusCode.BadRequest, client: cases);
        var reasonless = await server.PostAsync(
            path,
            By("anna", null),
            HttpStatusCode.BadRequest,
            client: cases
        );
        await server.PostAsync(
            $"/v1/cases/{CaseRef.New()}/words",
            By("anna"),
            HttpStatusCode.NotFound,
            client: cases
        );
        Assert.Equal(("person_needed", "reason_missing"), (nobody.Text("code"), reasonless.Text("code")));
        var without = (await server.HitAsync("user-3")).Value;
        var empty = await server.PostAsync(
            $"/v1/cases/{without}/words",
            By("anna"),
            HttpStatusCode.Conflict,
            client: cases
        );
        Assert.Equal("no_words", empty.Text("code"));
        Assert.Empty(await server.WordsAsync());

        var read = await server.PostAsync(path, By("anna"), client: cases);
        await server.PostAsync(path, By("anna"), client: cases, idempotencyKey: "once");
        await server.PostAsync(path, By("anna"), client: cases, idempotencyKey: "once");

        var flag = read.GetProperty("words").GetProperty("flags")[0];
        Assert.Equal(WordsWork.Said, flag.Text("text"));
        Assert.Equal(WordsWork.Message, flag.GetProperty("thread")[0].Text("text"));
        var rows = await server.WordsAsync();
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.EndsWith("/anna", row.Viewer, StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Id.ToString() == read.Text("viewId"));
        var acts = await server.LedgerAsync("words.read");
        Assert.Equal(3, acts.Count);
        Assert.All(acts, act => Assert.Contains("\"person\":\"anna\"", $"{act}", StringComparison.Ordinal));
    }

    [Fact(Timeout = 180_000)]
    public async Task Pause_limits_and_what_was_asked_not_to_be_given_hold_for_words_as_for_pictures()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.FlaggedAsync();
        var path = $"/console/cases/{reference}/words";
        using var reviewer = await server.ReviewerAsync();
        var viewer = (await server.SignedInAsync(reviewer)).Actor.Name;

        await reviewer.PostAsync("/console/exposure", "/console/exposure/pause");
        Assert.Equal("paused", (await reviewer.ReadWordsAsync(path)).Code);
        await reviewer.PostAsync("/console/exposure", "/console/exposure/resume");
        await OptOutAsync(reviewer, nameof(HarmKind.Conversations));
        Assert.Equal("opted_out", (await reviewer.ReadWordsAsync(path)).Code);
        await OptOutAsync(reviewer, nameof(HarmKind.Animals));
        Assert.Contains(WordsWork.Said, (await reviewer.ReadWordsAsync(path)).Text);
        // What was read counts: the rest of the day is less than the words may take.
        await LimitTests.ExposeAsync(server, viewer, Guid.NewGuid(), TimeSpan.FromSeconds(59 * 60 + 30));
        var last = await reviewer.ReadWordsAsync(path);
        Assert.Contains("Uncovered for 10 seconds", last.Text, StringComparison.Ordinal);
        Assert.Equal("stopped", (await reviewer.ReadWordsAsync(path)).Code);
        var stop = Assert.Single(
            await server.Kernel().Db.SystemAsync("test", isWrite: false, LimitEvents.ReadAsync),
            one => one.Kind == LimitKind.Hard
        );
        Assert.Equal(viewer, stop.Viewer);

        Assert.Equal(2, (await server.WordsAsync()).Count);
        Assert.Equal(2, (await server.LedgerAsync("words.read")).Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task As_many_looks_an_hour_as_there_may_be_are_words_and_pictures_together()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("viewing.rules", """{"viewsAnHour":3}""");
        var reference = await server.FlaggedAsync();
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        using var reviewer = await server.ReviewerAsync();
        var path = $"/console/cases/{reference}/words";

        Assert.Equal(HttpStatusCode.OK, (await reviewer.RenditionAsync(content)).Status);
        Assert.Equal(HttpStatusCode.OK, (await reviewer.ReadWordsAsync(path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await reviewer.ReadWordsAsync(path)).Status);

        Assert.Equal("view_cap", (await reviewer.ReadWordsAsync(path)).Code);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await reviewer.RenditionAsync(content)).Status);
    }

    [Fact(Timeout = 120_000)]
    public async Task How_long_words_were_read_is_forgotten_after_90_days_and_that_they_were_stays()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.FlaggedAsync();
        using var reviewer = await server.ReviewerAsync();
        await reviewer.ReadWordsAsync($"/console/cases/{reference}/words");
        await reviewer.ReadWordsAsync($"/console/cases/{reference}/words");
        var rows = await server.WordsAsync();
        await server.ExecuteAsync(
            "update viewing_words set started_at = @old, ended_at = @old + 20000 where tenant = @tenant and id = @id",
            new { id = rows[0].Id, old = DateTimeOffset.UtcNow.AddDays(-92) }
        );
        var db = server.Server.Services.GetRequiredService<Db>();

        await ForgetExposure.RunAsync(db, TenantId.Default, CancellationToken.None);
        await ForgetExposure.RunAsync(db, TenantId.Default, CancellationToken.None);

        var after = await server.WordsAsync();
        Assert.Equal([-1, 20_000], after.Select(row => row.ReadMs));
        Assert.Equal((after[0].StartedAt, "Shown"), (after[0].EndedAt, after[0].State));
        var days = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.QueryAsync<(long, long, long)>("select words, unblurred_ms, people from viewing_day")
            );
        Assert.Equal((1L, 20_000L, 1L), Assert.Single(days));
    }

    internal static async Task OptOutAsync(ConsoleUser user, string kind)
    {
        var saved = await user.PostAsync(
            "/console/exposure",
            "/console/exposure/settings",
            ("reveal", "as_it_is"),
            ("renditions", "any"),
            ("seconds", "5"),
            ("shiftEnds", ""),
            ("optOut", kind)
        );
        Assert.Contains("saved", saved.Location, StringComparison.Ordinal);
    }
}
