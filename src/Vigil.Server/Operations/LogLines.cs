using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Vigil.Server.Operations;

/// <summary>
/// The log, on standard error, as lines for people or as JSON. Of an exception it tells the types and where: its
/// message may hold a value of a request. Framework messages are shown from warning on; those that name a
/// request's address are information, and off.
/// </summary>
internal sealed class LogLines(LogFormat format, TimeProvider time) : ConsoleFormatter(NameOf(format))
{
    // Microsoft.Extensions.Hosting: a failed start is told once, in words, by whoever started it.
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";
    private const int HostedServiceStartupFaulted = 11;

    public static void Add(ILoggingBuilder logging, ServerOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Vigil", LogLevel.Information);
        // It warns of each page with a form that is not cached: none is.
        logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);
        logging.Services.AddSingleton<ConsoleFormatter>(new LogLines(options.LogFormat, options.Time));
        logging.AddConsole(console =>
        {
            console.FormatterName = NameOf(options.LogFormat);
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
    }

    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        if (logEntry.Category == HostCategory && logEntry.EventId.Id == HostedServiceStartupFaulted)
        {
            return;
        }
        var at = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var message = logEntry.Formatter(logEntry.State, null);
        var failure = logEntry.Exception is { } e ? Describe(e) : null;
        if (format == LogFormat.Json)
        {
            textWriter.WriteLine(
                JsonSerializer.Serialize(
                    new JsonLine(
                        at,
                        Word(logEntry.LogLevel),
                        logEntry.Category,
                        logEntry.EventId.Id,
                        message,
                        failure
                    ),
                    JsonSerializerOptions.Web
                )
            );
            return;
        }
        textWriter.Write($"{at} {Word(logEntry.LogLevel)} {message}");
        textWriter.WriteLine(failure is null ? "" : $"\n{failure}");
    }

    private static string Describe(Exception e) =>
        e.InnerException is { } inner
            ? $"{e.GetType().FullName} < {Describe(inner)}"
            : $"{e.GetType().FullName}\n{e.StackTrace}";

    private static string NameOf(LogFormat format) => format == LogFormat.Json ? "vigil-json" : "vigil-text";

    private static string Word(LogLevel level) =>
        level switch
        {
            LogLevel.Critical => "critical",
            LogLevel.Error => "error",
            LogLevel.Warning => "warning",
            LogLevel.Information => "info",
            _ => "debug",
        };

    private sealed record JsonLine(
        string Time,
        string Level,
        string Category,
        int EventId,
        string Message,
        string? Failure
    );
}
