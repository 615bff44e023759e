using System.Text.Json;
using Vigil.Hashing;
using Vigil.Tests.Hashing;
using Vigil.Tests.Media.Video;

namespace Vigil.Tests.Cli;

/// <summary>hash, compare, match and scan of videos, as a person meets them.</summary>
public sealed class VideoCommandTests : IDisposable
{
    private const string Clip = "pattern-sd-grey-bar";

    private readonly CliFolder _folder = new();

    private static string PathOf(string clip) => SharedData.Need($"videos/{clip}.mp4");

    [Fact]
    public void A_video_has_a_row_for_each_picked_frame_and_its_tmk_file_when_asked()
    {
        var ran = _folder.Vigil.Call("hash", "--algorithms", "vpdq,tmk,sha256", PathOf(Clip));

        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        var frames = ran.Rows[..^2];
        foreach (var (expected, row) in VpdqTests.Reference(Clip, "vpdq-1s").Zip(frames))
        {
            Assert.Equal($"vpdq#{expected.Frame}@{expected.Seconds:F3}", row[1]);
            Assert.True(PdqHash.TryParse(row[2], out var hash));
            Assert.InRange(expected.Hash.DistanceTo(hash), 0, 6);
            Assert.Equal(expected.Quality.Value, int.Parse(row[3]));
        }
        Assert.Equal(7, frames.Length);
        Assert.Equal("tmk", ran.Rows[^2][1]);
        Assert.Equal(
            File.ReadAllBytes(SharedData.Need($"vectors/tmk/{Clip}.tmk")),
            Convert.FromHexString(ran.Rows[^2][2])
        );
        Assert.Equal("sha256", ran.Rows[^1][1]);
    }

    [Fact]
    public void Every_file_of_a_folder_has_what_its_kind_has()
    {
        var picture = _folder.Write("a.bmp", Pictures.Bmp(1));
        var clip = _folder.Write("b.mp4", Clips.Pattern(seconds: 1));
        var ran = _folder.Vigil.Call("hash", picture, clip);
        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        Assert.Equal(
            ["pdq", "md5", "sha1", "sha256", "md5", "sha1", "sha256", "vpdq#0@0.000"],
            ran.Rows.Select(row => row[1])
        );
        var every = _folder.Vigil.Call("hash", "--algorithms", "vpdq", "--sample", "0", clip);
        Assert.Equal(30, every.Rows.Length);
    }

