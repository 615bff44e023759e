using System.Buffers.Binary;
using System.Diagnostics;

namespace Vigil.Tests.Cli;

/// <summary>
/// Files as they come: each gives a result or an error that says what to do, and never a wrong "not found".
/// </summary>
public sealed class BadInputTests : IDisposable
{
    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_empty_file_is_refused_and_the_others_go_on()
    {
        var ran = _folder.Vigil.Call(
            "hash",
            _folder.Write("empty.jpg", []),
            _folder.Write("a.bmp", Pictures.Bmp(1))
        );
        Assert.Equal(3, ran.ExitCode);
        Assert.Contains("empty.jpg: ", ran.Error, StringComparison.Ordinal);
        Assert.Equal(4, ran.Rows.Count(row => row[0] == _folder["a.bmp"]));
    }

    [Fact]
    public void A_cut_picture_is_hashed_and_marked_or_refused_as_chosen()
    {
        var jpeg = File.ReadAllBytes(SharedData.Need("images/bridge-mods/aaa-orig.jpg"));
        var cut = _folder.Write("cut.jpg", jpeg[..(jpeg.Length / 2)]);

        var marked = _folder.Vigil.Call("hash", "--algorithms", "pdq", cut);
        var refused = _folder.Vigil.Call("hash", "--algorithms", "pdq", "--truncated", "refuse", cut);

        Assert.Equal(0, marked.ExitCode);
        Assert.Single(marked.Rows);
        Assert.Contains("ends early", marked.Error, StringComparison.Ordinal);
        Assert.Equal(3, refused.ExitCode);
        Assert.Empty(refused.Rows);
    }

    [Fact]
    public void A_picture_is_told_by_its_content_and_not_by_its_name()
    {
        var bmp = Pictures.Bmp(seed: 1);
        var right = _folder
            .Vigil.Call("hash", "--algorithms", "pdq", _folder.Write("a.bmp", bmp))
            .Rows.Single();
        var wrong = _folder
            .Vigil.Call("hash", "--algorithms", "pdq", _folder.Write("a.mp4.txt", bmp))
            .Rows.Single();
        Assert.Equal(right[2], wrong[2]);
    }

    [Fact]
    public void Text_under_a_pictures_name_has_digests_and_no_pdq_and_says_so()
    {
        var ran = _folder.Vigil.Call("hash", _folder.Write("page.jpg", "<html>SAMPLE</html>"));
        Assert.Equal(3, ran.ExitCode);
        Assert.Equal(["md5", "sha1", "sha256"], ran.Rows.Select(row => row[1]));
        Assert.Contains("Not a picture", ran.Error, StringComparison.Ordinal);
        Assert.Equal(0, _folder.Vigil.Call("hash", "--algorithms", "md5", _folder["page.jpg"]).ExitCode);
    }

    [Fact]
    public void A_picture_with_something_else_behind_it_is_still_that_picture()
    {
        var jpeg = File.ReadAllBytes(SharedData.Need("images/misc-images/small.jpg"));
        var plain = _folder.Vigil.Call("hash", _folder.Write("plain.jpg", jpeg)).Rows;
        byte[] both = [.. jpeg, .. "PK\x3\x4 an archive, <script>a page</script>"u8];
        var polyglot = _folder.Vigil.Call("hash", _folder.Write("both.jpg", both)).Rows;
        Assert.Equal(plain[0][2], polyglot[0][2]);
        Assert.NotEqual(plain[3][2], polyglot[3][2]);
    }

