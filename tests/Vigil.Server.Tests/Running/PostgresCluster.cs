using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Server.Tests.Running;

/// <summary>A PostgreSQL server of the test's own, to be frozen, killed and started again.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private const int Stop = 19;
    private const int Continue = 18;

    private readonly TestFolder _folder;
    private bool _isFrozen;

    private PostgresCluster(TestFolder folder, string source) => (_folder, Source) = (folder, source);

    /// <summary>As `--database` takes it.</summary>
    public string Source { get; }

    /// <summary>Where its files are.</summary>
    public string Folder => Place;

    private string Place => _folder["cluster"];

    public static async Task<PostgresCluster> StartAsync()
    {
        var isThere = Directory.Exists("/usr/lib/postgresql");
        Assert.SkipUnless(
            isThere || Environment.GetEnvironmentVariable("CI") is { Length: > 0 },
            "PostgreSQL is not installed."
        );
        var folder = new TestFolder();
        // The server runs as another user.
        File.SetUnixFileMode(
            folder.Path,
            UnixFileMode.UserRead
                | UnixFileMode.UserWrite
                | UnixFileMode.UserExecute
                | UnixFileMode.OtherExecute
                | UnixFileMode.OtherRead
        );
        return new PostgresCluster(folder, (await ScriptAsync("start", folder["cluster"])).Trim());
    }

    /// <summary>Every process of it stops answering, and its connections stay open.</summary>
    public void Freeze()
    {
        _isFrozen = true;
        SignalAll(Stop);
    }

    public void Thaw()
    {
        _isFrozen = false;
        SignalAll(Continue);
    }

    public Task CrashAsync() => ScriptAsync("crash", Place);

    public Task StartAgainAsync() => ScriptAsync("again", Place);

    private void SignalAll(int signal)
    {
        var postmaster = int.Parse(File.ReadLines(Path.Combine(Place, "data", "postmaster.pid")).First());
        // The postmaster first: no child is born that would be missed.
        Assert.Equal(0, kill(postmaster, signal));
        foreach (var child in File.ReadAllText($"/proc/{postmaster}/task/{postmaster}/children").Split(' '))
        {
            if (int.TryParse(child, out var pid))
            {
                _ = kill(pid, signal);
            }
        }
    }

    private static async Task<string> ScriptAsync(string verb, string place)
    {
        using var script = Process.Start(
            new ProcessStartInfo("bash", [Path.Combine(Root(), "scripts", "postgres"), verb, place])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var output = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        Assert.Equal(0, script.ExitCode);
        return output;
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    public async ValueTask DisposeAsync()
    {
        if (_isFrozen)
        {
            Thaw();
        }
        await ScriptAsync("stop", Place);
        _folder.Dispose();
    }

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
