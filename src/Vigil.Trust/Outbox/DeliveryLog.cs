using Microsoft.Extensions.Logging;

namespace Vigil.Trust;

/// <summary>
/// Log lines of deliveries and alarms: event ids 300 to 349, never used again for something else. They hold
/// ids and codes, no addresses, no contents.
/// </summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(300, LogLevel.Error, "Deliveries wait: {Advice}")]
    public static partial void DatabaseGone(ILogger log, string advice);

    [LoggerMessage(301, LogLevel.Error, "A round of deliveries failed: {Type}\n{Trace}")]
    public static partial void RoundFailed(ILogger log, string? type, string? trace);

    [LoggerMessage(302, LogLevel.Error, "Delivery {Id} failed inside: {Type}\n{Trace}")]
    public static partial void AttemptFailed(ILogger log, Guid id, string? type, string? trace);

    [LoggerMessage(
        303,
        LogLevel.Warning,
        "How delivery {Id} ended could not be written down ({Type}); it is sent again"
    )]
    public static partial void NotSettled(ILogger log, Guid id, string? type);

    [LoggerMessage(304, LogLevel.Warning, "Delivery {Id} took longer than its lease; another's word counts")]
    public static partial void LeaseLost(ILogger log, Guid id);

    [LoggerMessage(305, LogLevel.Error, "An alarm did not reach channel {Channel}: {Error}")]
    public static partial void AlarmNotDelivered(ILogger log, Guid channel, string? error);

    [LoggerMessage(
        306,
        LogLevel.Error,
        "Alarm {Code} ({Severity}) of tenant {Tenant}: no channel takes it. {Text}"
    )]
    public static partial void NobodyTold(
        ILogger log,
        string code,
        string severity,
        string tenant,
        string text
    );

    [LoggerMessage(
        307,
        LogLevel.Critical,
        "Alarm {Code} ({Severity}) of tenant {Tenant}, not in the database: {Text}"
    )]
    public static partial void WithoutDatabase(
        ILogger log,
        string code,
        AlarmSeverity severity,
        TenantId tenant,
        string text
    );

    [LoggerMessage(308, LogLevel.Error, "The operator's alarm program did not take an alarm: {Error}")]
    public static partial void CommandFailed(ILogger log, string? error);
}
