using System.Diagnostics;
using System.Text.RegularExpressions;
using Vigil.Cli.Output;

namespace Vigil.Tests.Cli;

/// <summary>What a person at a terminal of 80 columns sees.</summary>
public sealed partial class TerminalTests : IDisposable
{
    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tables_fit_into_the_terminal()
    {
        var shown = Plain(OnTerminal("doctor"));
        Assert.Contains("media sandbox", shown, StringComparison.Ordinal);
        Assert.All(shown.Split('\n'), line => Assert.InRange(line.TrimEnd('\r').Length, 0, 80));
    }

    [Fact]
    public void Help_fits_into_the_terminal()
    {
        var shown = Plain(OnTerminal("list", "import", "--help"));
        Assert.Contains("--rejects", shown, StringComparison.Ordinal);
        Assert.All(shown.Split('\n'), line => Assert.InRange(line.TrimEnd('\r').Length, 0, 80));
    }

    [Fact]
    public void A_result_above_the_progress_bar_is_neither_broken_nor_mixed_with_the_bar()
    {
        var names = Enumerable.Range(0, 20).Select(i => $"{new string('n', 90)}{i}.txt").ToList();
        foreach (var name in names)
        {
            _folder.Write(name, "SAMPLE");
        }
        var list = _folder.WriteList(Md5OfSample());

        var shown = OnTerminal("scan", _folder.Inputs, "--list", list, "--algorithms", "md5");

        Assert.Contains("━", shown, StringComparison.Ordinal); // There was a bar.
        foreach (var name in names)
        {
            var line = $"{_folder[name]}: weak-digest, list {list}, entry {Md5OfSample()}\r\n";
            var at = shown.IndexOf(line, StringComparison.Ordinal);
            Assert.NotEqual(-1, at);
            // It begins a line of its own, or the place of the bar after that was erased.
            Assert.Matches(@"(\n|\u001b\[J)\z", shown[..at]);
        }
    }

    [Theory]
    [InlineData("a b\nc", 80, "a b c")]
    [InlineData("aaa bbb ccc", 7, "aaa bbb\nccc")]
    [InlineData("aaa\nbbb\n\n  as it is\nccc", 80, "aaa bbb\n\n  as it is\nccc")]
    [InlineData("longer-than-the-line a", 5, "longer-than-the-line\na")]
    public void Paragraphs_are_filled_and_examples_left_as_they_are(string text, int width, string filled) =>
        Assert.Equal(filled, Paragraphs.Fill(text, width));

    private static string Md5OfSample() =>
        Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData("SAMPLE"u8));

    /// <summary>Everything the program writes to a terminal that `script` makes for it.</summary>
    private string OnTerminal(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "vigil.dll");
        var words = arguments.Prepend(program).Prepend("dotnet").Select(word => $"'{word}'");
        var command = "stty cols 80 rows 40; " + string.Join(' ', words);
        var start = new ProcessStartInfo("script", ["-qec", command, "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["VIGIL_DATA"] = _folder.Data;
        start.Environment["TERM"] = "xterm-256color";
        using var process = Process.Start(start)!;
        return VigilProgram.End(process).Out;
    }

    private static string Plain(string shown) => ControlSequence().Replace(shown, "");

    [GeneratedRegex(@"\u001b(\[[0-9;?]*[A-Za-z]|[=>])")]
    private static partial Regex ControlSequence();
}
