using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Lists;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What people ask not to be given, and when they ask to be given nothing.</summary>
public partial class OptOutTests
{
    [Fact(Timeout = 240_000)]
    public async Task Each_kind_that_the_page_offers_keeps_some_case_away_and_no_other_kind_does()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("training.blindPercent", "0");
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        using var reviewer = await server.ReviewerAsync();
        var page = await reviewer.GetAsync("/console/exposure");
        var offered = OptOut().Matches(page.Text).Select(box => box.Groups["kind"].Value).ToList();
        Assert.NotEmpty(offered);
        Assert.Contains("cannot be known beforehand", page.Text, StringComparison.Ordinal);

        foreach (var kind in offered)
        {
            var reference = await MakeAsync(server, senior, Enum.Parse<HarmKind>(kind));
            await OptOutAsync(reviewer, kind);
            var refused = await NextAsync(reviewer);
            Assert.True(refused.Code == "opted_out", $"{kind}: {refused.Code} {refused.Location}");
            await OptOutAsync(reviewer, [.. offered.Where(other => other != kind)]);
            var given = await NextAsync(reviewer);
            Assert.StartsWith($"/console/cases/{reference}", given.Location, StringComparison.Ordinal);
            await CloseAsync(reviewer, reference);
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task A_colleagues_grade_keeps_a_case_away_before_all_have_judged_it_and_tells_nobody_what_it_says()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("training.blindPercent", "0");
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        using var reviewer = await server.ReviewerAsync();
        var reference = await server.OpenAsync("user-1");
        await senior.GradeAsync(
            reference,
            await server.ItemAsync(reference),
            ("fact", "infant"),
            ("secondOpinion", "true")
        );
        await OptOutAsync(reviewer, nameof(HarmKind.Infants));

        Assert.Equal("opted_out", (await NextAsync(reviewer)).Code);
        // By its reference: a refusal would tell the second grader what the first one said.
        var claimed = await ClaimAsync(reviewer, reference);
        Assert.Contains("case_claimed", claimed.Location, StringComparison.Ordinal);
        await reviewer.PostAsync(
            $"/console/cases/{reference}",
            $"/console/cases/{reference}/release",
            ("lease", "1")
        );
        await server.ExecuteAsync(
            "update case_opinion set state = 'Dropped' where tenant = @tenant",
            new { }
        );
        Assert.Equal("opted_out", (await ClaimAsync(reviewer, reference)).Code);
    }

    [Fact(Timeout = 180_000)]
    public async Task Samples_respect_a_pause_the_end_of_a_shift_and_opt_outs_and_none_comes_of_an_empty_queue()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("training.blindPercent", "100");
        using var reviewer = await server.ReviewerAsync();
        await server.PostAsync(
            "/v1/training/samples",
            new
            {
                title = "Made",
                problemType = "grooming",
                surface = "comment",
                text = "A drawing of a house.",
                verdict = "not_csam",
                explanation = "A house.",
            },
            HttpStatusCode.Created
        );

        Assert.Contains("queue_empty", (await NextAsync(reviewer)).Location, StringComparison.Ordinal);
        var real = await server.OpenAsync("user-1");
        await reviewer.PostAsync("/console/exposure", "/console/exposure/pause");
        Assert.Equal("paused", (await NextAsync(reviewer)).Code);
        Assert.Equal("paused", (await PractiseAsync(reviewer)).Code);
        await reviewer.PostAsync("/console/exposure", "/console/exposure/resume");
        await SettingsAsync(
            reviewer,
            DateTimeOffset.UtcNow.AddMinutes(10).ToString("HH:mm", CultureInfo.InvariantCulture)
        );
        Assert.Equal("shift_ends", (await NextAsync(reviewer)).Code);
        Assert.Equal("shift_ends", (await PractiseAsync(reviewer)).Code);
        await OptOutAsync(reviewer, nameof(HarmKind.Conversations));
        Assert.Contains(real, (await NextAsync(reviewer)).Location, StringComparison.Ordinal);
        Assert.Equal("opted_out", (await PractiseAsync(reviewer)).Code);
        Assert.Equal(0, await SampleCasesAsync(server));

