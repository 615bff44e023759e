using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Words about a content under a hold that somebody placed are not overwritten.</summary>
public class HeldTranscriptTests
{
    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Under_a_placed_hold_a_transcript_stays_as_it_was(bool isOfCase)
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.CaseAsync();
        var content = await server.SealAsync(reference, Scan.VideoTests.Clip.Value);
        // A first one is taken.
        var hold = await HoldAsync(
            server,
            isOfCase ? new { caseRef = reference.Value } : new { contentId = content }
        );
        await server.TranscriptAsync(content, "What was heard.");

        var refused = await server.TranscriptAsync(content, "x", expected: HttpStatusCode.Conflict);

        Assert.Equal("transcript_held", refused.Text("code"));
        Assert.Contains("when the hold is lifted", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("What was heard.", await SaidAsync(server, content));
        Assert.Single(await server.LedgerAsync("transcript.delivered"));

        await server.PostAsync($"/v1/holds/{hold}/lift", new { reason = "Settled." });
        await server.TranscriptAsync(content, "What was said.");
        Assert.Equal("What was said.", await SaidAsync(server, content));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_hold_of_another_content_and_the_laws_own_term_keep_no_words()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.CaseAsync();
        var content = await server.SealAsync(reference, Scan.VideoTests.Clip.Value);
        var other = await server.SealAsync(reference, ViewingWork.Picture(1));
        await server.TranscriptAsync(content, "What was heard.");
        await HoldAsync(server, new { contentId = other });
        Assert.Contains(
            await server
                .Kernel()
                .Db.SystemAsync("test", isWrite: false, tx => Holds.OfContentAsync(tx, content)),
            hold => hold.Kind == HoldKind.Preservation
        );

        await server.TranscriptAsync(content, "What was said.");

        Assert.Equal("What was said.", await SaidAsync(server, content));
    }

    private static async Task<Guid> HoldAsync(TestServer server, object on) =>
        (await server.PostAsync("/v1/holds", ContentWork.HoldOn(on), HttpStatusCode.Created))
            .GetProperty("holdId")
            .GetGuid();

    private static async Task<string> SaidAsync(TestServer server, Guid content) =>
        (
            await server.PostAsync(
                $"{TranscriptWork.Path(content)}/words",
                new
                {
                    reason = "decide",
                    text = "To decide the case.",
                    person = ReviewWork.Person,
                }
            )
        ).Text("text");
}
