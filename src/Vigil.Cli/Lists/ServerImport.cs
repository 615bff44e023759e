using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Vigil.Cli.Output;
using Vigil.Files;

namespace Vigil.Cli.Lists;

/// <summary>`vigil list import --server`: the file goes to a running server as a stream, with progress.</summary>
internal static class ServerImport
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <param name="server">Where to.</param>
    /// <param name="parsed">The file and how to read it.</param>
    /// <param name="newList">How the list is described if the server has none of its name.</param>
    /// <param name="name">The list's name there.</param>
    /// <param name="terminal">Shows the progress and the answer.</param>
    /// <param name="format">Text or JSON.</param>
    /// <param name="cancellation">Hangs up; what was added stays.</param>
    public static async Task<int> RunAsync(
        ListServer server,
        ParseResult parsed,
        object newList,
        string name,
        Terminal terminal,
        OutputFormat format,
        CancellationToken cancellation
    )
    {
        var path = parsed.GetRequiredValue(ListFile.Path);
        using var file = InputFile.OpenRead(path);
        if (await server.FindAsync(name, cancellation) is null)
        {
            await server.CreateAsync(newList, cancellation);
            terminal.Warn($"{name}: made on the server, in shadow mode.");
        }
        JsonElement import = default;
        await terminal.WithProgressAsync(
            "Sending",
            async bar =>
            {
                var sending = server.ImportAsync(name, Query(parsed, path), file, cancellation);
                await ShowSendingAsync(bar, file, sending, cancellation);
                import = await ShowWorkAsync(server, name, bar, await sending, cancellation);
            }
        );
        Report(terminal, format, name, import);
        return import.GetProperty("state").GetString() == "done" && Number(import, "rejected") == 0
            ? ExitCode.Ok
            : ExitCode.Incomplete;
    }

    private static string Query(ParseResult parsed, string path)
    {
        var fields = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["format"] = parsed.GetValue(ListFile.Format),
            ["columns"] = parsed.GetValue(ListFile.Columns),
            ["sha256"] = parsed.GetValue(ListFile.Sha256) ? "true" : null,
            ["fileName"] = Path.GetFileName(path),
        };
        return string.Join(
            '&',
            fields
                .Where(field => field.Value is not null)
                .Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value!)}")
        );
    }

    private static async Task ShowSendingAsync(
        ProgressTask? bar,
        FileStream file,
        Task sending,
        CancellationToken cancellation
    )
    {
        var length = Math.Max(1, file.Length);
        var started = Stopwatch.GetTimestamp();
        while (bar is not null && await Task.WhenAny(sending, Task.Delay(Look, cancellation)) != sending)
        {
            cancellation.ThrowIfCancellationRequested();
            bar.MaxValue = length;
            bar.Value = file.CanRead ? file.Position : length;
            var rate = bar.Value / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e6;
            bar.Description = string.Create(CultureInfo.InvariantCulture, $"sending, {rate:0.0} MB/s");
        }
    }

    /// <summary>The server answers when the file is in; a large one is still being worked on then.</summary>
    private static async Task<JsonElement> ShowWorkAsync(
        ListServer server,
        string name,
        ProgressTask? bar,
        JsonElement import,
        CancellationToken cancellation
    )
    {
        while (import.GetProperty("state").GetString() == "running")
        {
            if (bar is not null)
            {
                bar.Description = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Number(import, "rows"):N0} rows, {import.GetProperty("rowsPerSecond").GetDouble():N0}/s"
                );
            }
            await Task.Delay(Look, cancellation);
            import = await server.ImportOfAsync(name, import.GetProperty("id").GetString()!, cancellation);
        }
        return import;
    }

    private static void Report(Terminal terminal, OutputFormat format, string name, JsonElement import)
    {
        var state = import.GetProperty("state").GetString();
        var lines = new List<string>
        {
            $"{name}: {Number(import, "added")} added, {Number(import, "updated")} updated, "
                + $"{Number(import, "alreadyThere")} there already, {Number(import, "tombstoned")} withdrawn before, "
                + $"{Number(import, "rejected")} rejected.",
        };
        foreach (var reject in import.GetProperty("rejects").EnumerateArray())
        {
            terminal.Warn(
                $"{Number(reject, "count")} rows {Printable.Of(reject.GetProperty("code").GetString()!)} (first: row "
                    + $"{Number(reject, "firstRow")}): {Printable.Of(reject.GetProperty("advice").GetString()!)}"
            );
        }
        if (state != "done")
        {
            terminal.Warn($"The import is {state}. Send the file again: only what is missing is added.");
        }
        SingleReport.Write(
            terminal,
            format,
            lines,
            json =>
            {
                foreach (var member in import.EnumerateObject())
                {
                    member.WriteTo(json);
                }
            }
        );
    }

    private static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();
}
