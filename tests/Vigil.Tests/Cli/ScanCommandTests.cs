using System.Diagnostics;
using System.Text.Json;
using Vigil.Media;
using Vigil.Tests.Media.Sandbox;

namespace Vigil.Tests.Cli;

public sealed class ScanCommandTests : IDisposable
{
    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_scan_finds_what_is_listed_and_its_summary_counts_every_file_once()
    {
        var list = ListOf(1);
        _folder.Write("same.bmp", Pictures.Bmp(seed: 1));
        _folder.Write("deep/er/turned.bmp", Pictures.TurnedBmp(seed: 1));
        _folder.Write("other.bmp", Pictures.Bmp(seed: 2));
        _folder.Write("notes.txt", "no picture");

        var ran = Scan(list);

        Assert.Equal(1, ran.ExitCode);
        Assert.Contains("same.bmp: similar at distance 0", ran.Out, StringComparison.Ordinal);
        Assert.Contains("turned.bmp: similar", ran.Out, StringComparison.Ordinal);
        Assert.Equal(2, Count(ran, "similar"));
        Assert.Equal(1, Count(ran, "no known match "));
        Assert.Equal(1, Count(ran, "no known match by digest"));
        Assert.Equal(4, Count(ran, "all files"));
    }

    [Fact]
    public void Jsonl_has_one_object_a_file_and_nothing_else_on_standard_output()
    {
        var list = ListOf(1);
        _folder.Write("same.bmp", Pictures.Bmp(seed: 1));
        _folder.Write("other.bmp", Pictures.Bmp(seed: 2));

        var all = Objects(Scan(list, "--format", "jsonl"));
        var only = Objects(Scan(list, "--format", "jsonl", "--only-matches"));

        Assert.Equal(["no-known-match", "similar"], all.Select(Result).Order());
        Assert.Equal(["similar"], only.Select(Result));
    }

    [Fact]
    public void Nothing_listed_gives_exit_code_0()
    {
        _folder.Write("other.bmp", Pictures.Bmp(seed: 2));
        var ran = Scan(ListOf(1));
        Assert.Equal(0, ran.ExitCode);
        // Nobody watches a file or pipe: no progress there.
        Assert.Empty(ran.Error);
    }

