using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>What is said in a content, to be read instead of heard: delivered, looked at, gone with it.</summary>
public class TranscriptTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_transcript_is_kept_sealed_and_a_later_one_takes_its_place()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.SealAsync(await server.CaseAsync(), Scan.VideoTests.Clip.Value);
        using var reviewer = await server.ReviewerAsync();
        var page = $"/console/contents/{content}";
        Assert.Contains("There is no transcript", (await reviewer.GetAsync(page)).Text);
        await server.GetJsonAsync(TranscriptWork.Path(content), HttpStatusCode.NotFound);

        await server.TranscriptAsync(content, "quetzal-first");
        var second = await server.TranscriptAsync(
            content,
            $"{TranscriptWork.Said}\r\nNo.",
            "pt-BR",
            "quoll 4"
        );

        var facts = await server.GetJsonAsync(TranscriptWork.Path(content));
        Assert.Equal(second.ToString(), facts.ToString());
        Assert.Equal(
            (18, "pt-BR", "quoll 4"),
            (facts.GetProperty("characters").GetInt32(), facts.Text("language"), facts.Text("madeBy"))
        );
        Assert.DoesNotContain("quetzal", $"{facts}", StringComparison.Ordinal);
        var row = Assert.Single(await server.TranscriptsAsync());
        Assert.Equal(content, row.ContentId);
        Assert.DoesNotContain("quetzal", Encoding.Latin1.GetString(row.Words), StringComparison.Ordinal);
        Assert.DoesNotContain("quoll", Encoding.Latin1.GetString(row.MadeBy), StringComparison.Ordinal);
        var delivered = await server.LedgerAsync("transcript.delivered");
        Assert.Equal(2, delivered.Select(act => act.Text("secret")).Distinct().Count());
        var acts = delivered.Select(act => act.ToString()).ToList();
        Assert.All(acts, act => Assert.DoesNotContain("quetzal", act, StringComparison.Ordinal));
        Assert.All(acts, act => Assert.DoesNotContain("quoll", act, StringComparison.Ordinal));
        Assert.Contains("\"replaced\":\"no\"", acts[0], StringComparison.Ordinal);
        Assert.Contains("\"replaced\":\"yes\"", acts[1], StringComparison.Ordinal);
        Assert.Contains("\"characters\":\"18\"", acts[1], StringComparison.Ordinal);
        var read = await server.PostAsync(
            $"{TranscriptWork.Path(content)}/words",
            new
            {
                reason = "decide",
                text = "To decide the case.",
                person = ReviewWork.Person,
            }
        );
        Assert.Equal($"{TranscriptWork.Said}\r\nNo.", read.Text("text"));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_no_transcript_and_what_takes_none_is_refused()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.CaseAsync();
        var content = await server.SealAsync(reference, Scan.VideoTests.Clip.Value);
        (string? Text, string? Language, string? MadeBy, string Code)[] wrong =
        [
            (" \n", "en", "Tool 3", "missing"),
            (null, "en", "Tool 3", "missing"),
            (new string('a', 200_001), "en", "Tool 3", "too_long"),
            ("a\u0000b", "en", "Tool 3", "bad_text"),
            ("a\u001b[2J", "en", "Tool 3", "bad_text"),
            ("a", "", "Tool 3", "bad_language"),
            ("a", "en\"", "Tool 3", "bad_language"),
            ("a", "en-" + string.Join('-', Enumerable.Repeat("abcdefgh", 4)), "Tool 3", "bad_language"),
            ("a", "en", "", "missing"),
            ("a", "en", new string('a', 101), "too_long"),
            ("a", "en", "Tool\n3", "bad_made_by"),
        ];
        foreach (var (text, language, madeBy, code) in wrong)
        {
            var refused = await server.TranscriptAsync(
                content,
                text,
                language,
                madeBy,
                HttpStatusCode.BadRequest
            );
            Assert.Equal(code, refused.Text("code"));
        }
        var unknown = await server.TranscriptAsync(Guid.NewGuid(), expected: HttpStatusCode.NotFound);
        Assert.Equal("not_found", unknown.Text("code"));

        await server.ExecuteAsync("update case_file set state = 'Closed' where tenant = @tenant");
        var closed = await server.TranscriptAsync(content, expected: HttpStatusCode.Conflict);
        Assert.Equal("case_closed", closed.Text("code"));
        await server.ExecuteAsync("update case_file set state = 'Open' where tenant = @tenant");
        Assert.Empty(await server.TranscriptsAsync());
        Assert.Empty(await server.LedgerAsync("transcript.delivered"));

        await server.TranscriptAsync(content, new string('a', 200_000));
        Assert.Single(await server.TranscriptsAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task Its_words_are_shown_by_a_look_on_record_and_nowhere_else()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.CaseAsync();
        var content = await server.SealAsync(reference, Scan.VideoTests.Clip.Value);
        await server.TranscriptAsync(content, TranscriptWork.Said.PadRight(1234, '.'));
        using var reviewer = await server.ReviewerAsync();
        var viewer = (await server.SignedInAsync(reviewer)).Actor.Name;
        var page = $"/console/contents/{content}";
        string[] plain =
        [
            (await reviewer.GetAsync(page)).Text,
            (await reviewer.GetAsync($"{page}/transcript")).Text,
            (await reviewer.GetAsync($"/console/cases/{reference}")).Text,
            (await reviewer.GetAsync($"/console/cases/{reference}/contents")).Text,
            (await server.GetJsonAsync($"/v1/contents/{content}")).ToString(),
        ];

        Assert.All(plain, text => Assert.DoesNotContain("quetzal", text, StringComparison.Ordinal));
        Assert.Contains("Transcript, 1,234 characters, in en, made by Tool 3", plain[0]);
        var (transcript, sound) = (
            plain[0].IndexOf("transcript-title", StringComparison.Ordinal),
            plain[0].IndexOf("sound-title", StringComparison.Ordinal)
        );
        Assert.True(transcript > 0 && transcript < sound, "the sound is offered first");
        Assert.Equal("reason_missing", (await reviewer.ReadWordsAsync($"{page}/transcript", text: "")).Code);
        Assert.Empty(await server.WordsAsync());

        var shown = await reviewer.ReadWordsAsync($"{page}/transcript");

        Assert.Equal(HttpStatusCode.OK, shown.Status);
        Assert.Contains(TranscriptWork.Said, shown.Text, StringComparison.Ordinal);
        Assert.Contains("lang=\"en\"", shown.Text, StringComparison.Ordinal);
        Assert.True(shown.Raw.Headers.CacheControl!.NoStore);
        var row = Assert.Single(await server.WordsAsync());
        Assert.Equal(
            (reference.Value, "transcript", viewer, "Shown"),
            (row.CaseRef, row.About, row.Viewer, row.State)
        );
        // A second for ten characters.
        Assert.Equal(123_000, row.ReadMs);
        var act = Assert.Single(await server.LedgerAsync("words.read")).ToString();
        Assert.Contains($"decide: To decide the case. [view {row.Id}]", act, StringComparison.Ordinal);
        Assert.DoesNotContain("quetzal", act, StringComparison.Ordinal);
        Assert.Contains($"{viewer}, words", (await reviewer.GetAsync($"/console/cases/{reference}")).Text);
        // No look at the content.
        Assert.False(await server.FileViewedAsync(content));
        Assert.False(Assert.Single((await server.StandingAsync(reference)).Contents).IsLookedAt);
        Assert.Empty(await server.ViewsAsync());
        await reviewer.PostAsync("/console/exposure", "/console/exposure/pause");
        Assert.Equal("paused", (await reviewer.ReadWordsAsync($"{page}/transcript")).Code);
    }

    [Fact(Timeout = 180_000)]
    public async Task It_goes_with_its_content_and_is_not_taken_again()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("cases.auditPercent", "0");
        var reference = await server.OpenAsync("user-1");
        var content = await server.SealAsync(new CaseRef(reference), Scan.VideoTests.Clip.Value);
        var other = await server.SealAsync(await server.CaseAsync("user-2"), ViewingWork.Picture(1));
        await server.TranscriptAsync(content);
        await server.TranscriptAsync(other);
        await server.DecideAsync(reference, "not_csam");
        var cleared = await server.TranscriptAsync(content, expected: HttpStatusCode.Conflict);
        Assert.Equal("case_cleared", cleared.Text("code"));
        Assert.Equal(2, (await server.TranscriptsAsync()).Count);

        await server.Kernel().Retention.SweepAsync(TenantId.Default);

        Assert.Equal(other, Assert.Single(await server.TranscriptsAsync()).ContentId);
        await server.GetJsonAsync(TranscriptWork.Path(content), HttpStatusCode.NotFound);
        var gone = await server.TranscriptAsync(content, expected: HttpStatusCode.Gone);
        Assert.Equal("content_destroyed", gone.Text("code"));
        Assert.Single(await server.TranscriptsAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task What_a_backup_brought_back_of_a_destroyed_content_is_read_by_nobody_and_removed()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.CaseAsync();
        var content = await server.SealAsync(reference, Scan.VideoTests.Clip.Value);
        var kept = await server.SealAsync(reference, ViewingWork.Picture(1));
        await server.TranscriptAsync(content);
        await server.TranscriptAsync(kept);

        // The journal of custody says so after the database was put back.
        await server.ExecuteAsync(
            "update content set state = 'Destroyed' where tenant = @tenant and id = @content",
            new { content }
        );

        await server.GetJsonAsync(TranscriptWork.Path(content), HttpStatusCode.NotFound);
        using var reviewer = await server.ReviewerAsync();
        var page = $"/console/contents/{content}/transcript";
        Assert.Contains("There is no transcript", (await reviewer.GetAsync(page)).Text);
        var none = await server.PostAsync(
            $"{TranscriptWork.Path(content)}/words",
            new
            {
                reason = "decide",
                text = "To decide the case.",
                person = ReviewWork.Person,
            },
            HttpStatusCode.Conflict
        );
        Assert.Equal("no_words", none.Text("code"));
        Assert.Equal(2, (await server.TranscriptsAsync()).Count);
        var db = server.Server.Services.GetRequiredService<Db>();
        await ForgetExposure.RunAsync(db, TenantId.Default, CancellationToken.None);
        Assert.Equal(kept, Assert.Single(await server.TranscriptsAsync()).ContentId);
    }

    [Fact(Timeout = 120_000)]
    public async Task It_goes_with_what_names_a_cleared_person_also_while_the_content_is_there()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var (one, two) = (await server.CaseAsync(), await server.CaseAsync("user-2"));
        var content = await server.SealAsync(one, Scan.VideoTests.Clip.Value);
        var kept = await server.SealAsync(two, ViewingWork.Picture(1));
        await server.TranscriptAsync(content);
        await server.TranscriptAsync(kept);

        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    await tx.RaiseAsync(new CaseCleared(one));
                    return true;
                }
            );

        Assert.Equal(kept, Assert.Single(await server.TranscriptsAsync()).ContentId);
        await server.GetJsonAsync(TranscriptWork.Path(content), HttpStatusCode.NotFound);
    }
}
