using Microsoft.Extensions.Logging;

namespace Vigil.Server.Operations;

/// <summary>What the running of the server says. Event ids 200 to 249.</summary>
internal static partial class OperationsLog
{
    [LoggerMessage(
        200,
        LogLevel.Information,
        "Ready: profile {Profile}, database {Database}, after {Seconds} s"
    )]
    public static partial void Ready(ILogger log, string profile, string database, string seconds);

    [LoggerMessage(201, LogLevel.Information, "Ending: no new work is taken, {Running} requests are running")]
    public static partial void DrainBegins(ILogger log, int running);

    [LoggerMessage(202, LogLevel.Warning, "{Running} requests were cut off at the end of the drain deadline")]
    public static partial void CutOff(ILogger log, int running);

    [LoggerMessage(203, LogLevel.Warning, "Not finished when the server ended: {Step}")]
    public static partial void StepUnfinished(ILogger log, string step);

    [LoggerMessage(204, LogLevel.Information, "Ended: everything was finished")]
    public static partial void Drained(ILogger log);

    [LoggerMessage(
        205,
        LogLevel.Critical,
        "database_frozen: {Text} Requests are answered with 503 until it is back"
    )]
    public static partial void DatabaseFrozen(ILogger log, string text);

    [LoggerMessage(206, LogLevel.Warning, "The database answers again")]
    public static partial void DatabaseBack(ILogger log);

    [LoggerMessage(
        207,
        LogLevel.Critical,
        "data_folder_gone: the folder was removed or unmounted under the server; it ends before more is lost"
    )]
    public static partial void DataFolderGone(ILogger log);

    [LoggerMessage(208, LogLevel.Warning, "{Warning}")]
    public static partial void ProcessOpen(ILogger log, string warning);
}