        await OptOutAsync(reviewer);
        Assert.DoesNotContain(real, (await NextAsync(reviewer)).Location, StringComparison.Ordinal);
        Assert.Equal(1, await SampleCasesAsync(server));
        // It lies in their queue by now, and what they ask holds for it too.
        await OptOutAsync(reviewer, nameof(HarmKind.Conversations));
        Assert.Contains(real, (await NextAsync(reviewer)).Location, StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task Who_is_stopped_for_the_day_is_given_a_known_case_until_something_new_or_unseen_is_in_it()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("training.blindPercent", "0");
        using var reviewer = await server.ReviewerAsync();
        var viewer = (await server.SignedInAsync(reviewer)).Actor.Name;
        await LimitTests.ExposeAsync(server, viewer, Guid.NewGuid(), TimeSpan.FromMinutes(60));
        var reference = await server.MatchAsync(NewEntry(), account: "a");
        Assert.Contains(reference, (await NextAsync(reviewer)).Location, StringComparison.Ordinal);
        await CloseAsync(reviewer, reference);

        var mixed = await server.MatchAsync(NewEntry(), account: "b");
        Assert.Equal(mixed, await server.MatchAsync(NewEntry(), "similar", 12, "b"));
        var kept = await server.MatchAsync(NewEntry(), account: "c");
        await server.SealAsync(
            new CaseRef(kept),
            ViewingWork.Picture(1),
            Guid.Parse(await server.ItemAsync(kept))
        );

        Assert.Equal("stopped", (await NextAsync(reviewer)).Code);
        Assert.Equal("stopped", (await ClaimAsync(reviewer, mixed)).Code);
        Assert.Equal("stopped", (await ClaimAsync(reviewer, kept)).Code);
    }

    /// <summary>A case of which something says beforehand that this is in it.</summary>
    private static async Task<string> MakeAsync(TestServer server, ConsoleUser senior, HarmKind kind)
    {
        switch (kind)
        {
            case HarmKind.Infants:
                var graded = await server.OpenAsync("graded-1");
                await senior.GradeAsync(graded, await server.ItemAsync(graded), ("fact", "infant"));
                return graded;
            case HarmKind.Violence:
                var severe = await server.OpenAsync("graded-2");
                await senior.GradeAsync(severe, await server.ItemAsync(severe), ("fact", "sadism"));
                return severe;
            case HarmKind.Animals:
                // Another case of the entry was graded so.
                var entry = NewEntry();
                var before = await server.MatchAsync(entry, "similar", 4, "before");
                await senior.GradeAsync(before, await server.ItemAsync(before), ("fact", "animal"));
                await CloseAsync(senior, before);
                return await server.MatchAsync(entry, "similar", 8, "after");
            case HarmKind.LiveStreams:
                return await FlagAsync(server, "live_streaming");
            case HarmKind.SelfMade:
                return await OfListAsync(server, "take-it-down-minor");
            case HarmKind.Generated:
                return await OfListAsync(server, "generated-csam");
            default:
                return await FlagAsync(server, "other", new { from = "somebody", text = "A made-up line." });
        }
    }

    private static async Task<string> OfListAsync(TestServer server, string purpose)
    {
        var list = await server.CreateListAsync($"of-{purpose}", purpose);
        var entry = new EntryKey(list.GetProperty("id").GetGuid(), Guid.NewGuid());
        return await server.MatchAsync(entry, account: purpose);
    }

    private static async Task<string> FlagAsync(TestServer server, string reason, params object[] thread) =>
        (
            await CaseWork.PostAsync(
                server,
                "/v1/flags",
                new
                {
                    account = reason,
                    surface = "comment",
                    reason,
                    thread,
                },
                HttpStatusCode.Accepted
            )
        ).Text("caseRef");

    private static async Task CloseAsync(ConsoleUser user, string reference)
    {
        var closed = await user.PostAsync(
            $"/console/cases/{reference}",
            $"/console/cases/{reference}/close",
            ("because", "duplicate"),
            ("reason", ReviewWork.Why)
        );
        Assert.Contains("case_closed", closed.Location, StringComparison.Ordinal);
    }

    private static Task<ConsoleUser.Answer> NextAsync(ConsoleUser user) =>
        user.PostAsync("/console/cases", "/console/cases/next");

    private static Task<ConsoleUser.Answer> PractiseAsync(ConsoleUser user) =>
        user.PostAsync("/console/training", "/console/training/next");

    private static Task<ConsoleUser.Answer> ClaimAsync(ConsoleUser user, string reference) =>
        user.PostAsync($"/console/cases/{reference}", $"/console/cases/{reference}/claim");

    internal static Task OptOutAsync(ConsoleUser user, params string[] kinds) =>
        SettingsAsync(user, "", kinds);

    private static async Task SettingsAsync(ConsoleUser user, string shiftEnds, params string[] kinds)
    {
        var saved = await user.PostAsync(
            "/console/exposure",
            "/console/exposure/settings",
            [
                ("reveal", "as_it_is"),
                ("renditions", "any"),
                ("seconds", "5"),
                ("shiftEnds", shiftEnds),
                .. kinds.Select(kind => ("optOut", kind)),
            ]
        );
        Assert.Contains("saved", saved.Location, StringComparison.Ordinal);
    }

    private static async Task<long> SampleCasesAsync(TestServer server) =>
        (
            await server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    tx => tx.QueryAsync<long>("select count(*) from case_file where gold_for is not null")
                )
        )[0];

    private static EntryKey NewEntry() => new(Guid.NewGuid(), Guid.NewGuid());

    [GeneratedRegex("name=\"optOut\" value=\"(?<kind>\\w+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex OptOut();
}
