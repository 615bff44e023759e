using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>What people ask not to be shown is not shown to them, however they came to it.</summary>
public class OwnWishTests
{
    [Fact(Timeout = 180_000)]
    public async Task Who_wants_nothing_unblurred_is_shown_nothing_that_is_sharp_outlines_neither()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.CaseAsync();
        var picture = await server.SealAsync(reference, ViewingWork.Picture(1));
        var video = await server.SealAsync(reference, VideoWork.Clip(1));
        using var reviewer = await server.ReviewerAsync();
        await WishAsync(reviewer, "never");

        foreach (var sharp in new[] { "grey_small", "edges" })
        {
            Assert.Equal(
                (HttpStatusCode.Conflict, "own_setting"),
                await RenditionAsync(reviewer, picture, sharp)
            );
            Assert.DoesNotContain(
                $"?as={sharp}",
                await PageAsync(reviewer, picture),
                StringComparison.Ordinal
            );
        }
        foreach (var blurred in new[] { "grey_strong", "grey_light", "tile" })
        {
            Assert.Equal((HttpStatusCode.OK, ""), await RenditionAsync(reviewer, picture, blurred));
            Assert.Contains($"?as={blurred}", await PageAsync(reviewer, picture), StringComparison.Ordinal);
        }
        (await reviewer.StripAsync(video, "strip_small")).IsRefused(HttpStatusCode.Conflict, "own_setting");
        var offered = await PageAsync(reviewer, video);
        Assert.DoesNotContain("\"strip_small\"", offered, StringComparison.Ordinal);
        Assert.Contains("\"strip_strong\"", offered, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await reviewer.StripAsync(video)).Status);
        Assert.Equal(4, (await server.ViewsAsync()).Count);

        await WishAsync(reviewer, "grey");
        Assert.Equal((HttpStatusCode.OK, ""), await RenditionAsync(reviewer, picture, "grey_small"));
        Assert.Equal((HttpStatusCode.OK, ""), await RenditionAsync(reviewer, picture, "edges"));
    }

    [Fact(Timeout = 180_000)]
    public async Task What_one_asked_not_to_be_given_is_not_shown_either_however_one_came_to_it()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.CaseAsync();
        var item = await server.ItemAsync(reference.Value);
        var picture = await server.SealAsync(reference, ViewingWork.Picture(1), Guid.Parse(item));
        var video = await server.SealAsync(reference, VideoWork.Clip(1));
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        using var reviewer = await server.ReviewerAsync();
        await senior.GradeAsync(reference.Value, item, ("fact", "infant"));
        await WishAsync(reviewer, "as_it_is", nameof(HarmKind.Infants));

        var refused = (HttpStatusCode.Conflict, "opted_out");
        Assert.Equal(refused, await RenditionAsync(reviewer, picture, "grey_strong"));
        Assert.Equal(refused, await RenditionAsync(reviewer, video, "sheet_strong"));
        Assert.Equal(refused, await reviewer.TokenAsync(picture));
        (await reviewer.StripAsync(video)).IsRefused(refused.Item1, refused.Item2);
        (await reviewer.SoundAsync(video)).IsRefused(refused.Item1, refused.Item2);
        Assert.Contains(
            "You asked not to be given",
            await PageAsync(reviewer, picture),
            StringComparison.Ordinal
        );
        Assert.Empty(await server.ViewsAsync());
        // Facts of the file are no picture.
        Assert.Equal(HttpStatusCode.OK, (await reviewer.MetadataAsync(picture)).Status);

        // Leave that was given before does not outlast the wish.
        await WishAsync(reviewer, "as_it_is", nameof(HarmKind.Animals));
        var (given, token) = await reviewer.TokenAsync(picture);
        Assert.Equal(HttpStatusCode.OK, given);
        await WishAsync(reviewer, "as_it_is", nameof(HarmKind.Infants));
        Assert.Equal(refused, Of(await reviewer.RevealAsync(picture, token)));

        await WishAsync(reviewer, "as_it_is");
        Assert.Equal((HttpStatusCode.OK, ""), await RenditionAsync(reviewer, picture, "grey_strong"));
    }

    /// <summary>A refusal would tell what a colleague said to who is still to judge it alone.</summary>
    [Theory(Timeout = 180_000)]
    [InlineData("opinion")]
    [InlineData("audit")]
    public async Task What_a_colleague_graded_is_told_by_no_refusal_to_who_is_to_judge_it_alone(string what)
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.OpenAsync("user-1", "suspected_csam");
        var item = await server.ItemAsync(reference);
        Assert.Equal(reference, await server.OpenAsync("user-1", "suspected_csam"));
        var items = (await server.FileAsync(reference)).GetProperty("items").EnumerateArray();
        var second = Assert.Single(items.Select(one => one.Text("id")), id => id != item);
        var picture = await server.SealAsync(
            new CaseRef(reference),
            ViewingWork.Picture(1),
            Guid.Parse(item)
        );
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        using var reviewer = await server.ReviewerAsync();
        await server.SetAsync("cases.auditPercent", what == "audit" ? "100" : "0");
        await senior.GradeAsync(
            reference,
            item,
            ("fact", "infant"),
            ("secondOpinion", what == "audit" ? "" : "true")
        );
        await senior.GradeAsync(reference, second, ("fact", "infant"));
        var page = $"/console/cases/{reference}";
        await senior.PostAsync(
            page,
            $"{page}/decision",
            ("verdict", "confirmed"),
            ("reason", ReviewWork.Why)
        );
        if (what == "audit")
        {
            // Nobody is to judge the second item any more; the first one still waits.
            await server.PostAsync(
                $"/v1/audits/{second}",
                new
                {
                    verdict = "confirmed",
                    reason = ReviewWork.Why,
                    person = "cleo",
                }
            );
        }
        await WishAsync(reviewer, "as_it_is", nameof(HarmKind.Infants));
        var judged = what == "audit" ? $"/console/audits/{item}" : $"{page}/items/{item}/grade";

        Assert.Equal(HttpStatusCode.OK, (await reviewer.GetAsync(judged)).Status);
        Assert.Equal((HttpStatusCode.OK, ""), await RenditionAsync(reviewer, picture, "grey_strong"));
    }

    private static async Task WishAsync(ConsoleUser user, string reveal, params string[] optOuts)
    {
        var saved = await user.PostAsync(
            "/console/exposure",
            "/console/exposure/settings",
            [
                ("reveal", reveal),
                ("renditions", "any"),
                ("seconds", "5"),
                ("shiftEnds", ""),
                .. optOuts.Select(kind => ("optOut", kind)),
            ]
        );
        Assert.Contains("saved", saved.Location, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Code)> RenditionAsync(
        ConsoleUser user,
        Guid content,
        string shownAs
    )
    {
        var tile = shownAs == "tile" ? "&row=0&column=0" : "";
        return Of(await user.GetAsync($"/console/contents/{content}/rendition?as={shownAs}{tile}"));
    }

    /// <summary>The page of a problem, or what a script is answered.</summary>
    private static (HttpStatusCode Status, string Code) Of(ConsoleUser.Answer answer) =>
        (
            answer.Status,
            answer.Text.StartsWith('{')
                ? JsonDocument.Parse(answer.Text).RootElement.Text("code")
                : answer.Code
        );

    private static async Task<string> PageAsync(ConsoleUser user, Guid content) =>
        (await user.GetAsync($"/console/contents/{content}")).Text;
}
