using System.Globalization;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>Settings that approvals and clocks go by; an admin changes them on the settings page.</summary>
internal static class ReportSettings
{
    /// <summary>never, production or always.</summary>
    public const string SecondPerson = "reports.second_person";

    /// <summary>Seconds in which an approval can be undone; 0: it leaves at once.</summary>
    public const string UndoSeconds = "reports.undoSeconds";

    /// <summary>The same where a child is in danger now.</summary>
    public const string UndoSecondsHighPriority = "reports.undoSecondsHighPriority";

    /// <summary>Own goal: hours from a confirmation to a filed report.</summary>
    public const string GoalHours = "reports.goalHours";

    /// <summary>Hours until a report is overdue, where no duty that applies names a time; 0: none.</summary>
    public const string DeadlineHours = "reports.deadlineHours";

    private static readonly Dictionary<string, int> Defaults = new(StringComparer.Ordinal)
    {
        [UndoSeconds] = 30,
        [UndoSecondsHighPriority] = 0,
        [GoalHours] = 24,
        [DeadlineHours] = 0,
    };

    public static async Task<int> NumberAsync(Tx tx, string name) =>
        await TenantSettings.FindAsync(tx, name) is { } value
        && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : Defaults[name];
}
