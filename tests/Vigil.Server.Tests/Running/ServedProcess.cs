using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;

namespace Vigil.Server.Tests.Running;

/// <summary>A real `vigil serve` process: started, asked, told to end, killed.</summary>
internal sealed class ServedProcess : IAsyncDisposable
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private ServedProcess(Process process) => Process = process;

    public Process Process { get; }

    public Uri Address { get; private set; } = new("http://127.0.0.1:1");

    /// <summary>Of a first start; null ever after.</summary>
    public string? FirstKey { get; private set; }

    public string Output => string.Join('\n', _lines);

    public string Errors => string.Join('\n', _errors);

    private static string Assembly => Path.Combine(AppContext.BaseDirectory, "vigil.dll");

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public static async Task<ServedProcess> StartAsync(
        string dataFolder,
        string[]? options = null,
        Dictionary<string, string>? environment = null,
        string? user = null
    )
    {
        var served = Begin(dataFolder, options ?? [], environment ?? [], user);
        try
        {
            await served.SaysAsync("Ready after ");
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }
        served.FirstKey = served.Find("API key, shown this once: ");
        served.Address = new Uri(served.Find("Listening on ")!.Split(", ")[0]);
        return served;
    }

    /// <summary>Starts it and does not wait.</summary>
    public static ServedProcess Begin(
        string dataFolder,
        string[] options,
        Dictionary<string, string> environment,
        string? user = null
    )
    {
        var urls = options.Contains("--urls") ? Array.Empty<string>() : ["--urls", "http://127.0.0.1:0"];
        string[] command = ["dotnet", Assembly, "serve", "--data", dataFolder, .. urls, .. options];
        string[] become = user is null
            ? []
            : ["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups"];
        var start = new ProcessStartInfo("env", [.. become, .. command])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
        {
            start.Environment.Remove(name);
        }
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        var served = new ServedProcess(Process.Start(start)!);
        served.Process.OutputDataReceived += (_, line) => Keep(served._lines, line.Data);
        served.Process.ErrorDataReceived += (_, line) => Keep(served._errors, line.Data);
        served.Process.BeginOutputReadLine();
        served.Process.BeginErrorReadLine();
        return served;
    }

    public HttpClient Client(string? key = null, int timeoutSeconds = 60)
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(timeoutSeconds) };
        if ((key ?? FirstKey) is { } bearer)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }
        return client;
    }

    /// <summary>To a process that may have ended since somebody looked.</summary>
    public void Signal(int signal) => Assert.True(kill(Process.Id, signal) == 0 || Process.HasExited);

    /// <summary>The exit code.</summary>
    public async Task<int> EndAsync(int deadlineSeconds = 60)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(deadlineSeconds));
        await Process.WaitForExitAsync(patience.Token);
        return Process.ExitCode;
    }

    public async Task KillAsync()
    {
        Signal(SigKill);
        await EndAsync();
    }

    private async Task SaysAsync(string beginning, int deadlineSeconds = 60)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (Find(beginning) is null)
        {
            if (Process.HasExited || TimeProvider.System.GetElapsedTime(began).TotalSeconds > deadlineSeconds)
            {
                throw new InvalidOperationException(
                    $"The server did not say '{beginning}'. It said:\n{Output}\n{Errors}"
                );
            }
            await Task.Delay(10);
        }
    }

    private string? Find(string beginning) =>
        _lines
            .FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal))
            ?[beginning.Length..];

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    private static bool IsSetting(string name) =>
        name.StartsWith("VIGIL_", StringComparison.Ordinal)
        || name.StartsWith("OTEL_", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
            await Process.WaitForExitAsync();
        }
        Process.Dispose();
    }

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
