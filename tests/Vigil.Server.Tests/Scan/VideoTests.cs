using System.Diagnostics;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Media;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Scan;

/// <summary>A video is acknowledged, looked at frame by frame, and answered.</summary>
public class VideoTests
{
    internal static readonly Lazy<byte[]> Clip = new(() => Draw("testsrc2=duration=4:size=320x240:rate=30"));

    [Fact(Timeout = 120_000)]
    public async Task A_video_is_pending_at_once_then_none_where_nothing_in_it_is_listed()
    {
        await using var server = await TestServer.StartAsync();

        var pending = await server.ScanAsync(Clip.Value, type: "video/mp4");
        var done = await DoneAsync(server, pending);
        var waited = await server.ScanAsync(Clip.Value, "surface=public_post&wait=30", type: "video/mp4");

        Assert.Equal((202, "pending"), (pending.Status, pending.Decision));
        Assert.Equal(("none", null), (done.Decision, done.Code));
        Assert.Equal((200, "none"), (waited.Status, waited.Decision));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_video_with_a_listed_frame_goes_to_review_and_the_steward_sees_at_which_seconds()
    {
        await using var server = await TestServer.StartAsync();
        server.AnswerCases();
        await server.LoadedAsync();
        var frames = await FramesAsync();
        var list = await server.ListAsync("made");
        await server.EntryAsync(list, new SignalValue { Pdq = Made.Bytes(frames[2].Hash) });
        var picture = new PdqResult(frames[2].Hash, frames[2].Quality);
        await server.WithinASecondAsync(
            new ScanFacts { Fingerprint = new Fingerprint { Pictures = [picture] } },
            Outcome.Review
        );

        var pending = await server.ScanAsync(Clip.Value, type: "video/mp4");
        var done = await DoneAsync(server, pending);

        Assert.Equal("review", done.Decision);
        Assert.NotNull(done.Text("caseRef"));
        // The caller learns the decision, and not where.
        Assert.DoesNotContain("econds", done.Body.GetRawText(), StringComparison.Ordinal);
        var why = await TestServer.JsonOf(
            await server.Client.GetAsync(new Uri($"/v1/decisions/{pending.ScanId}", UriKind.Relative))
        );
        var finding = why.GetProperty("findings")[0];
        Assert.Contains(" s. ", finding.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains(
            finding.GetProperty("segments").EnumerateArray(),
            segment =>
                segment.GetProperty("fromSeconds").GetDouble() <= 2
                && segment.GetProperty("toSeconds").GetDouble() >= 2
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_video_over_a_limit_and_one_that_is_cut_were_not_scanned()
    {
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Video = new VideoOptions { Limits = new VideoLimits { MaxFrames = 100 } },
            }
        );

        var over = await server.ScanAsync(Clip.Value, "surface=public_post&wait=30", type: "video/mp4");
        var cut = await server.ScanAsync(
            Clip.Value[..(Clip.Value.Length / 2)],
            "surface=public_post&wait=30&onFailure=open",
            type: "video/mp4"
        );

        Assert.Equal(("not_scanned", "too_many_frames"), (over.Decision, over.Code));
        Assert.Equal("not_scanned", cut.Decision);
        Assert.Equal("allow", cut.Text("action"));
    }

    private static Task<Answered> DoneAsync(TestServer server, Answered pending) =>
        TestServer.EventuallyAsync(
            async () =>
                await server.FindAsync(pending.ScanId) is { Decision: not "pending" } answer ? answer : null,
            "the video is answered",
            deadlineSeconds: 60
        );

    internal static async Task<IReadOnlyList<VpdqFeature>> FramesAsync()
    {
        await using var hasher = new VideoHasher(new VideoOptions());
        var result = await hasher.HashAsync(
            new MemoryStream(Clip.Value),
            new VideoRequest(),
            TestContext.Current.CancellationToken
        );
        return result.Video!.Features;
    }

    internal static byte[] Draw(string pattern, string name = "clip.mp4")
    {
        var folder = Directory.CreateTempSubdirectory("vigil-clip-");
        var path = Path.Combine(folder.FullName, name);
        string[] arguments =
        [
            "-nostdin",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            pattern,
            "-preset",
            "ultrafast",
            path,
        ];
        using var process = Process.Start("ffmpeg", arguments);
        process.WaitForExit();
        var bytes = File.ReadAllBytes(path);
        folder.Delete(recursive: true);
        return bytes;
    }
}