    [Fact]
    public void A_picture_of_a_format_that_is_not_read_is_not_passed_over_as_no_picture()
    {
        _folder.Write("a.jxl", [0xFF, 0x0A, 0xFA, 0x7F, 1, 2, 3, 4]);

        var ran = Scan(ListOf(1));

        Assert.Equal(3, ran.ExitCode);
        Assert.Equal(1, Count(ran, "could not be processed"));
        Assert.Contains("a.jxl: ", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_decoder_refuses_is_not_said_to_be_looked_up_by_what_decoded()
    {
        var jpeg = File.ReadAllBytes(SharedData.Need("images/misc-images/small.jpg"));
        // Its header, then nothing but zeros: the decoder gives up, and the data ends early too.
        _folder.Write("refused.jpg", [.. jpeg[..700], .. new byte[1 << 20]]);

        var ran = Scan(ListOf(1), "--format", "jsonl");

        Assert.Equal(3, ran.ExitCode);
        Assert.Equal("not-processed", Result(Objects(ran).Single()));
        Assert.False(Objects(ran).Single().TryGetProperty("truncated", out _));
        Assert.DoesNotContain("by what decoded", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_looked_up_is_never_counted_as_not_found()
    {
        _folder.Write("empty.jpg", []);
        _folder.Write("broken.png", [0x89, .. "PNG\r\n\x1a\n"u8, 1, 2, 3, 4, 5, 6, 7, 8]);
        _folder.Write("other.bmp", Pictures.Bmp(seed: 2));

        var ran = Scan(ListOf(1));

        Assert.Equal(3, ran.ExitCode);
        Assert.Equal(2, Count(ran, "could not be processed"));
        Assert.Equal(1, Count(ran, "no known match "));
        Assert.Contains("empty.jpg: ", ran.Error, StringComparison.Ordinal);
        Assert.Contains("broken.png: ", ran.Error, StringComparison.Ordinal);
        var results = Objects(Scan(ListOf(1), "--format", "jsonl")).Select(Result).Order();
        Assert.Equal(["no-known-match", "not-processed", "not-processed"], results);
    }

    [Fact]
    public void A_second_run_looks_at_nothing_again_and_shows_the_same()
    {
        var list = ListOf(1);
        _folder.Write("same.bmp", Pictures.Bmp(seed: 1));
        _folder.Write("other.bmp", Pictures.Bmp(seed: 2));
        _folder.Write("notes.txt", "no picture");
        var first = Objects(Scan(list, "--format", "jsonl"));

        var second = Objects(Scan(list, "--format", "jsonl"));

        Assert.All(first, one => Assert.False(one.TryGetProperty("resumed", out _)));
        Assert.All(second, one => Assert.True(one.GetProperty("resumed").GetBoolean()));
        Assert.Equal(
            first.Select(one => one.ToString()).Order(),
            second.Select(one => one.ToString().Replace(",\"resumed\":true", "")).Order()
        );
        Assert.All(
            Objects(Scan(list, "--format", "jsonl", "--restart")),
            one => Assert.False(one.TryGetProperty("resumed", out _))
        );
    }

    [Fact]
    public void A_folder_of_very_many_files_needs_little_memory_and_is_resumed()
    {
        var count = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 100_000 : 20_000;
        for (var i = 0; i < count; i++)
        {
            _folder.Write($"{i % 100}/{i}.txt", $"SAMPLE {i}");
        }
        // What grew with the number of files, even a hundred bytes each, would not fit beside the rest.
        var vigil = new VigilProgram(_folder.Data) { HeapLimit = "1000000" }; // 16 MiB
        string[] scan = ["scan", _folder.Inputs, "--list", "test-card", "--algorithms", "md5"];

        var first = vigil.Call(scan);
        var second = vigil.Call(scan);

        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Equal(count, Count(first, "all files"));
        Assert.Equal(0, second.ExitCode);
        Assert.Equal(count, Count(second, "seen in an earlier run"));
    }

    [Fact]
    public void A_changed_file_and_a_changed_list_are_looked_at_anew()
    {
        var list = ListOf(1);
        var path = _folder.Write("file.bmp", Pictures.Bmp(seed: 2));
        _folder.Write("stays.bmp", Pictures.Bmp(seed: 3));
        Assert.Equal(0, Scan(list).ExitCode);

        // Same size and same time of change of the contents: only inode or status time tell.
        var time = File.GetLastWriteTimeUtc(path);
        File.WriteAllBytes(path, Pictures.Bmp(seed: 1));
        File.SetLastWriteTimeUtc(path, time);
        var changedFile = Scan(list);
        Assert.Equal(1, changedFile.ExitCode);
        Assert.Equal(1, Count(changedFile, "seen in an earlier run"));

        File.AppendAllText(list, File.ReadAllText(ListOf(3, "third.txt")));
        var changedList = Scan(list);
        Assert.Equal(2, Count(changedList, "similar"));
        Assert.DoesNotContain("seen in an earlier run", changedList.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_failed_is_tried_again_by_the_next_run()
    {
        var list = ListOf(1);
        var path = _folder.Write("a.bmp", []);
        Assert.Equal(3, Scan(list).ExitCode);
        Assert.Equal(3, Scan(list).ExitCode);
        File.WriteAllBytes(path, Pictures.Bmp(seed: 1));
        Assert.Equal(1, Scan(list).ExitCode);
    }

    [Fact]
    public void Links_are_not_followed_so_a_loop_ends_and_nothing_outside_is_read()
    {
        _folder.Write("sub/other.bmp", Pictures.Bmp(seed: 2));
        var outside = _folder.Beside("outside.bmp");
        File.WriteAllBytes(outside, Pictures.Bmp(seed: 1));
        File.CreateSymbolicLink(_folder["sub/up"], _folder.Inputs);
        File.CreateSymbolicLink(_folder["self"], "self");
        File.CreateSymbolicLink(_folder["out.bmp"], outside);

        var ran = Scan(ListOf(1));

        Assert.Equal(0, ran.ExitCode);
        Assert.Equal(1, Count(ran, "all files"));
        Assert.Equal(3, Count(ran, "symbolic links"));
    }

    [Fact]
    public void A_pipe_in_the_folder_is_not_read_and_stops_nothing()
    {
        _folder.Write("other.bmp", Pictures.Bmp(seed: 2));
        using (var mkfifo = Process.Start("mkfifo", [_folder["pipe"]]))
        {
            mkfifo.WaitForExit();
        }
        var ran = Scan(ListOf(1));
        Assert.Equal(0, ran.ExitCode);
        Assert.Equal(1, Count(ran, "pipes, sockets, devices"));
    }

    [Fact]
    public void Files_and_folders_that_may_not_be_read_are_named_and_the_rest_is_scanned()
    {
        var list = ListOf(1);
        _folder.Write("same.bmp", Pictures.Bmp(seed: 1));
        File.SetUnixFileMode(_folder.Write("secret.bmp", Pictures.Bmp(seed: 2)), UnixFileMode.UserRead);
        Directory.CreateDirectory(
            _folder["closed"],
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        var state = _folder.Beside("nobody");
        Directory.CreateDirectory(state);
        File.SetUnixFileMode(state, (UnixFileMode)0x1ff); // 0777

        var ran = _folder.Vigil.RunAsNobody(
            "scan",
            _folder.Inputs,
            "--list",
            list,
            "--data",
            Path.Combine(state, "d")
        );

        Assert.Equal(3, ran.ExitCode);
        Assert.Equal(1, Count(ran, "similar"));
        Assert.Equal(2, Count(ran, "could not be processed"));
        Assert.Contains("secret.bmp: ", ran.Error, StringComparison.Ordinal);
        Assert.Contains("closed: Run as a user that may read", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_folder_or_list_is_a_usage_error()
    {
        Assert.Equal(2, _folder.Vigil.Call("scan", _folder["nowhere"], "--list", ListOf(1)).ExitCode);
        Assert.Equal(2, Scan("nothing").ExitCode);
        Assert.Equal(2, _folder.Vigil.Call("scan", _folder.Inputs).ExitCode);
    }

    [Fact]
    public void Several_lists_after_the_option_are_all_searched()
    {
        _folder.Write("one.bmp", Pictures.Bmp(seed: 1));
        _folder.Write("three.bmp", Pictures.Bmp(seed: 3));
        var ran = Scan(ListOf(1), ListOf(3, "third.txt"));
        Assert.Equal(2, Count(ran, "similar"));
        Assert.Equal(2, Scan(ListOf(1), "--no-such-option").ExitCode);
    }

    [Fact]
    public void Without_pdq_files_are_matched_by_digest_alone()
    {
        var path = _folder.Write("a.txt", "SAMPLE");
        var sha256 = _folder.Vigil.Call("hash", "--algorithms", "sha256", path).Rows.Single()[2];
        var list = _folder.WriteList(sha256);
        var ran = Scan(list, "--sha256", "--algorithms", "md5,sha1,sha256");
        Assert.Equal(1, ran.ExitCode);
        Assert.Equal(1, Count(ran, "exact"));
    }

    [Fact]
    public async Task A_scan_by_grey_first_finds_the_same_and_says_what_it_did_not_look_at_in_colour()
    {
        var list = ListOf(1);
        await using var pool = Pools.Open();
        foreach (var seed in (int[])[1, 2, 3])
        {
            var encoding = new JpegEncoding(Pictures.Side, Pictures.Side);
            var stop = TestContext.Current.CancellationToken;
            _folder.Write($"{seed}.jpg", await pool.EncodeJpegAsync(Pictures.Rgb(seed), encoding, stop));
        }

        var whole = Scan(list, "--restart");
        var grey = Scan(list, "--prefilter", "grey");

        Assert.Equal(1, Count(whole, "similar"));
        Assert.Equal(1, Count(grey, "similar"));
        Assert.Equal(2, Count(grey, "no known match "));
        Assert.Equal(2, Count(grey, "no known match by the grey plane alone"));
        Assert.Equal(
            whole.Lines.Where(line => line.Contains("similar at", StringComparison.Ordinal)),
            grey.Lines.Where(line => line.Contains("similar at", StringComparison.Ordinal))
        );
        Assert.DoesNotContain("grey plane", whole.Out, StringComparison.Ordinal);
        Assert.Equal(2, Scan(list, "--prefilter", "gray").ExitCode);

        // What was seen by grey alone stays said so.
        var again = Scan(list, "--prefilter", "grey");
        Assert.Equal(3, Count(again, "seen in an earlier run"));
        Assert.Equal(2, Count(again, "no known match by the grey plane alone"));
    }

    [Fact]
    public async Task A_scan_by_grey_first_does_not_take_a_contradiction_for_the_same_file()
    {
        await using var pool = Pools.Open();
        var encoding = new JpegEncoding(Pictures.Side, Pictures.Side);
        var stop = TestContext.Current.CancellationToken;
        var jpeg = await pool.EncodeJpegAsync(Pictures.Rgb(2), encoding, stop);
        var path = _folder.Write("two.jpg", jpeg);
        var digest = _folder.Vigil.Call("hash", "--algorithms", "sha256", path).Rows.Single()[2];
        var other = File.ReadAllText(ListOf(1)).Trim();
        var list = _folder.WriteList("sha256,pdq", $"{digest},{other}");

        var whole = Scan(list, "--restart");
        var grey = Scan(list, "--prefilter", "grey");

        Assert.Equal((1, 1), (whole.ExitCode, grey.ExitCode));
        Assert.Equal(1, Count(whole, "to review"));
        Assert.Equal(1, Count(grey, "to review"));
        Assert.Equal(
            whole.Lines.Where(line => line.Contains("two.jpg", StringComparison.Ordinal)),
            grey.Lines.Where(line => line.Contains("two.jpg", StringComparison.Ordinal))
        );
    }

    private Ran Scan(string list, params string[] options) =>
        _folder.Vigil.Call(["scan", _folder.Inputs, "--list", list, .. options]);

    private string ListOf(int seed, string name = "list.txt")
    {
        var picture = _folder.Beside("listed.bmp");
        File.WriteAllBytes(picture, Pictures.Bmp(seed));
        var path = _folder.Beside(name);
        File.WriteAllText(
            path,
            _folder.Vigil.Call("hash", "--algorithms", "pdq", picture).Rows.Single()[2] + "\n"
        );
        return path;
    }

    private static int Count(Ran ran, string row)
    {
        var line = ran.Lines.First(text => text.StartsWith("  " + row, StringComparison.Ordinal));
        return int.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1],
            System.Globalization.NumberStyles.AllowThousands,
            System.Globalization.CultureInfo.InvariantCulture
        );
    }

    private static List<JsonElement> Objects(Ran ran) =>
        [.. ran.Lines.Select(line => JsonDocument.Parse(line).RootElement.Clone())];

    private static string Result(JsonElement one) => one.GetProperty("result").GetString()!;
}
