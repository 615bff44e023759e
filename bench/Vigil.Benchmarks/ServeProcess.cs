using System.Diagnostics;
using System.Globalization;

namespace Vigil.Benchmarks;

/// <summary>A `vigil serve` process with a data folder that outlives it.</summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    private const string KeyLine = "API key, shown this once: ";
    private const string AddressLine = "Listening on ";
    private const string ReadyLine = "Ready after ";

    private readonly Process _process;

    private ServeProcess(Process process) => _process = process;

    public string Address { get; private set; } = "";

    /// <summary>Of a first start.</summary>
    public string? Key { get; private set; }

    public double ReadySeconds { get; private set; }

    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    public static async Task<ServeProcess> StartAsync(string folder)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "vigil.dll"),
                "serve",
                "--data",
                Path.Combine(folder, "data"),
                "--urls",
                "http://127.0.0.1:0",
            ]
        )
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        var served = new ServeProcess(Process.Start(start)!);
        while (served.ReadySeconds == 0)
        {
            var line =
                await served._process.StandardOutput.ReadLineAsync()
                ?? throw new InvalidOperationException("The server did not start.");
            served.Take(line);
        }
        return served;
    }

    private void Take(string line)
    {
        if (line.StartsWith(KeyLine, StringComparison.Ordinal))
        {
            Key = line[KeyLine.Length..];
        }
        else if (line.StartsWith(AddressLine, StringComparison.Ordinal))
        {
            Address = line[AddressLine.Length..].Split(", ")[0];
        }
        else if (line.StartsWith(ReadyLine, StringComparison.Ordinal))
        {
            ReadySeconds = double.Parse(line[ReadyLine.Length..^2], CultureInfo.InvariantCulture);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var term = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
