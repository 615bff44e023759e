namespace Vigil.Trust;

/// <summary>How far an alarm is: whom of the rota it is told, and when the next.</summary>
/// <param name="Step">1: the first; above the rota's steps: everybody.</param>
/// <param name="People">Pseudonyms whose channels are told; null: all of them.</param>
/// <param name="NextAt">When it goes a step further; null: it does not.</param>
internal sealed record Escalation(int Step, IReadOnlySet<string>? People, DateTimeOffset? NextAt)
{
    /// <summary>
    /// A pure function of the rota, the alarm and the time: each step adds its person, and after the last, or
    /// where a step has nobody, all are told rather than none.
    /// </summary>
    public static Escalation Of(
        RotaPlan plan,
        Alert alert,
        AlarmSeverity severity,
        TimeSpan after,
        DateTimeOffset now
    )
    {
        if (!plan.Exists)
        {
            return new Escalation(0, null, null);
        }
        var isUrgent = severity >= AlarmSeverity.Urgent && alert.State == nameof(AlertState.Open);
        var step = isUrgent
            ? (int)Math.Min(plan.Steps + 1, 1 + ((now - alert.FirstAt).Ticks / after.Ticks))
            : Math.Max(1, alert.Step);
        var people = Enumerable.Range(1, Math.Min(step, plan.Steps)).Select(at => plan.At(now, at)).ToList();
        var isAll = step > plan.Steps || people[0] is null;
        return new Escalation(
            step,
            isAll ? null : people.OfType<string>().ToHashSet(StringComparer.Ordinal),
            isUrgent && step <= plan.Steps ? alert.FirstAt + (after * step) : null
        );
    }

    /// <summary>A channel that is nobody's own is always told.</summary>
    public bool Reaches(string? owner) => owner is null || People is null || People.Contains(owner);
}
