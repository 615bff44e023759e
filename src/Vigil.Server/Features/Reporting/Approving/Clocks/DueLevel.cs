namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>How far a clock has run; the later ones weigh more.</summary>
public enum DueLevel
{
    Running,

    /// <summary>Past the installation's own goal.</summary>
    GoalMissed,

    /// <summary>Four fifths of the time that the law leaves are over.</summary>
    DeadlineNear,

    /// <summary>The law's time is over.</summary>
    Overdue,
}

internal static class DueLevels
{
    private const double Near = 0.8;

    public static DueLevel Of(
        DateTimeOffset knowledgeAt,
        DateTimeOffset goalAt,
        DateTimeOffset? deadlineAt,
        DateTimeOffset now
    ) =>
        now >= deadlineAt ? DueLevel.Overdue
        : deadlineAt is { } deadline && now >= knowledgeAt + (deadline - knowledgeAt) * Near
            ? DueLevel.DeadlineNear
        : now >= goalAt ? DueLevel.GoalMissed
        : DueLevel.Running;
}
