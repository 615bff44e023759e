using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Vigil.Tests.Cli;

/// <summary>What a run of the program gave.</summary>
internal sealed record Ran(int ExitCode, string Out, string Error)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The cells of the CSV below its header; no cell of these tests has a comma in it.</summary>
    public string[][] Rows => [.. Lines.Skip(1).Select(line => line.Split(','))];
}

/// <summary>The real program as a process, with a data folder of the test's own.</summary>
internal sealed class VigilProgram(string dataFolder)
{
    /// <summary>
    /// Ends what hangs, measures nothing: the demo alone takes over a minute where many programs share two
    /// processors.
    /// </summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>Where the program makes its temporary folders; null: where all programs do.</summary>
    public string? TemporaryFolder { get; init; }

    /// <summary>Most bytes of the program's managed heap, in hexadecimal; null: no limit.</summary>
    public string? HeapLimit { get; init; }

    /// <summary>What it reads from standard input; null: that of the tests.</summary>
    public string? Input { get; init; }

    private static string Assembly => Path.Combine(AppContext.BaseDirectory, "vigil.dll");

    public Ran Call(params string[] arguments)
    {
        using var process = Begin(arguments);
        return End(process);
    }

    /// <summary>
    /// As a user who owns nothing here: root may read everything, so the tests' own user proves nothing.
    /// </summary>
    public Ran RunAsNobody(params string[] arguments)
    {
        const string setpriv = "/usr/bin/setpriv";
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can become another user.");
        Assert.SkipUnless(CanNobodyRead(), "The build folder is not readable for other users.");
        using var process = Start(
            setpriv,
            ["--reuid=65534", "--regid=65534", "--clear-groups", "dotnet", Assembly, .. arguments]
        );
        return End(process);
    }

    public Process Begin(params string[] arguments) => Start("dotnet", [Assembly, .. arguments]);

    public static Ran End(Process process)
    {
        using var patience = new CancellationTokenSource(Deadline);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            process.WaitForExitAsync(patience.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The program did not end within {Deadline.TotalSeconds} s.", e);
        }
        return new Ran(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>False: it ended in this very moment.</summary>
    public static bool TrySignal(Process process, int signal) => Kill(process.Id, signal) == 0;

    public static void Signal(Process process, int signal) => Assert.Equal(0, Kill(process.Id, signal));

    private Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = Input is not null,
        };
        start.Environment["VIGIL_DATA"] = dataFolder;
        start.Environment.Remove("VIGIL_MEDIA_SANDBOX");
        if (HeapLimit is not null)
        {
            start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        }
        if (TemporaryFolder is not null)
        {
            start.Environment["TMPDIR"] = TemporaryFolder;
        }
        var process = Process.Start(start)!;
        if (Input is not null)
        {
            process.StandardInput.Write(Input);
            process.StandardInput.Close();
        }
        return process;
    }

    private static bool CanNobodyRead()
    {
        for (
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null;
            folder = folder.Parent
        )
        {
            if (!folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }
        return true;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
