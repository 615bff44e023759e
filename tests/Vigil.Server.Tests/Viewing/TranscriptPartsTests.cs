using System.Net;
using System.Text.RegularExpressions;
using Vigil.Server.Features.Viewing.Transcripts;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>A long transcript is read in parts, by one look for one reason, within its time.</summary>
public partial class TranscriptPartsTests
{
    [Fact(Timeout = 180_000)]
    public async Task One_look_covers_the_parts_within_its_time_and_adds_up_what_was_read()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(Profile.Demo, o => o with { Time = time });
        var content = await server.SealAsync(await server.CaseAsync(), Scan.VideoTests.Clip.Value);
        await server.TranscriptAsync(content, Long("quetzal"));
        using var reviewer = await server.ReviewerAsync();
        var page = $"/console/contents/{content}/transcript";
        var first = await reviewer.ReadWordsAsync(page);
        var view = Look().Match(first.Text).Groups["id"].Value;
        Assert.Contains("Part 1 of 3", first.Text, StringComparison.Ordinal);
        Assert.Contains("quetzal-0001", first.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("quetzal-0600", first.Text, StringComparison.Ordinal);

        // A minute of the first part, as the browser says; then the second.
        time.Advance(TimeSpan.FromSeconds(60));
        await EndAsync(reviewer, view, 60_000, 1);
        var second = await reviewer.SendAsync(page, first.Text, ("view", view), ("part", "2"));
        Assert.Contains("Part 2 of 3", second.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("quetzal-0001", second.Text, StringComparison.Ordinal);
        // What is said of the first comes too late.
        await EndAsync(reviewer, view, 10, 1, HttpStatusCode.NotFound);
        time.Advance(TimeSpan.FromSeconds(30));
        // Nothing is said of the second: all the time since counts.
        await reviewer.SendAsync(page, second.Text, ("view", view), ("part", "3"));
        time.Advance(TimeSpan.FromSeconds(20));
        await EndAsync(reviewer, view, 15_000, 3);

        var row = Assert.Single(await RowsAsync(server));
        Assert.InRange(row.ReadMs, 104_000, 109_000);
        Assert.Equal(3, row.Uncovering);
        Assert.Single(await server.LedgerAsync("words.read"));
        var on = await server.LedgerAsync("words.read_on");
        Assert.Equal(2, on.Count);
        Assert.All(
            on,
            act => Assert.Contains($"[view {view}]", act.Text("reason"), StringComparison.Ordinal)
        );

        // Over: thirteen minutes for so many characters.
        time.Advance(TimeSpan.FromMinutes(12));
        var late = await reviewer.SendAsync(page, second.Text, ("view", view), ("part", "1"));
        Assert.Equal("look_over", late.Code);
        Assert.DoesNotContain("quetzal", late.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task No_other_look_goes_on_and_limits_hold_for_each_part()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.CaseAsync();
        var content = await server.SealAsync(reference, Scan.VideoTests.Clip.Value);
        // Of the same case.
        var other = await server.SealAsync(reference, ViewingWork.Picture(1));
        await server.TranscriptAsync(content, Long("quetzal"));
        await server.TranscriptAsync(other, Long("quoll"));
        using var reviewer = await server.ReviewerAsync();
        using var colleague = await server.ReviewerAsync("oth.er");
        var (page, others) = (
            $"/console/contents/{content}/transcript",
            $"/console/contents/{other}/transcript"
        );
        var first = await reviewer.ReadWordsAsync(page);
        var view = Look().Match(first.Text).Groups["id"].Value;

        var strange = await GoOnAsync(colleague, page, view);
        Assert.True(strange.Code == "look_over", $"{strange.Status} {strange.Location} {strange.Text}");
        Assert.Equal("look_over", (await GoOnAsync(reviewer, others, view)).Code);
        Assert.Equal("look_over", (await GoOnAsync(reviewer, page, Guid.NewGuid().ToString())).Code);
        // A view is not words' time elsewhere: the case's words take a reason each time.
        var words = await GoOnAsync(reviewer, $"/console/cases/{reference}/words", view);
        Assert.NotEqual(HttpStatusCode.OK, words.Status);
        // A later transcript is none that was looked at.
        await server.TranscriptAsync(content, Long("quail"));
        Assert.Equal("look_over", (await GoOnAsync(reviewer, page, view)).Code);

        var again = await reviewer.ReadWordsAsync(page);
        var next = Look().Match(again.Text).Groups["id"].Value;
        var viewer = (await server.SignedInAsync(reviewer)).Actor.Name;
        await LimitTests.ExposeAsync(server, viewer, content, TimeSpan.FromMinutes(60));
        Assert.Equal("stopped", (await GoOnAsync(reviewer, page, next)).Code);
        Assert.Empty(await server.LedgerAsync("words.read_on"));
        // A program's look goes on for whom it named.
        var read = await server.PostAsync($"/v1/contents/{content}/transcript/words", Asked("anna"));
        var id = read.GetProperty("viewId").GetGuid();
        var path = $"/v1/contents/{content}/transcript/words";
        await server.PostAsync(path, new { view = id, person = "anna" });
        var refused = await server.PostAsync(
            path,
            new { view = id, person = "ben" },
            HttpStatusCode.Conflict
        );
        Assert.Equal("look_over", refused.Text("code"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2999)]
    [InlineData(3001)]
    [InlineData(20_011)]
    public void Parts_are_the_whole_text_none_too_long_and_none_ends_within_a_character(int length)
    {
        foreach (var unit in (string[])["a", "word ", "a line\n", "\U0001F600", "x\U0001F600"])
        {
            var text = string.Concat(Enumerable.Repeat(unit, 1 + (length / unit.Length)))[..length];
            var parts = TranscriptParts.Of(text);

            Assert.Equal(text, string.Concat(parts));
            Assert.All(parts, part => Assert.InRange(part.Length, 1, TranscriptParts.Characters));
            Assert.All(parts.SkipLast(1), part => Assert.False(char.IsHighSurrogate(part[^1])));
        }
        var time = TranscriptParts.TimeOf(length);
        Assert.InRange(time, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(60));
    }

    private static object Asked(string person) =>
        new
        {
            reason = "decide",
            text = "To decide the case.",
            person,
        };

    private static Task<ConsoleUser.Answer> GoOnAsync(ConsoleUser user, string page, string view) =>
        GoOnAsync(user, page, view, "/console/exposure");

    private static async Task<ConsoleUser.Answer> GoOnAsync(
        ConsoleUser user,
        string page,
        string view,
        string form
    ) =>
        await user.RawPostAsync(
            page,
            ("__RequestVerificationToken", await user.ForgeryAsync(form)),
            ("view", view),
            ("part", "2")
        );

    private static async Task EndAsync(
        ConsoleUser user,
        string view,
        int ms,
        int uncovering,
        HttpStatusCode expected = HttpStatusCode.NoContent
    )
    {
        var ended = await user.RawPostAsync(
            $"/console/views/{view}/ended",
            ("__RequestVerificationToken", await user.ForgeryAsync("/console/exposure")),
            ("ms", $"{ms}"),
            ("uncovering", $"{uncovering}")
        );
        Assert.Equal(expected, ended.Status);
    }

    /// <summary>Some 7,800 characters, in three parts.</summary>
    private static string Long(string word) =>
        string.Join(
            ' ',
            Enumerable.Range(1, 600).Select(i => $"{word[..Math.Min(word.Length, 7)]}-{i:0000}")
        );

    private static Task<IReadOnlyList<LookRow>> RowsAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<LookRow>(
                        "select read_ms, uncovering from viewing_words where tenant = @tenant"
                    )
            );

    [GeneratedRegex("on record as (?<id>[0-9a-f-]{36})", RegexOptions.ExplicitCapture)]
    private static partial Regex Look();

    private sealed class LookRow
    {
        public long ReadMs { get; init; }
        public int Uncovering { get; init; }
    }
}
