namespace Vigil.Server.Features.LegalProcess;

/// <summary>All limits of this feature, in one place.</summary>
internal static class LegalLimits
{
    public const int NameCharacters = 200;
    public const int StatementCharacters = 4000;
    public const int ReasonCharacters = 200;
    public const int AccountCharacters = 256;

    /// <summary>
    /// Entries of one request's scope, and cases and contents that they come to when they are added; later cases of
    /// an account come besides.
    /// </summary>
    public const int ScopeEntries = 200;
    public const int Targets = 1000;

    /// <summary>Contents in one package; in one destruction.</summary>
    public const int PackageContents = 500;
    public const int DestroyedContents = 50;
    public const int Calls = 50;
    public const int Rows = 100;

    /// <summary>The share of its time after which a request that waits raises an alarm.</summary>
    public const double WarnAt = 0.8;

    /// <summary>A package is removed so long after its release; who did not take it asks again.</summary>
    public static readonly TimeSpan PackageLife = TimeSpan.FromDays(30);

    /// <summary>One letter holds so long, and once more when it is extended (18 U.S.C. 2703(f)(2)).</summary>
    public static readonly TimeSpan LetterLife = TimeSpan.FromDays(90);

    /// <summary>Before the end of a hold somebody is told.</summary>
    public static readonly TimeSpan HoldEndsSoon = TimeSpan.FromDays(7);

    public static readonly TimeSpan OldestArrival = TimeSpan.FromDays(365);
    public static readonly TimeSpan LatestDeadline = TimeSpan.FromDays(730);

    /// <summary>
    /// Where a request names no day: an own choice, no law's. Emergencies first; the rest before people forget them.
    /// </summary>
    public static TimeSpan TimeFor(LegalKind kind) =>
        kind switch
        {
            LegalKind.Emergency => TimeSpan.FromHours(4),
            LegalKind.PreservationLetter => TimeSpan.FromDays(2),
            LegalKind.Destruction => TimeSpan.FromDays(7),
            _ => TimeSpan.FromDays(14),
        };
}