    [Fact]
    public void What_a_kind_of_file_cannot_have_is_said_and_makes_the_answer_incomplete()
    {
        var picture = _folder.Write("a.bmp", Pictures.Bmp(1));
        var clip = _folder.Write("b.mp4", Clips.Pattern(seconds: 1));
        var asVideo = _folder.Vigil.Call("hash", "--algorithms", "vpdq", picture);
        var asPicture = _folder.Vigil.Call("hash", "--algorithms", "pdq", clip);
        Assert.Equal(3, asVideo.ExitCode);
        Assert.Contains("Not a video", asVideo.Error, StringComparison.Ordinal);
        Assert.Equal(3, asPicture.ExitCode);
        Assert.Contains("A video has no pdq", asPicture.Error, StringComparison.Ordinal);
        Assert.Equal(2, _folder.Vigil.Call("hash", "--sample", "-1", clip).ExitCode);
        var scanned = _folder.Vigil.Call("scan", _folder.Inputs, "--list", "x", "--algorithms", "tmk");
        Assert.Equal(2, scanned.ExitCode);
        Assert.Contains("looked up by pdq", scanned.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_videos_are_compared_by_both_formulas_and_at_both_levels()
    {
        var ran = _folder.Vigil.Call(
            "compare",
            PathOf("pattern-hd-no-bar"),
            PathOf(Clip),
            "--format",
            "json"
        );
        Assert.Equal(0, ran.ExitCode);
        using var json = JsonDocument.Parse(ran.Out);
        var tmk = json.RootElement.GetProperty("tmk");
        Assert.Equal(0.855804, tmk.GetProperty("level1").GetDouble());
        Assert.Equal(0.854655, tmk.GetProperty("level2").GetDouble());
        var program = json.RootElement.GetProperty("vpdq").GetProperty("program");
        Assert.Equal(0, program.GetProperty("queryPercent").GetDouble());
        Assert.Equal(205, program.GetProperty("queryFrames").GetInt32());
        Assert.Equal(206, program.GetProperty("targetFrames").GetInt32());
        Assert.False(json.RootElement.GetProperty("equal").GetProperty("sha256").GetBoolean());

        var same = _folder.Vigil.Call("compare", PathOf(Clip), PathOf(Clip), "--sample", "1");
        Assert.Contains("A in B 100.00 %, B in A 100.00 %", same.Out, StringComparison.Ordinal);
        Assert.Contains("SHA-256 equal", same.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_of_a_list_is_found_in_a_video_with_the_seconds_at_which_it_is_shown()
    {
        var frames = VpdqTests.Reference(Clip);
        var list = _folder.WriteList(frames[60].Hash.ToHex());
        var clip = PathOf(Clip);

        var ran = _folder.Vigil.Call("match", "--list", list, "--radius", "10", "--format", "json", clip);
        var text = _folder.Vigil.Call("match", "--list", list, "--radius", "10", "--format", "text", clip);

        Assert.Equal(1, ran.ExitCode);
        using var json = JsonDocument.Parse(ran.Out);
        var match = json.RootElement[0].GetProperty("matches")[0];
        Assert.Equal("similar", match.GetProperty("strength").GetString());
        Assert.Equal(60, match.GetProperty("frame").GetInt32());
        var segment = Assert.Single(match.GetProperty("segments").EnumerateArray());
        Assert.InRange(
            2.0,
            segment.GetProperty("fromSeconds").GetDouble(),
            segment.GetProperty("toSeconds").GetDouble()
        );
        Assert.Contains(", at 2.000 s", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_video_is_known_by_its_digests_and_a_mirrored_one_by_its_frames()
    {
        var clip = Clips.Pattern(seconds: 2);
        var mirrored = Clips.Make(
            "mp4",
            [.. Clips.Lavfi("testsrc2=duration=2:size=320x240:rate=30"), "-vf", "hflip", "-c:v", "libx264"]
        );
        var path = _folder.Write("clip.mp4", clip);
        var rows = _folder.Vigil.Call("hash", "--algorithms", "vpdq,sha1", path).Rows;
        var digest = _folder.WriteList(rows[^1][2]);
        Assert.Equal(1, _folder.Vigil.Call("match", "--list", digest, path).ExitCode);

        var frame = _folder.WriteList(rows[0][2]);
        var other = _folder.Write("mirrored.mp4", mirrored);
        Assert.Equal(1, _folder.Vigil.Call("match", "--list", frame, other).ExitCode);
        Assert.Equal(0, _folder.Vigil.Call("match", "--list", frame, "--no-dihedral", other).ExitCode);
    }

    [Fact]
    public void A_scan_finds_videos_remembers_what_matched_and_says_of_a_broken_one_that_it_was_not_looked_at()
    {
        var clip = Clips.Pattern(seconds: 2);
        var path = _folder.Write("clip.mp4", clip);
        _folder.Write("broken.mp4", clip[..(clip.Length / 2)]);
        var hash = _folder.Vigil.Call("hash", "--algorithms", "vpdq", path).Rows[0][2];
        var list = _folder.WriteList(hash);

        var first = _folder.Vigil.Call("scan", _folder.Inputs, "--list", list, "--format", "jsonl");
        var again = _folder.Vigil.Call("scan", _folder.Inputs, "--list", list, "--format", "jsonl");

        foreach (var ran in (Ran[])[first, again])
        {
            Assert.Equal(3, ran.ExitCode);
            var reports = ran.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
            Assert.Equal(
                ["not-processed", "similar"],
                reports.Select(report => report.GetProperty("result").GetString())
            );
            var segments = reports[1].GetProperty("matches")[0].GetProperty("segments");
            Assert.Equal(0, segments[0].GetProperty("fromSeconds").GetDouble());
        }
        Assert.Contains("\"resumed\":true", again.Out, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
