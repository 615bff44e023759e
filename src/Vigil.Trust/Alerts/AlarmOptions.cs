namespace Vigil.Trust;

/// <summary>What the operator sets of alarms, for the whole installation.</summary>
public sealed record AlarmOptions
{
    /// <summary>
    /// Absolute path of a program that is started with each alarm of a "command" channel, and for alarms while
    /// the database is down. It gets no arguments; VIGIL_ALARM_CODE, _SEVERITY, _TEXT, _ABOUT, _TENANT and
    /// _NOTE say what it is. Never set by a page.
    /// </summary>
    /// <value>None.</value>
    public string? Command { get; init; }

    /// <summary>Then it is killed, with what it started.</summary>
    /// <value>20 s.</value>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <exception cref="InvalidOperationException">No absolute path.</exception>
    public void Check()
    {
        if (Command is not null && !Path.IsPathFullyQualified(Command))
        {
            throw new InvalidOperationException("The alarm command is an absolute path of a program.");
        }
    }
}

/// <summary>Every bound of alarms in one place.</summary>
public static class AlarmLimits
{
    public const int MaxChannels = 20;
    public const int MaxTextCharacters = 500;
    public const int MaxAboutCharacters = 100;
    public const int MaxRecipients = 20;
    public const int PageRows = 200;

    /// <summary>Alarms kept in memory while the database is down; more are in the log only.</summary>
    public const int MaxPending = 100;

    /// <summary>The same alarm reaches the operator's program at most this often while the database is down.</summary>
    public static readonly TimeSpan FallbackEvery = TimeSpan.FromMinutes(5);

    /// <summary>How often an alarm is told again until somebody acknowledges it.</summary>
    public static TimeSpan RepeatAfter(AlarmSeverity severity) =>
        severity switch
        {
            AlarmSeverity.Page => TimeSpan.FromMinutes(15),
            AlarmSeverity.Urgent => TimeSpan.FromHours(1),
            _ => TimeSpan.FromHours(24),
        };
}