    [Fact]
    public void Ten_gigabytes_of_nothing_are_refused_by_their_size_in_under_a_second()
    {
        var huge = _folder["huge.jpg"];
        using (var file = new FileStream(huge, FileMode.CreateNew))
        {
            file.SetLength(10L << 30);
        }
        var small = _folder.Write("small.txt", "SAMPLE");
        var start = Time(() => _folder.Vigil.Call("hash", "--algorithms", "md5", small));
        foreach (string[] options in new string[][] { ["hash"], ["hash", "--algorithms", "sha256"] })
        {
            Ran? ran = null;
            var taken = Time(() => ran = _folder.Vigil.Call([.. options, huge]));
            Assert.Equal(3, ran!.ExitCode);
            Assert.Empty(ran.Rows);
            Assert.Contains("huge.jpg: ", ran.Error, StringComparison.Ordinal);
            Assert.InRange(taken, TimeSpan.Zero, start + TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void A_bomb_is_refused_by_its_header()
    {
        var bmp = Pictures.Bmp(seed: 1, side: 16);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 25_000);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), 25_000);
        byte[] gif = [.. "GIF89a"u8, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0x3b];
        var ran = _folder.Vigil.Call(
            "hash",
            "--algorithms",
            "pdq",
            _folder.Write("b.bmp", bmp),
            _folder.Write("b.gif", gif)
        );
        Assert.Equal(3, ran.ExitCode);
        Assert.Empty(ran.Rows);
        Assert.Contains("b.bmp: Over a limit of pixels", ran.Error, StringComparison.Ordinal);
        Assert.Contains("b.gif: Over a limit of pixels", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_leads_to_itself_a_pipe_and_a_missing_file_are_named_with_advice()
    {
        File.CreateSymbolicLink(_folder["loop"], "loop");
        using (var mkfifo = Process.Start("mkfifo", [_folder["pipe"]]))
        {
            mkfifo.WaitForExit();
        }
        var ran = _folder.Vigil.Call("hash", _folder["loop"], _folder["pipe"], _folder["missing"], "");
        Assert.Equal(3, ran.ExitCode);
        Assert.Empty(ran.Rows);
        Assert.Equal(4, ran.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("missing: does not exist: check the spelling", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_named_and_the_others_go_on()
    {
        var open = _folder.Write("open.bmp", Pictures.Bmp(1));
        File.SetUnixFileMode(_folder.Write("secret.bmp", Pictures.Bmp(2)), UnixFileMode.UserRead);
        var ran = _folder.Vigil.RunAsNobody("hash", "--algorithms", "pdq", _folder["secret.bmp"], open);
        Assert.Equal(3, ran.ExitCode);
        Assert.Equal(open, ran.Rows.Single()[0]);
        Assert.Contains("secret.bmp: may not be read by this user", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_a_line_end_or_an_escape_cannot_fake_output()
    {
        var name = "a\nb\u001b[31m\u202ecod.bmp";
        _folder.Write(name, []);
        var ran = _folder.Vigil.Call("hash", _folder.Inputs);
        Assert.Equal(3, ran.ExitCode);
        Assert.Contains(@"a\nb\u001b[31m\u202ecod.bmp: ", ran.Error, StringComparison.Ordinal);
        _folder.Write(name, Pictures.Bmp(1));
        var csv = _folder.Vigil.Call("hash", "--algorithms", "md5", _folder.Inputs).Out;
        Assert.Contains($"\"{_folder[name]}\",md5,", csv, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_invisible_characters_beyond_the_first_plane_is_shown_escaped()
    {
        var ran = _folder.Vigil.Call("hash", _folder.Write("a\U000e0041b.jpg", "SAMPLE"));
        Assert.Contains(@"a\udb40\udc41b.jpg: ", ran.Error, StringComparison.Ordinal);
        var plain = _folder.Vigil.Call("hash", _folder.Write("\U0001f600.jpg", "SAMPLE"));
        Assert.Contains("\U0001f600.jpg: ", plain.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_utf_8_is_reported_and_not_taken_for_scanned()
    {
        using (var touch = Process.Start("bash", ["-c", "printf x > \"$0\"/$'bad\\xff.bmp'", _folder.Inputs]))
        {
            touch.WaitForExit();
        }
        _folder.Write("good.bmp", Pictures.Bmp(1));
        var list = _folder.WriteList("b1946ac92492d2347c6235b4d2611184");
        var ran = _folder.Vigil.Call("scan", _folder.Inputs, "--list", list, "--format", "jsonl");
        Assert.Equal(3, ran.ExitCode);
        Assert.Contains("bad-name", ran.Out, StringComparison.Ordinal);
        Assert.Contains("no-known-match", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_behind_standard_output_is_an_error_and_not_silence()
    {
        var path = _folder.Write("a.txt", "SAMPLE");
        var program = Path.Combine(AppContext.BaseDirectory, "vigil.dll");
        var start = new ProcessStartInfo(
            "bash",
            ["-c", "dotnet \"$0\" hash --algorithms md5 \"$1\" > /dev/full", program, path]
        )
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        Assert.Equal(3, VigilProgram.End(process).ExitCode);
    }

    private static TimeSpan Time(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed;
    }
}
