using System.Security.Cryptography;
using Vigil.Server.Features.Viewing.Standing;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>What need not be seen is not shown to anybody.</summary>
public class StandingTests
{
    [Fact]
    public void Equal_files_and_those_of_one_entry_make_a_stack_and_exact_ones_only_with_their_equals()
    {
        var entries = Enumerable
            .Range(0, 4)
            .Select(_ => new EntryKey(Guid.NewGuid(), Guid.NewGuid()))
            .ToList();
        byte[] Digest(int n) => SHA256.HashData(BitConverter.GetBytes(n));
        MatchFacts Alike(params int[] of) => new(false, [.. of.Select(n => entries[n])]);
        MatchFacts Exact(int of) => new(true, [entries[of]]);

        Assert.Equal(
            [0, 0, 1, 0],
            Stacks.Of(
                [Digest(1), Digest(2), Digest(3), Digest(4)],
                [Alike(0), Alike(0, 1), Alike(2), Alike(1)]
            )
        );
        Assert.Equal([0, 1, 0], Stacks.Of([Digest(1), Digest(2), Digest(1)], [Exact(0), Exact(0), Exact(0)]));
        Assert.Equal([0, 1], Stacks.Of([Digest(1), Digest(2)], [Exact(0), Alike(0)]));
        Assert.Equal(
            [0, 0, 0],
            Stacks.Of([Digest(1), Digest(2), Digest(3)], [Alike(0), Alike(1), Alike(0, 1)])
        );
        Assert.Equal([0, 1], Stacks.Of([Digest(1), Digest(2)], [Alike(), Alike()]));
        Assert.Empty(Stacks.Of([], []));
    }

    [Fact]
    public void The_policy_for_exact_matches_says_which_are_looked_at()
    {
        var policy = new ExactPolicy();
        Assert.Equal((ExactViews.FirstCopy, null), (policy.Views, policy.ApprovedBy));
        Assert.True(policy.NeedsView([1], isSeenElsewhere: false));
        Assert.False(policy.NeedsView([1], isSeenElsewhere: true));
        Assert.False((policy with { Views = ExactViews.Never }).NeedsView([0], isSeenElsewhere: false));
        Assert.True((policy with { Views = ExactViews.Always }).NeedsView([1], isSeenElsewhere: true));
        var sampled = Enumerable
            .Range(0, 20_000)
            .Count(n =>
                (policy with { Views = ExactViews.Sample }).NeedsView(
                    SHA256.HashData(BitConverter.GetBytes(n)),
                    false
                )
            );
        // 13 of 256 first bytes.
        Assert.InRange(sampled / 20_000.0, 0.045, 0.057);
    }

    [Fact(Timeout = 180_000)]
    public async Task What_no_list_knows_needs_a_look_each_and_what_was_seen_needs_none()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        var (alike, alikeToo) = (ViewingWork.Picture(2), ViewingWork.Picture(3));
        var reference = await server.CaseAsync("user-1");
        var first = await server.SealAsync(reference, alike);
        await server.SealAsync(reference, alikeToo);
        var standing = await server.StandingAsync(reference);
        // No list knows them: each needs a look.
        Assert.Equal(2, standing.Missing);
        Assert.All(
            standing.Contents,
            content =>
                Assert.Equal((false, true, false), (content.IsExact, content.NeedsView, content.FileViewed))
        );

        using var reviewer = await server.ReviewerAsync();
        var shown = await reviewer.RevealAsync(first, (await reviewer.TokenAsync(first)).TokenOrCode);
        time.Advance(TimeSpan.FromSeconds(3));
        await reviewer.EndAsync(first, shown.ViewOf(), 2000);
        Assert.Equal(1, (await server.StandingAsync(reference)).Missing);

        var page = await reviewer.GetAsync($"/console/cases/{reference}/contents");
        Assert.Contains("1 must still be seen", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_changes_the_policy_answers_for_it_by_name_in_the_ledger()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var admin = await ConsoleUser.InviteAsync(server, "ad.min", "admin");
        await admin.PostAsync("/console/exact-matches", "/console/exact-matches", ("views", "never"));
        var act = Assert.Single(await server.LedgerAsync("setting.changed"));
        Assert.Equal((await server.SignedInAsync(admin)).Actor.Name, act.Text("actor"));
        Assert.Contains(
            "Approved by",
            (await admin.GetAsync("/console/exact-matches")).Text,
            StringComparison.Ordinal
        );
        using var auditor = await ConsoleUser.InviteAsync(server, "aud.itor", "auditor");
        var read = await auditor.GetAsync("/console/exact-matches");
        Assert.Contains("Changed by somebody who may write policies", read.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Approve in my name", read.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Limits_are_changed_within_their_ranges_and_never_above_200_views_an_hour()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        (string, string)[] Rules(string views) =>
            [
                ("dailyMinutes", "45"),
                ("severeMinutes", "15"),
                ("softPercent", "80"),
                ("blockMinutes", "20"),
                ("breakMinutes", "5"),
                ("newMaterialInRow", "2"),
                ("graphicInRow", "5"),
                ("viewsAnHour", views),
                ("revealSeconds", "8"),
                ("videoSeconds", "90"),
                ("lastMinutes", "30"),
                ("checkInDays", "5"),
                ("quietFrom", "21:00"),
                ("quietTo", "06:30"),
                ("utcOffsetMinutes", "60"),
                ("helpers", "Call 4711."),
            ];
        var tooMany = await lead.PostAsync("/console/wellness", "/console/wellness/rules", Rules("201"));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, tooMany.Status);
        await lead.PostAsync("/console/wellness", "/console/wellness/rules", Rules("100"));
        var page = (await lead.GetAsync("/console/wellness")).Text;
        Assert.Contains("value=\"45\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"15\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"06:30\"", page, StringComparison.Ordinal);
        Assert.Single(await server.LedgerAsync("setting.changed"));
        using var reviewer = await server.ReviewerAsync();
        Assert.Contains(
            "Call 4711.",
            (await reviewer.GetAsync("/console/exposure")).Text,
            StringComparison.Ordinal
        );
    }
}
