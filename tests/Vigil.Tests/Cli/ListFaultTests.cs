using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Vigil.Tests.Cli;

/// <summary>
/// Imports that end in the middle: the list before it is whole, and a list that was acknowledged stays.
/// </summary>
public sealed class ListFaultTests : IDisposable
{
    private const int SigKill = 9;
    private const int Rows = 60_000;

    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_import_killed_at_any_moment_leaves_the_old_list_or_the_new_one_whole()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var small = WriteList("first.txt", 0, 10);
        var large = WriteList("large.txt", 0, Rows);
        var whole = Stopwatch.StartNew();
        Import(large, "whole");
        // How long an import takes depends on what else the machine does: one that ended before its kill makes the
        // next wait shorter.
        var longestMs = (int)whole.ElapsedMilliseconds;
        var kills = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 40 : 8;
        var killed = 0;
        for (var i = 0; killed < kills && i < 4 * kills; i++)
        {
            Assert.Equal(0, Import(small, $"list-{i}").ExitCode);
            using var process = _folder.Vigil.Begin("list", "import", large, "--name", $"list-{i}");
            var waitMs = random.Next(longestMs);
            if (process.WaitForExit(waitMs))
            {
                longestMs = Math.Max(100, waitMs);
            }
            else if (VigilProgram.TrySignal(process, SigKill))
            {
                killed++;
            }
            VigilProgram.End(process);
            Assert.Contains(Entries($"list-{i}"), new[] { 10, Rows });
            // The next import of that list also takes away what the killed one left behind.
            Assert.Equal(0, Import(large, $"list-{i}").ExitCode);
            Assert.Equal(Rows, Entries($"list-{i}"));
        }
        Assert.Equal(kills, killed);
        Assert.DoesNotContain(
            Directory.GetFiles(Path.Combine(_folder.Data, "lists")),
            file => file.Contains(".tmp")
        );
    }

    [Fact]
    public void A_full_disk_during_an_import_is_told_and_the_old_list_stays()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount a small file system.");
        var small = _folder.Beside("small");
        Directory.CreateDirectory(small);
        if (Shell("mount", "-t", "tmpfs", "-o", "size=256k,mode=755", "tmpfs", small) != 0)
        {
            Assert.NotEqual("true", Environment.GetEnvironmentVariable("CI"));
            Assert.Skip("This machine lets nobody mount.");
        }
        try
        {
            var vigil = new VigilProgram(Path.Combine(small, "data"));
            Assert.Equal(
                0,
                vigil.Call("list", "import", WriteList("a.txt", 0, 100), "--name", "mine").ExitCode
            );

            var full = vigil.Call("list", "import", WriteList("b.txt", 0, 20_000), "--name", "mine");

            Assert.Equal(3, full.ExitCode);
            Assert.Contains("No space left on the disk: free some", full.Error, StringComparison.Ordinal);
            var show = vigil.Call("list", "show", "mine", "--format", "json");
            Assert.Contains("\"entries\": 100", show.Out, StringComparison.Ordinal);
        }
        finally
        {
            Shell("umount", small);
        }
    }

    [Fact]
    public void Two_imports_at_once_lose_no_row_of_either()
    {
        // Long enough that the two surely meet.
        const int Each = 40_000;
        Import(WriteList("zero.txt", 0, 1));
        using var one = _folder.Vigil.Begin(
            "list",
            "import",
            WriteList("one.txt", 1, Each),
            "--name",
            "mine"
        );
        using var two = _folder.Vigil.Begin(
            "list",
            "import",
            WriteList("two.txt", 1 + Each, Each),
            "--name",
            "mine"
        );
        var taken = (VigilProgram.End(one), VigilProgram.End(two)) switch
        {
            ({ ExitCode: 0 }, { ExitCode: 0 }) => 1 + 2 * Each,
            ({ ExitCode: 0 }, { ExitCode: 3 }) or ({ ExitCode: 3 }, { ExitCode: 0 }) => 1 + Each,
            _ => -1,
        };
        Assert.Equal(taken, Entries("mine"));
    }

    private Ran Import(string file, string name = "mine") =>
        _folder.Vigil.Call("list", "import", file, "--name", name);

    private string WriteList(string name, int first, int count)
    {
        var path = _folder.Beside(name);
        File.WriteAllLines(
            path,
            Enumerable
                .Range(first, count)
                .Select(i => Convert.ToHexString(MD5.HashData(BitConverter.GetBytes(i))))
        );
        return path;
    }

    private int Entries(string name)
    {
        var ran = _folder.Vigil.Call("list", "show", name, "--format", "json");
        Assert.Equal(0, ran.ExitCode);
        using var document = JsonDocument.Parse(ran.Out);
        return document.RootElement.GetProperty("lists")[0].GetProperty("entries").GetInt32();
    }

    private static int Shell(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
