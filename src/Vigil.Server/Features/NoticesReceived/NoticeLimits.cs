namespace Vigil.Server.Features.NoticesReceived;

/// <summary>All limits of this feature, in one place.</summary>
internal static class NoticeLimits
{
    public const int NameCharacters = 200;
    public const int ContentCharacters = 512;
    public const int TextCharacters = 4000;
    public const int Contents = 100;
    public const int Hashes = 1000;
    public const int Rows = 100;

    /// <summary>Sealed files of one statement; more than the cases look at, so that they tell.</summary>
    public const int Sealed = 250;

    /// <summary>Beyond the first, named when it was sent again.</summary>
    public const int Accounts = 20;

    /// <summary>The share of a step's time after which somebody is told.</summary>
    public const double WarnAt = 0.8;

    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan OldestArrival = TimeSpan.FromDays(365);
    public static readonly TimeSpan LatestDeadline = TimeSpan.FromDays(365);

    /// <summary>
    /// From the arrival on, where the sender names no earlier time. Own choices; 24 hours to remove is what Australia's
    /// removal notices give and what the EU's proposal 2022/155 has for removal orders.
    /// </summary>
    public static TimeSpan TimeFor(NoticeStep step) =>
        step switch
        {
            NoticeStep.Locate => TimeSpan.FromHours(1),
            NoticeStep.Review or NoticeStep.Remove => TimeSpan.FromHours(24),
            _ => TimeSpan.FromHours(72),
        };
}
