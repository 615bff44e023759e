using System.Text.Json;
using Vigil.Cli;
using Vigil.Cli.Output;

namespace Vigil.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("hash")]
    [InlineData("match")]
    [InlineData("compare")]
    [InlineData("list")]
    [InlineData("list import")]
    [InlineData("list export")]
    [InlineData("list inspect")]
    [InlineData("list show")]
    [InlineData("scan")]
    [InlineData("doctor")]
    [InlineData("demo")]
    [InlineData("bench")]
    [InlineData("bench search")]
    [InlineData("bench hash")]
    [InlineData("ledger")]
    [InlineData("ledger verify")]
    [InlineData("ledger prove")]
    [InlineData("ledger witness")]
    [InlineData("cybertip")]
    [InlineData("cybertip render")]
    [InlineData("cybertip check")]
    [InlineData("keys")]
    [InlineData("keys split")]
    [InlineData("keys drill")]
    [InlineData("keys restore")]
    [InlineData("keys status")]
    public void Help_of_every_command_has_an_example(string command)
    {
        var ran = _folder.Vigil.Call([
            .. command.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            "--help",
        ]);
        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("Example", ran.Out, StringComparison.Ordinal);
        Assert.Contains(
            $"  vigil {(command.Length > 0 ? command : "scan")}",
            ran.Out,
            StringComparison.Ordinal
        );
        Assert.Empty(ran.Error);
        // No line of a program's source.
        Assert.DoesNotContain("+ \"", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import hma")]
    [InlineData("backfill")]
    [InlineData("backup")]
    [InlineData("restore")]
    [InlineData("upgrade")]
    [InlineData("doctor --go-live")]
    public void Commands_that_come_later_say_so(string command)
    {
        var ran = _folder.Vigil.Call(command.Split(' '));
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("not in this version", ran.Error, StringComparison.Ordinal);
        Assert.Empty(ran.Out);
    }

    [Fact]
    public void Help_for_a_command_that_comes_later_says_so_too()
    {
        var ran = _folder.Vigil.Call("backfill", "--help");
        Assert.Contains("vigil backfill is not in this version", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("frobnicate")]
    [InlineData("hash")]
    [InlineData("hash --format xml a")]
    [InlineData("hash --jobs 0 a")]
    [InlineData("hash --max-bytes lots a")]
    [InlineData("hash --no-such-option a")]
    [InlineData("compare a")]
    public void What_is_not_understood_is_a_usage_error_and_points_to_help(string command)
    {
        var ran = _folder.Vigil.Call(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, ran.ExitCode);
        Assert.NotEmpty(ran.Error);
        Assert.Empty(ran.Out);
    }

    [Fact]
    public void Decoding_without_the_sandbox_warns_loudly_every_time()
    {
        var path = _folder.Write("a.bmp", Pictures.Bmp(1));
        var option = _folder.Vigil.Call("hash", "--media-sandbox", "none", path);
        Assert.Equal(0, option.ExitCode);
        Assert.Contains("WITHOUT A SANDBOX", option.Error, StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.Data);
        File.WriteAllText(Path.Combine(_folder.Data, "vigil.json"), """{"media":{"sandbox":"none"}}""");
        Assert.Contains(
            "WITHOUT A SANDBOX",
            _folder.Vigil.Call("hash", path).Error,
            StringComparison.Ordinal
        );
        var over = _folder.Vigil.Call("hash", "--media-sandbox", "required", path);
        Assert.DoesNotContain("SANDBOX", over.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"media":{"sandbox":"none","sandbox":"none"}}""")]
    [InlineData("""{"media":{"sandbox":"perhaps"}}""")]
    [InlineData("""{"medium":{}}""")]
    [InlineData("not json")]
    public void Settings_that_cannot_be_understood_are_refused(string settings)
    {
        Directory.CreateDirectory(_folder.Data);
        File.WriteAllText(Path.Combine(_folder.Data, "vigil.json"), settings);
        Assert.Equal(2, _folder.Vigil.Call("hash", _folder.Write("a.bmp", Pictures.Bmp(1))).ExitCode);
    }

    [Fact]
    public void The_doctor_finds_this_machine_ready_or_says_what_to_install()
    {
        var ran = _folder.Vigil.Call("doctor", "--format", "json");
        using var document = JsonDocument.Parse(ran.Out);
        var ready = document.RootElement.GetProperty("ready").GetBoolean();
        Assert.Equal(ready ? 0 : 1, ran.ExitCode);
        var missing = document
            .RootElement.GetProperty("checks")
            .EnumerateArray()
            .Where(check => check.GetProperty("health").GetString() == "missing")
            .ToList();
        Assert.Equal(ready, missing.Count == 0);
        Assert.All(missing, check => Assert.NotEqual("", check.GetProperty("advice").GetString()));
    }

    [Fact]
    public void The_doctor_tells_keys_that_others_can_read_and_what_to_do_about_it()
    {
        _folder.Vigil.Call("list", "import", _folder.WriteList(new string('a', 32)), "--name", "mine");
        var whole = _folder.Vigil.Call("doctor", "--format", "json");
        File.SetUnixFileMode(
            Path.Combine(_folder.Data, "keys", "root.key"),
            UnixFileMode.UserRead | UnixFileMode.OtherRead
        );
        var broken = _folder.Vigil.Call("doctor", "--format", "json");

        Assert.DoesNotContain("chmod 600", whole.Out, StringComparison.Ordinal);
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("\"ready\": false", broken.Out, StringComparison.Ordinal);
        Assert.Contains("chmod 600", broken.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Comparing_two_hashes_and_two_files_tells_how_far_they_are_apart()
    {
        var zero = new string('0', 63);
        var hashes = _folder.Vigil.Call("compare", zero + "1", zero + "e", "--format", "json");
        Assert.Equal(0, hashes.ExitCode);
        using var ofHashes = JsonDocument.Parse(hashes.Out);
        Assert.Equal(4, ofHashes.RootElement.GetProperty("distance").GetInt32());

        var a = _folder.Write("a.bmp", Pictures.Bmp(5));
        var b = _folder.Write("b.bmp", Pictures.TurnedBmp(5));
        using var ofFiles = JsonDocument.Parse(_folder.Vigil.Call("compare", a, b, "--format", "json").Out);
        Assert.InRange(ofFiles.RootElement.GetProperty("distance").GetInt32(), 64, 192);
        Assert.InRange(ofFiles.RootElement.GetProperty("best").GetProperty("distance").GetInt32(), 0, 31);
        Assert.False(ofFiles.RootElement.GetProperty("equal").GetProperty("sha256").GetBoolean());
        Assert.Contains("SHA-256 equal", _folder.Vigil.Call("compare", a, a).Out, StringComparison.Ordinal);

        Assert.Equal(2, _folder.Vigil.Call("compare", zero + "1", new string('0', 32)).ExitCode);
        Assert.Equal(3, _folder.Vigil.Call("compare", a, _folder["missing"]).ExitCode);
    }

    [Theory]
    [InlineData("plain.jpg", "plain.jpg")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    [InlineData("@x", "'@x")]
    [InlineData("a\nb", "\"a\nb\"")]
    public void A_cell_is_quoted_and_is_no_formula(string text, string cell) =>
        Assert.Equal(cell + "\n", CsvLine.Of([text]));

    [Theory]
    [InlineData("3", 3)]
    [InlineData("2K", 2048)]
    [InlineData("4g", 4L << 30)]
    public void Sizes_have_units(string text, long bytes)
    {
        var option = SharedOptions.MaxBytes();
        var command = new System.CommandLine.RootCommand { option };
        Assert.Equal(bytes, SharedOptions.ReadMaxBytes(command.Parse(["--max-bytes", text]), option));
    }
}
