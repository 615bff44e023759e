using System.Net;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>A person has one picture uncovered at a time, in however many windows.</summary>
public class OneRevealTests
{
    [Fact(Timeout = 180_000)]
    public async Task Another_is_uncovered_when_the_first_was_covered_or_its_time_is_over()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        var reference = await server.CaseAsync();
        var first = await server.SealAsync(reference, ViewingWork.Picture(1));
        var second = await server.SealAsync(reference, ViewingWork.Picture(2));
        using var reviewer = await server.ReviewerAsync();
        using var other = await server.ReviewerAsync("oth.er");
        var early = (await reviewer.TokenAsync(second)).TokenOrCode;
        var shown = await RevealAsync(reviewer, first);

        Assert.Equal((HttpStatusCode.TooManyRequests, "one_at_a_time"), await reviewer.TokenAsync(second));
        Assert.Equal("one_at_a_time", (await reviewer.RevealAsync(second, early)).Code);
        Assert.Single(await server.ViewsAsync());
        // It is each person's own.
        Assert.Equal(HttpStatusCode.OK, (await RevealAsync(other, second)).Status);

        time.Advance(TimeSpan.FromSeconds(3));
        await reviewer.EndAsync(first, shown.ViewOf(), 2000);
        var lost = await RevealAsync(reviewer, second);
        Assert.Equal(HttpStatusCode.OK, lost.Status);
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.OK, (await RevealAsync(reviewer, first)).Status);

        // Whose time was over counts in full, and says nothing more.
        Assert.Equal(HttpStatusCode.NotFound, (await reviewer.EndAsync(second, lost.ViewOf(), 2000)).Status);
        Assert.False(await server.FileViewedAsync(second));
        Assert.True(await server.FileViewedAsync(first));
    }

    [Fact(Timeout = 180_000)]
    public async Task Of_many_asked_for_at_the_same_moment_one_is_uncovered()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.CaseAsync();
        using var reviewer = await server.ReviewerAsync();
        var wanted = new List<(Guid Content, string Token)>();
        for (var seed = 1; seed <= 4; seed++)
        {
            var content = await server.SealAsync(reference, ViewingWork.Picture(seed));
            wanted.Add((content, (await reviewer.TokenAsync(content)).TokenOrCode));
        }

        var answers = await Task.WhenAll(wanted.Select(one => reviewer.RevealAsync(one.Content, one.Token)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.OK),
            answer => Assert.Equal("one_at_a_time", answer.Code)
        );
        Assert.Equal(1, await server.OpenRevealsAsync());
    }

    private static async Task<ConsoleUser.Answer> RevealAsync(ConsoleUser user, Guid content) =>
        await user.RevealAsync(content, (await user.TokenAsync(content)).TokenOrCode);
}
