using Vigil.Files;
using Vigil.Trust;

namespace Vigil.Tests.Cli;

public sealed class KeysCommandTests : IDisposable
{
    private readonly CliFolder _folder = new();

    public KeysCommandTests() => KeyRing.OpenOrCreate(Keys()).Dispose();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Two_of_three_sheets_pass_the_drill_and_bring_lost_root_keys_back()
    {
        var before = Call("", "keys", "status");
        Assert.Equal((1, "never drilled"), (before.ExitCode, before.Lines[0].Split(": ")[1]));

        var split = Call("", "keys", "split");

        Assert.Equal(0, split.ExitCode);
        var sheets = split.Out.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, sheets.Length);
        Assert.All(sheets, sheet => Assert.Equal(2, sheet.Split("VIGIL-").Length - 1));
        var two = sheets[0] + "\n\n" + sheets[2];
        var drill = Call(two, "keys", "drill");
        Assert.Equal(
            (0, "records: passed contents: passed"),
            (drill.ExitCode, string.Join(' ', drill.Lines))
        );
        var after = Call("", "keys", "status");
        Assert.Equal(0, after.ExitCode);
        Assert.All(after.Lines, line => Assert.Contains("drilled 2", line, StringComparison.Ordinal));

        var (records, contents) = (File.ReadAllBytes(Root()), File.ReadAllBytes(Root("locker")));
        File.Delete(Root());
        File.Delete(Root("locker"));
        var restored = Call(sheets[1] + "\n\n" + sheets[0], "keys", "restore");
        Assert.Equal(
            (0, "records: restored contents: restored"),
            (restored.ExitCode, string.Join(' ', restored.Lines))
        );
        Assert.Equal(records, File.ReadAllBytes(Root()));
        Assert.Equal(contents, File.ReadAllBytes(Root("locker")));
        Assert.Contains(
            "No root key is missing",
            Call("", "keys", "restore").Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Wrong_sheets_pass_nothing_and_what_to_do_is_said()
    {
        var (first, second) = (
            Call("", "keys", "split").Out.Split("\n\n"),
            Call("", "keys", "split").Out.Split("\n\n")
        );
        var one = Call(first[0], "keys", "drill");
        Assert.Equal(2, one.ExitCode);
        Assert.Contains("Two shares of one root key are needed", one.Error, StringComparison.Ordinal);
        var mixed = Call(first[0] + "\n" + second[1], "keys", "drill");
        Assert.Equal(3, mixed.ExitCode);
        Assert.Contains("not of one split", mixed.Error, StringComparison.Ordinal);
        using (var keys = KeyRing.OpenOrCreate(Keys()))
        {
            keys.RotateRoot();
        }
        var old = Call(first[0] + "\n" + first[1], "keys", "drill");
        Assert.Equal(1, old.ExitCode);
        Assert.Contains("records: NOT PASSED", old.Out, StringComparison.Ordinal);
        Assert.Contains("contents: passed", old.Out, StringComparison.Ordinal);
        Assert.Equal(1, Call("", "keys", "status").ExitCode);
        var nowhere = _folder.Vigil.Call("keys", "split", "--data", _folder.Beside("nothing"));
        Assert.Equal(2, nowhere.ExitCode);
        Assert.False(Directory.Exists(_folder.Beside("nothing")));
    }

    [Fact]
    public void The_sheets_of_the_first_start_pass_the_drill_and_what_is_left_to_do_is_said_until_it_is_done()
    {
        var unshared = Call("", "keys", "status");
        Assert.Contains("there are no sheets yet", unshared.Error, StringComparison.Ordinal);
        using (var roots = RootKeys.Open(Keys(), null, TimeProvider.System))
        {
            Assert.True(roots.ShareFirst());
        }
        var status = Call("", "keys", "status");
        Assert.Equal(1, status.ExitCode);
        Assert.Contains("wait for 'vigil keys drill'", status.Error, StringComparison.Ordinal);
        Assert.Contains($"3 of 3 sheets still lie in {Shares}", status.Error, StringComparison.Ordinal);
        var doctor = Call("", "doctor", "--format", "json");
        Assert.Contains("not passed since the root keys were split at", doctor.Out, StringComparison.Ordinal);
        Assert.Contains("3 lie here since", doctor.Out, StringComparison.Ordinal);

        var sheets = Directory
            .GetFiles(Shares)
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllText)
            .ToArray();
        var drill = Call(sheets[2] + sheets[0], "keys", "drill");
        Assert.Equal(
            (0, "records: passed contents: passed"),
            (drill.ExitCode, string.Join(' ', drill.Lines))
        );
        Assert.Contains("3 of 3 sheets still lie in", drill.Error, StringComparison.Ordinal);
        Directory.Delete(Shares, recursive: true);
        Assert.DoesNotContain("still lie", Call("", "keys", "status").Error, StringComparison.Ordinal);
        var after = Call("", "doctor", "--format", "json");
        Assert.Contains("none lies here", after.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("not passed", after.Out, StringComparison.Ordinal);
    }

    private string Shares => Path.Combine(_folder.Data, "shares");

    private string Keys(string under = "") => Path.Combine(_folder.Data, "keys", under);

    private string Root(string under = "") => Path.Combine(Keys(under), "root.key");

    private Ran Call(string input, params string[] arguments) =>
        new VigilProgram(_folder.Data) { Input = input }.Call(arguments);
}
