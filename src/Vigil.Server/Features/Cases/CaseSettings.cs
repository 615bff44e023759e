using System.Globalization;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>The tenant's settings that cases go by; an admin changes them on the settings page.</summary>
internal static class CaseSettings
{
    /// <summary>Seconds in which a decision can be undone before anybody is told; 0: told at once.</summary>
    public const string UndoSeconds = "cases.undoSeconds";

    /// <summary>Of a hundred decisions made without a view, how many somebody else looks at.</summary>
    public const string AuditPercent = "cases.auditPercent";

    /// <summary>Days in which the file of a drawn finding of "not CSAM" is kept for who looks at it; 0: none.</summary>
    public const string AuditDays = "cases.auditDays";

    /// <summary>Days after a finding of "not CSAM" until what names a person is removed from the case.</summary>
    public const string PurgeDays = "cases.purgeDays";

    /// <summary>Hours in which who was given a case does nothing about it, until others are told.</summary>
    public const string UntouchedHours = "cases.untouchedHours";

    /// <summary>Hours until what waits is overdue: a notice to a user, from when they may be told on.</summary>
    public const string NoticeHours = "cases.noticeHours";
    public const string AppealHours = "cases.appealHours";
    public const string CorrectionHours = "cases.correctionHours";
    public const string OpinionHours = "cases.opinionHours";
    public const string AuditHours = "cases.auditHours";

    /// <summary>"on": who reveals or files must be qualified.</summary>
    public const string Training = "training.required";

    /// <summary>Of a hundred cases that are taken from a queue, how many are samples with a known answer.</summary>
    public const string BlindPercent = "training.blindPercent";

    private static readonly Dictionary<string, int> Defaults = new(StringComparer.Ordinal)
    {
        [UndoSeconds] = 30,
        [AuditPercent] = 5,
        [AuditDays] = 14,
        [PurgeDays] = 30,
        [UntouchedHours] = 24,
        [NoticeHours] = 72,
        [AppealHours] = 168,
        [CorrectionHours] = 72,
        [OpinionHours] = 48,
        [AuditHours] = 72,
        [BlindPercent] = 5,
    };

    public static async Task<int> NumberAsync(Tx tx, string name) =>
        await TenantSettings.FindAsync(tx, name) is { } value
        && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : Defaults[name];

    public static async Task<bool> IsTrainingRequiredAsync(Tx tx) =>
        await TenantSettings.FindAsync(tx, Training) is not "off";
}
