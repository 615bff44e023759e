namespace Vigil.Trust;

/// <summary>Every limit on people and their sign-in, in one place.</summary>
public static class PeopleLimits
{
    public const int MaxPersons = 10_000;
    public const int MaxOpenInvitations = 100;
    public const int MaxPasskeysEach = 20;

    /// <summary>More, and the oldest ends.</summary>
    public const int MaxSessionsEach = 5;
    public const int MinPasswordCharacters = 12;
    public const int MaxPasswordCharacters = 200;
    public const int MaxNameCharacters = 100;
    public const int RecoveryCodes = 10;

    /// <summary>Wrong tries under one user name before it is locked.</summary>
    public const int MaxFailures = 5;

    /// <summary>How long the lock lasts, and how long failures are remembered.</summary>
    public static readonly TimeSpan Lock = TimeSpan.FromMinutes(15);

    /// <summary>How long an invitation or a reset can be used.</summary>
    public static readonly TimeSpan InvitationLife = TimeSpan.FromHours(72);

    /// <summary>How long the set-up code of a start can be used.</summary>
    public static readonly TimeSpan SetupLife = TimeSpan.FromHours(24);

    /// <summary>How long a form may lie before its ticket is refused.</summary>
    public static readonly TimeSpan TicketLife = TimeSpan.FromMinutes(15);

    /// <summary>Absolute life of a session, when the tenant set no other (setting "session.hours").</summary>
    public const int SessionHours = 8;

    /// <summary>Idle time of a session, when the tenant set no other (setting "session.idleMinutes").</summary>
    public const int SessionIdleMinutes = 15;

    /// <summary>How long a verification opens sensitive acts (setting "session.stepUpMinutes").</summary>
    public const int StepUpMinutes = 15;

    public const int MaxVendors = 100;
    public const int MaxGrantsListed = 10_000;

    /// <summary>Longest need to know, and longest time of a stand-in; both can be given again.</summary>
    public static readonly TimeSpan MaxGrant = TimeSpan.FromDays(90);

    /// <summary>An ended session, a used invitation and a spent ticket leave the tables after it.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(30);
}
