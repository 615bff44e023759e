using System.ComponentModel;
using System.Diagnostics;

namespace Vigil.Trust;

/// <summary>
/// Starts the operator's alarm program: its own path, no shell, no arguments, an environment that holds the
/// alarm and nothing of this process, a time limit. What it prints is not kept.
/// </summary>
internal sealed class AlarmCommand(AlarmOptions options)
{
    private const string Path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public bool IsSet => options.Command is not null;

    public Task<DeliveryOutcome> RunAsync(ToldAlarm told, CancellationToken cancellation) =>
        RunAsync(
            told.Tenant,
            new Alarm(told.Alert.Code, Enum.Parse<AlarmSeverity>(told.Alert.Severity), told.Alert.Text)
            {
                About = told.Alert.About,
            },
            told.Note,
            cancellation
        );

    public async Task<DeliveryOutcome> RunAsync(
        TenantId tenant,
        Alarm alarm,
        DeliveryNote note,
        CancellationToken cancellation
    )
    {
        if (options.Command is not { } program)
        {
            return new DeliveryOutcome("no_command");
        }
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Path;
        start.Environment["VIGIL_ALARM_CODE"] = alarm.Code;
        start.Environment["VIGIL_ALARM_SEVERITY"] = alarm.Severity.ToString().ToLowerInvariant();
        start.Environment["VIGIL_ALARM_TEXT"] = alarm.Text;
        start.Environment["VIGIL_ALARM_ABOUT"] = alarm.About;
        start.Environment["VIGIL_ALARM_TENANT"] = tenant.Value;
        start.Environment["VIGIL_ALARM_NOTE"] = note.ToString().ToLowerInvariant();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.CommandTimeout);
        try
        {
#pragma warning disable RS0030 // the operator's own alarm program, named at start, never by a page; no shell
            using var process = Process.Start(start)!;
#pragma warning restore RS0030
            return await FollowAsync(process, limit.Token, cancellation);
        }
        catch (Win32Exception)
        {
            return new DeliveryOutcome("command_not_started");
        }
    }

    private static async Task<DeliveryOutcome> FollowAsync(
        Process process,
        CancellationToken limit,
        CancellationToken cancellation
    )
    {
        process.StandardInput.Close();
        // Read and dropped: a full pipe would hold the program up.
        var output = Drop(process.StandardOutput.BaseStream, limit);
        var error = Drop(process.StandardError.BaseStream, limit);
        try
        {
            await process.WaitForExitAsync(limit);
            await Task.WhenAll(output, error);
            return new DeliveryOutcome(process.ExitCode == 0 ? null : "command_failed", process.ExitCode);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            return new DeliveryOutcome("timed_out");
        }
    }

    private static Task Drop(Stream from, CancellationToken limit) => from.CopyToAsync(Stream.Null, limit);
}
