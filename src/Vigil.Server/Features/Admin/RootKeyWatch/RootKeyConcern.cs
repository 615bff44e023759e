using System.Globalization;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.RootKeyWatch;

/// <summary>What is not right with the root keys, since when, and what to do.</summary>
/// <param name="Code">Of its alarm.</param>
/// <param name="Text">Names no path: readiness answers anybody.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Since">Null: it is not known.</param>
/// <param name="Age">Since then; zero where it is not known.</param>
internal sealed record RootKeyConcern(
    string Code,
    string Text,
    string Advice,
    DateTimeOffset? Since,
    TimeSpan Age
)
{
    public const string SheetsHere = "root_key_shares_here";
    public const string NotDrilled = "root_key_not_drilled";

    /// <summary>For so long it is what a first start looks like, which said so itself.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromHours(1);

    /// <summary>From then on somebody is told at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    public static IReadOnlyList<string> Codes { get; } = [SheetsHere, NotDrilled];

    /// <summary>Null: it does not ring yet. Since when is not known after a rotation: that rings at once.</summary>
    public AlarmSeverity? Severity =>
        Since is null || Age >= Patience ? AlarmSeverity.Urgent
        : Age >= Calm ? AlarmSeverity.Notice
        : null;

    /// <summary>The worse first; none: all is right.</summary>
    public static IReadOnlyList<RootKeyConcern> Of(RootKeyStanding standing, DateTimeOffset now)
    {
        var found = new List<RootKeyConcern>();
        if (standing.SheetsSince is { } since)
        {
            var count = standing.SheetsHere.Count;
            found.Add(
                new RootKeyConcern(
                    SheetsHere,
                    $"{count} of the three sheets with shares of the root keys lie on the server since {Stamp(since)}: "
                        + "who reads two of them opens everything.",
                    "Give each to a different person and delete it here; 'vigil keys status' names the folder.",
                    since,
                    AgeOf(since, now)
                )
            );
        }
        if (standing.DrilledAt is null)
        {
            found.Add(
                new RootKeyConcern(
                    NotDrilled,
                    "No recovery drill of the root keys has passed"
                        + (
                            standing.SharedAt is { } shared
                                ? $" since they were split at {Stamp(shared)}"
                                : ""
                        )
                        + ". No content, history or legal package is sealed.",
                    "Two people with a sheet each run 'vigil keys drill' on the server's machine.",
                    standing.SharedAt,
                    AgeOf(standing.SharedAt, now)
                )
            );
        }
        return found;
    }

    public Alarm AsAlarm(AlarmSeverity severity) => new(Code, severity, $"{Text} {Advice}");

    private static string Stamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A clock that was ahead then gives none.</summary>
    private static TimeSpan AgeOf(DateTimeOffset? since, DateTimeOffset now) =>
        since is { } at && now > at ? now - at : TimeSpan.Zero;
}
