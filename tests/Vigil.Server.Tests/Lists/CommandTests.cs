using System.Diagnostics;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Lists;

public class CommandTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_command_imports_shows_and_exports_lists_of_a_running_server()
    {
        await using var server = await TestServer.StartAsync();
        var key = await server.KeyAsync(Scope.Steward);
        var file = Path.Combine(server.DataFolder, "may.csv");
        var copy = Path.Combine(server.DataFolder, "copy.csv");
        await File.WriteAllTextAsync(file, ListsHere.Csv(0, 50) + "case-x,12,,\n");
        var at = server.Address.ToString();

        var first = await VigilAsync(
            key,
            "list",
            "import",
            file,
            "--name",
            "by-command",
            "--purpose",
            "exploitative",
            "--server",
            at
        );
        var again = await VigilAsync(key, "list", "import", file, "--name", "by-command", "--server", at);
        var shown = await VigilAsync(key, "list", "show", "--server", at);
        var refused = await VigilAsync(key, "list", "export", "by-command", "--to", copy, "--server", at);
        var exported = await VigilAsync(
            key,
            "list",
            "export",
            "by-command",
            "--to",
            copy,
            "--server",
            at,
            "--reason",
            "a copy of our own"
        );

        Assert.Equal(3, first.ExitCode);
        Assert.Contains("50 added", first.Out);
        Assert.Contains("wrong-length", first.Error);
        Assert.Contains("0 added", again.Out);
        Assert.Contains("50 there already", again.Out);
        Assert.Contains("exploitative", shown.Out);
        Assert.Contains("shadow", shown.Out);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("do not let it be handed on", refused.Error);
        Assert.Equal(0, exported.ExitCode);
        Assert.Equal(51, (await File.ReadAllLinesAsync(copy)).Length);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_command_says_what_is_missing_and_sends_no_key_in_clear_to_other_machines()
    {
        var noKey = await VigilAsync(null, "list", "show", "--server", "http://127.0.0.1:1/");
        var inClear = await VigilAsync("vk_x", "list", "show", "--server", "http://vigil.example/");
        var nobody = await VigilAsync("vk_x", "list", "show", "--server", "http://127.0.0.1:1/");

        Assert.Equal(2, noKey.ExitCode);
        Assert.Contains("VIGIL_KEY", noKey.Error);
        Assert.Equal(2, inClear.ExitCode);
        Assert.Contains("plain http only to this machine", inClear.Error);
        Assert.Equal(3, nobody.ExitCode);
        Assert.Contains("is it running?", nobody.Error);
    }

    private static async Task<(int ExitCode, string Out, string Error)> VigilAsync(
        string? key,
        params string[] arguments
    )
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "vigil.dll"), .. arguments]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["VIGIL_KEY"] = key;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
