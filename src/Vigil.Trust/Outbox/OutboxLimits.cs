namespace Vigil.Trust;

/// <summary>Every bound of the outbox in one place.</summary>
public static class OutboxLimits
{
    /// <summary>Endpoints of a tenant.</summary>
    public const int MaxWebhooks = 100;

    /// <summary>Of an event's data, as JSON.</summary>
    public const int MaxDataBytes = 64 * 1024;

    public const int MaxLabelCharacters = 100;
    public const int MaxUrlCharacters = 2048;
    public const int MaxTypes = 50;
    public const int MaxTypeCharacters = 64;

    /// <summary>Rows of one page of the outbox, and of one act on many.</summary>
    public const int PageRows = 100;
    public const int ActRows = 1000;

    /// <summary>How far the outbox is counted before it says "more than".</summary>
    public const int CountRows = 100_000;

    /// <summary>Calls to one endpoint at a time; one that is failing is tried one call at a time.</summary>
    public const int CallsPerTarget = 4;

    /// <summary>Calls at a time in all.</summary>
    public const int Calls = 64;

    /// <summary>How long a row is one dispatcher's: longer than the longest attempt.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>Looked at this often, where no commit of this process rings.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>First pause after a failure; doubled with each, drawn between nothing and that (full jitter).</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    /// <summary>So that a receiver that was down for a day has everything within the hour.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Then a person decides.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(72);

    /// <summary>Delivered events are then deleted; dead ones stay until a person decides.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    /// <summary>How long the secret before a rotation signs too.</summary>
    public static readonly TimeSpan RotationOverlap = TimeSpan.FromHours(24);

    /// <summary>Failed attempts of one delivery until an alarm says that its endpoint fails.</summary>
    public const int AttemptsUntilAlarm = 5;

    /// <summary>The pause before the next attempt.</summary>
    /// <param name="attempts">Failed so far, from 1.</param>
    /// <param name="asked">What the other side asked for (Retry-After).</param>
    internal static TimeSpan PauseAfter(int attempts, TimeSpan? asked)
    {
        var ceiling = Math.Min(
            FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(attempts - 1, 20)),
            LongestPause.TotalMilliseconds
        );
        var drawn = System.Security.Cryptography.RandomNumberGenerator.GetInt32((int)ceiling) + 1;
        var least = Math.Min((asked ?? TimeSpan.Zero).TotalMilliseconds, LongestPause.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Math.Max(drawn, least));
    }
}
